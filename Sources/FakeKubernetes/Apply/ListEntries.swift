import Manifests

/// The entries of a list with the elements that identify them.
struct ListEntries: Sendable {
    /// The elements in the order of the list; equal ones stand as often as they come.
    private(set) var order: [PathElement] = []
    private(set) var entries: [PathElement: Value] = [:]
    private(set) var duplicates: [PathElement] = []

    /// Identifies every entry.
    ///
    /// - Throws: A text when an entry has no identity.
    init(_ list: [Value], _ element: Schema, _ kind: Schema.ListKind) throws(TypedError) {
        for entry in list {
            let identity = try Self.identity(entry, element, kind)
            if entries[identity] == nil { entries[identity] = entry } else { duplicates.append(identity) }
            order.append(identity)
        }
    }

    /// What makes an entry the same as another.
    static func identity(_ entry: Value, _ element: Schema, _ kind: Schema.ListKind) throws(TypedError) -> PathElement {
        guard case .map(let keys) = kind else { return .value(entry) }
        guard entry.mapping != nil else {
            throw TypedError("", "associative list with keys may not have non-map elements")
        }
        var fields: [(String, Value)] = []
        for key in keys {
            guard let value = entry[key] ?? element.field(key)?.defaultValue else {
                let problem = "associative list with keys has an element that omits key field \"\(key)\""
                throw TypedError("", "element 0: \(problem) (and doesn't have default value)")
            }
            fields.append((key, value))
        }
        return .key(fields)
    }
}

/// An object that does not fit its schema.
struct TypedError: Error {
    let path: String
    let problem: String

    init(_ path: String, _ problem: String) {
        self.path = path
        self.problem = problem
    }

    /// The same error, seen from one step higher.
    func below(_ step: String) -> TypedError { TypedError(step + path, problem) }

    /// Two entries of a list have the same key.
    static func duplicate(_ path: String, _ key: String) -> TypedError {
        TypedError(path, "\(duplicateText)\(key)")
    }

    private static let duplicateText = "duplicate entries for key "

    var isDuplicate: Bool { problem.hasPrefix(Self.duplicateText) }

    var text: String { path.isEmpty ? problem : "\(path): \(problem)" }
}
