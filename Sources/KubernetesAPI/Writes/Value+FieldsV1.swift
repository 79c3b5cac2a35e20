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

    /// The paths of the leaves, such as `.spec.containers[name="web"].image`, without those of another set.
    func fieldPaths(without other: Value = [:], in parent: String = "") -> [String] {
        (mapping ?? [:]).flatMap { member -> [String] in
            if member.key == "." { return [] }
            let path = parent + Self.pathStep(member.key)
            guard let rest = other[member.key] else {
                let below = member.value.fieldPaths(in: path)
                return below.isEmpty ? [path] : below
            }
            return member.value.fieldPaths(without: rest, in: path)
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
