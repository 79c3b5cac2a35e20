import Manifests

extension Value {
    /// What a message says it found: scalars as they are, lists and mappings by their type.
    var described: String {
        switch self {
        case .null: "null"
        case .bool(let flag): "\(flag)"
        case .int(let number): "\(number)"
        case .double(let number): "\(number)"
        case .string(let text): "\"\(text)\""
        case .array, .mapping: typeNameWithArticle
        }
    }
}
