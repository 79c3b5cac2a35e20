import Manifests

/// Strategic merge patch: like JSON merge patch, but lists with a key merge entry by entry.
///
/// [Its notes](https://kubernetes.io/docs/tasks/manage-kubernetes-objects/update-api-object-kubectl-patch/) explain the
/// directives `$patch`, `$retainKeys`, `$setElementOrder` and `$deleteFromPrimitiveList`.
enum StrategicMergePatch {
    static func apply(_ patch: Value, to target: Value, _ schema: Schema) -> Value {
        guard let changes = patch.mapping else { return patch }
        switch changes["$patch"]?.string {
        case "replace": return .mapping(plain(changes))
        case "delete": return [:]
        default: break
        }
        var result = target.mapping ?? [:]
        if let kept = changes["$retainKeys"]?.array?.compactMap(\.string) {
            for key in result.keys where !kept.contains(key) { result[key] = nil }
        }
        for change in plain(changes) {
            guard !change.value.isNull else {
                result[change.key] = nil
                continue
            }
            let field = schema.field(change.key)?.schema ?? .any
            result[change.key] = merged(change.value, result[change.key], field)
        }
        return .mapping(arranged(result, changes, schema))
    }

    /// The changes without the directives.
    private static func plain(_ changes: Mapping) -> Mapping {
        Mapping(changes.filter { !$0.key.hasPrefix("$") }.map { ($0.key, $0.value) })
    }

    private static func merged(_ change: Value, _ current: Value?, _ schema: Schema) -> Value {
        switch (schema.resolved, change) {
        case (.list(let element, _, let patchKey), .array(let entries)):
            list(entries, current?.array ?? [], element, patchKey)
        case (_, .mapping): apply(change, to: current ?? [:], schema)
        default: change
        }
    }

    private static func list(
        _ changes: [Value],
        _ current: [Value],
        _ element: Schema,
        _ patchKey: Schema.PatchKey
    ) -> Value {
        let entries = changes.filter { $0["$patch"]?.string != "replace" || $0.mapping?.count != 1 }
        if entries.count < changes.count { return .array(entries) }
        switch patchKey {
        case .replace: return .array(changes)
        case .mergeValues: return .array(current + changes.filter { !current.contains($0) })
        case .merge(let key):
            var result = current
            for change in changes {
                let index = result.firstIndex { $0[key] != nil && $0[key] == change[key] }
                if change["$patch"]?.string == "delete" {
                    result.removeAll { $0[key] == change[key] }
                } else if let index {
                    result[index] = apply(change, to: result[index], element)
                } else {
                    result.append(apply(change, to: [:], element))
                }
            }
            return .array(result)
        }
    }

    /// Removes values from lists, and puts entries in the order that the patch asks for.
    private static func arranged(_ fields: Mapping, _ changes: Mapping, _ schema: Schema) -> Mapping {
        var result = fields
        for change in changes {
            let parts = change.key.split(separator: "/", maxSplits: 1).map(String.init)
            guard parts.count == 2, let list = result[parts[1]]?.array, let entries = change.value.array else {
                continue
            }
            switch parts[0] {
            case "$deleteFromPrimitiveList": result[parts[1]] = .array(list.filter { !entries.contains($0) })
            case "$setElementOrder": result[parts[1]] = .array(ordered(list, entries, schema.field(parts[1])?.schema))
            default: break
            }
        }
        return result
    }

    private static func ordered(_ list: [Value], _ order: [Value], _ schema: Schema?) -> [Value] {
        var key: String?
        if case .list(_, _, .merge(let name)) = schema?.resolved { key = name }
        let identity: (Value) -> Value = { entry in key.map { entry[$0] ?? .null } ?? entry }
        let places = order.map(identity)
        let known = list.filter { places.contains(identity($0)) }
        var sorted = known.sorted { left, right in
            (places.firstIndex(of: identity(left)) ?? 0) < (places.firstIndex(of: identity(right)) ?? 0)
        }[...]
        // Entries that the patch does not name keep their places.
        return list.map { places.contains(identity($0)) ? sorted.popFirst() ?? $0 : $0 }
    }
}
