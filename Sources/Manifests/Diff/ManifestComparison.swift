/// Two lists of manifests, object by object: what is new, what is gone, and what is not the same.
public struct ManifestComparison: Sendable, Hashable {
    /// An object that both lists have, with what differs.
    public struct Changed: Sendable, Hashable {
        /// The key in the list before.
        public let key: ResourceKey
        /// Where the two differ; never empty.
        public let differences: [Difference]
    }

    /// The keys of what only the list before has.
    public private(set) var deleted: [ResourceKey] = []
    /// The keys of what only the list after has.
    public private(set) var added: [ResourceKey] = []
    /// What differs.
    public private(set) var changed: [Changed] = []

    /// Whether the lists are the same.
    public var isEmpty: Bool { deleted.isEmpty && added.isEmpty && changed.isEmpty }

    /// Compares two lists.
    ///
    /// Objects are paired by their normalized keys: upper and lower case of a kind do not matter, nor does the version, and
    /// namespace `default` is none. Of a key that is there twice each one is paired once. All results are in the order of these keys.
    ///
    /// - Parameters:
    ///   - before: The one list.
    ///   - after: The other list.
    ///   - rules: What counts as a difference.
    public init(from before: [Manifest], to after: [Manifest], rules: ComparisonRules) {
        var old = Self.sorted(before)[...]
        var new = Self.sorted(after)[...]
        while let left = old.first, let right = new.first {
            if left.key == right.key {
                let differences = Difference.between(left.manifest.object, right.manifest.object, rules: rules)
                if !differences.isEmpty { changed.append(Changed(key: left.manifest.key, differences: differences)) }
                (old, new) = (old.dropFirst(), new.dropFirst())
            } else if left.key.utf8.lexicographicallyPrecedes(right.key.utf8) {
                deleted.append(left.manifest.key)
                old = old.dropFirst()
            } else {
                added.append(right.manifest.key)
                new = new.dropFirst()
            }
        }
        deleted += old.map(\.manifest.key)
        added += new.map(\.manifest.key)
    }

    private static func sorted(_ manifests: [Manifest]) -> [(key: String, manifest: Manifest)] {
        manifests.map { ($0.key.normalized.description, $0) }.sorted { $0.0.utf8.lexicographicallyPrecedes($1.0.utf8) }
    }
}

extension ManifestComparison {
    /// The result for a highlighter of diffs: numbered, first what is gone, then what is new, then each object that differs.
    ///
    /// - Parameter limit: The most objects that differ to show, `nil` for all.
    /// - Returns: The lines, each with a line feed at its end; nothing when the lists are the same.
    public func text(changes limit: Int? = nil) -> String {
        let shown = changed.prefix(limit ?? changed.count)
        let entries =
            deleted.map { (mark: "-", key: $0, differences: [Difference]?.none) }
            + added.map { (mark: "+", key: $0, differences: nil) }
            + shown.map { (mark: "#", key: $0.key, differences: $0.differences) }
        let lines = entries.enumerated().map { index, entry in
            "\(entry.mark) \(index + 1). \(entry.key.labelledDescription)\n\n"
                + (entry.differences.map { "\($0.text())\n" } ?? "")
        }
        let left = changed.count - shown.count
        return lines.joined() + (left > 0 ? "... (omitted \(left) other changed manifests)\n" : "")
    }
}
