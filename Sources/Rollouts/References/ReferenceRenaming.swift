import Manifests

/// Gives the references of a pod template new names.
struct ReferenceRenaming {
    /// New names of ConfigMaps by their old ones.
    let configMaps: [String: String]
    /// New names of Secrets by their old ones.
    let secrets: [String: String]

    /// Renames what the table has in every known place; other names stay.
    func apply(to pod: Value) -> Value {
        ReferencePlace.all.reduce(pod) { pod, place in
            rename(pod, place.path[...], place.kind == .configMap ? configMaps : secrets)
        }
    }

    private func rename(_ value: Value, _ path: ArraySlice<String>, _ names: [String: String]) -> Value {
        switch value {
        case .array(let elements):
            return .array(elements.map { rename($0, path, names) })
        case .mapping(var fields):
            guard let key = path.first, let next = fields[key] else { return value }
            fields[key] = rename(next, path.dropFirst(), names)
            return .mapping(fields)
        case .string(let text) where path.isEmpty:
            return .string(names[text] ?? text)
        default:
            return value
        }
    }
}
