import Manifests

extension FieldSet {
    /// Reads `fieldsV1`; `nil` when it is none.
    init?(_ value: Value) {
        guard let fields = value.mapping else { return nil }
        self.init()
        if fields.isEmpty { insertSelf() }
        for member in fields {
            guard member.key != "." else {
                insertSelf()
                continue
            }
            guard ["f:", "k:", "v:", "i:"].contains(where: { member.key.hasPrefix($0) }),
                let element = PathElement(canonical: member.key), let set = FieldSet(member.value)
            else { return nil }
            self[element] = set
        }
    }

    /// The form of `fieldsV1`.
    var value: Value {
        var fields: [(String, Value)] = isMember && !children.isEmpty ? [(".", [:])] : []
        for (element, set) in children.sorted(by: { $0.key < $1.key }) { fields.append((element.text, set.value)) }
        return .mapping(Mapping(fields))
    }
}

extension PathElement {
    /// An element in the one form that can be compared: keys sorted, no white space.
    init?(canonical text: String) {
        // One key and no space: there is only one way to write it.
        let isPlain = text.utf8.allSatisfy { $0 != UInt8(ascii: ",") && $0 != UInt8(ascii: " ") }
        guard !isPlain, text.hasPrefix("k:") || text.hasPrefix("v:") else {
            self.init(text: text)
            return
        }
        guard let value = try? Value(json: Array(text.dropFirst(2).utf8), file: "fieldsV1") else { return nil }
        self.init(text: text.prefix(2) + value.jsonText(.sortedKeys))
    }

    /// The element of an entry of a list with keys.
    static func key(_ fields: [(String, Value)]) -> PathElement {
        PathElement(text: "k:" + Value.mapping(Mapping(fields)).jsonText(.sortedKeys))
    }

    /// The element of an entry of a set.
    static func value(_ value: Value) -> PathElement {
        PathElement(text: "v:" + value.jsonText(.sortedKeys))
    }

    /// The form of error messages: `.spec`, `[name="web"]`, `[="x"]`.
    var shown: String {
        let body = String(text.dropFirst(2))
        switch text.prefix(2) {
        case "k:":
            let fields = (try? Value(json: Array(body.utf8), file: "fieldsV1"))?.mapping ?? [:]
            return "[" + fields.map { "\($0.key)=\($0.value.jsonText())" }.joined(separator: ",") + "]"
        case "v:": return "[=\(body)]"
        case "i:": return "[\(body)]"
        default: return ".\(body)"
        }
    }
}
