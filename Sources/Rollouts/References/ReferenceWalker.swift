public import Manifests

/// Collects the strings at the end of a path of field names.
public enum ReferenceWalker {
    /// The strings at a path, sorted by their bytes, each once.
    ///
    /// A list on the way is followed into every element, without using up a step of the path. The end may be a string
    /// or a list of strings; anything else yields nothing.
    public static func strings(in value: Value, at path: [String]) -> [String] {
        var found: Set<String> = []
        collect(value, path[...], &found)
        return found.sortedByBytes()
    }

    private static func collect(_ value: Value, _ path: ArraySlice<String>, _ found: inout Set<String>) {
        switch value {
        case .array(let elements):
            for element in elements { collect(element, path, &found) }
        case .string(let text) where path.isEmpty:
            found.insert(text)
        case .mapping(let fields):
            guard let key = path.first, let next = fields[key] else { return }
            collect(next, path.dropFirst(), &found)
        default:
            return
        }
    }
}

extension Sequence where Element == String {
    /// Sorted as Go sorts strings: by their UTF-8 bytes.
    func sortedByBytes() -> [String] {
        sorted { $0.utf8.lexicographicallyPrecedes($1.utf8) }
    }
}
