import Manifests

/// [JSON merge patch](https://www.rfc-editor.org/rfc/rfc7396): mappings merge, `null` removes, all else replaces.
enum MergePatch {
    static func apply(_ patch: Value, to target: Value) -> Value {
        guard let changes = patch.mapping else { return patch }
        var result = target.mapping ?? [:]
        for change in changes {
            let current = result[change.key] ?? .null
            result[change.key] = change.value.isNull ? Value?.none : apply(change.value, to: current)
        }
        return .mapping(result)
    }
}
