import Manifests

/// Sets of fields in the form of `fieldsV1`: mappings whose keys begin with `f:`, `k:`, `v:` or `i:`, or are `.`.
///
/// [FieldsV1](https://kubernetes.io/docs/reference/kubernetes-api/common-definitions/object-meta/)
extension Value {
    /// The fields that are in either set.
    func united(with other: Value) -> Value {
        guard let mine = mapping, let theirs = other.mapping else { return mapping == nil ? other : self }
        var union = mine
        for member in theirs { union[member.key] = union[member.key]?.united(with: member.value) ?? member.value }
        return .mapping(union)
    }

    /// The paths of the leaves, such as `.spec.containers[name="web"].image`.
    var fieldPaths: [String] { fieldPaths(in: "") }

    private func fieldPaths(in parent: String) -> [String] {
        (mapping ?? [:]).filter { $0.key != "." }.flatMap { member in
            let path = parent + Self.pathStep(member.key)
            let below = member.value.fieldPaths(in: path)
            return below.isEmpty ? [path] : below
        }
    }

    /// The paths of the fields that an object does not have; of one that is missing as a whole, only its own.
    func fieldPaths(missingIn object: Value, in parent: String = "") -> [String] {
        (mapping ?? [:]).filter { $0.key != "." }.flatMap { member in
            let path = parent + Self.pathStep(member.key)
            guard let child = object.child(member.key) else { return [path] }
            return member.value.fieldPaths(missingIn: child, in: path)
        }
    }

    /// What a key of a set stands for in an object.
    func child(_ key: String) -> Value? {
        let name = String(key.dropFirst(2))
        switch key.prefix(2) {
        case "f:": return self[name]
        case "i:":
            guard let index = Int(name), let elements = array, elements.indices.contains(index) else { return nil }
            return elements[index]
        default:
            guard let wanted = try? Value(json: Array(name.utf8), file: "fieldsV1") else { return nil }
            guard key.hasPrefix("k:"), let fields = wanted.mapping else { return array?.first { $0 == wanted } }
            return array?.first { element in fields.allSatisfy { element[$0.key] == $0.value } }
        }
    }

    /// How a key of a set is written in a path; a member of a list by its key fields or its value.
    private static func pathStep(_ key: String) -> String {
        let name = String(key.dropFirst(2))
        guard !key.hasPrefix("f:") else { return "." + name }
        guard key.hasPrefix("k:"), let fields = try? Value(json: Array(name.utf8), file: "fieldsV1").mapping else {
            return "[\(name)]"
        }
        return "[" + fields.map { "\($0.key)=\($0.value.jsonText())" }.joined(separator: ",") + "]"
    }
}
