import Manifests

/// Gives the references of a pod template new names.
struct ReferenceRenaming {
    /// The new name of a config, `nil` when it keeps its own.
    let newName: (_ kind: ReferencePlace.Kind, _ name: String) -> String?

    /// Renames what gets a new name in every known place; other names stay.
    func apply(to pod: Value) -> Value {
        ReferencePlace.all.reduce(pod) { pod, place in rename(pod, place.path[...], place.kind) }
    }

    private func rename(_ value: Value, _ path: ArraySlice<String>, _ kind: ReferencePlace.Kind) -> Value {
        switch value {
        case .array(let elements):
            return .array(elements.map { rename($0, path, kind) })
        case .mapping(var fields):
            guard let key = path.first, let next = fields[key] else { return value }
            fields[key] = rename(next, path.dropFirst(), kind)
            return .mapping(fields)
        case .string(let text) where path.isEmpty:
            return .string(newName(kind, text) ?? text)
        default:
            return value
        }
    }
}
