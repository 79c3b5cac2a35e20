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

    /// The object without the fields of a set, apart from those that are in another set, too.
    func removing(_ fields: Value, except kept: Value?) -> Value {
        var rest = self
        for member in fields.mapping ?? [:] where member.key != "." {
            guard let child = rest.child(member.key), kept?[member.key] != [:] else { continue }
            let isWhole = member.value == [:] || member.value["."] != nil
            let below = child.removing(member.value, except: kept?[member.key])
            let isGone = kept?[member.key] == nil && (isWhole || below == [:])
            rest.setChild(member.key, isGone ? nil : below)
        }
        return rest
    }

    /// What a key of a set stands for in an object.
    func child(_ key: String) -> Value? {
        guard !key.hasPrefix("f:") else { return self[String(key.dropFirst(2))] }
        return index(of: key).flatMap { array?[$0] }
    }

    /// The position of the element of a list that a key of a set stands for.
    private func index(of key: String) -> Int? {
        let name = String(key.dropFirst(2))
        guard !key.hasPrefix("i:") else { return Int(name).flatMap { array?.indices.contains($0) == true ? $0 : nil } }
        guard let wanted = try? Value(json: Array(name.utf8), file: "fieldsV1") else { return nil }
        guard key.hasPrefix("k:"), let fields = wanted.mapping else { return array?.firstIndex(of: wanted) }
        return array?.firstIndex { element in fields.allSatisfy { element[$0.key] == $0.value } }
    }

    /// Changes what a key of a set stands for; `nil` takes it away.
    private mutating func setChild(_ key: String, _ child: Value?) {
        guard !key.hasPrefix("f:") else { return self[String(key.dropFirst(2))] = child }
        guard var elements = array, let index = index(of: key) else { return }
        elements.replaceSubrange(index...index, with: child.map { [$0] } ?? [])
        self = .array(elements)
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
