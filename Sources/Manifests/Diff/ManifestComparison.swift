/// Two lists of manifests, object by object: what is new, what is gone, and what is not the same.
public struct ManifestComparison: Sendable, Hashable {
    /// An object that both lists have, with what differs.
    public struct Changed: Sendable, Hashable {
        /// The key in the list before.
        public let key: ResourceKey
        /// Where the two differ; empty only when the notes say more than fields can.
        public let differences: [Difference]
        /// What else there is to say, one line each.
        public let notes: [String]

        /// An object that differs.
        public init(key: ResourceKey, differences: [Difference], notes: [String] = []) {
            self.key = key
            self.differences = differences
            self.notes = notes
        }
    }

    /// The keys of what only the list before has.
    public private(set) var deleted: [ResourceKey] = []
    /// The keys of what only the list after has.
    public private(set) var added: [ResourceKey] = []
    /// What differs.
    public private(set) var changed: [Changed] = []

    /// What somebody has found; brought into the order of the keys.
    ///
    /// - Parameters:
    ///   - deleted: The keys of what only the list before has.
    ///   - added: The keys of what only the list after has.
    ///   - changed: What differs.
    public init(deleted: [ResourceKey], added: [ResourceKey], changed: [Changed]) {
        self.deleted = Self.ordered(deleted, by: \.self)
        self.added = Self.ordered(added, by: \.self)
        self.changed = Self.ordered(changed, by: \.key)
    }

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

    private static func ordered<Element>(_ elements: [Element], by key: (Element) -> ResourceKey) -> [Element] {
        elements.map { (key($0).normalized.description, $0) }
            .sorted { $0.0.utf8.lexicographicallyPrecedes($1.0.utf8) }
            .map(\.1)
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
            deleted.map { (mark: "-", key: $0, body: "") }
            + added.map { (mark: "+", key: $0, body: "") }
            + shown.map { (mark: "#", key: $0.key, body: "\($0.text)\n") }
        let lines = entries.enumerated().map { index, entry in
            "\(entry.mark) \(index + 1). \(entry.key.labelledDescription)\n\n\(entry.body)"
        }
        let left = changed.count - shown.count
        return lines.joined() + (left > 0 ? "... (omitted \(left) other changed manifests)\n" : "")
    }
}

extension ManifestComparison.Changed {
    /// The notes, then the differences.
    fileprivate var text: String {
        let lines = notes.map { "  # \($0.inOneLine(limit: 4096))\n" }
        return (lines.isEmpty ? "" : lines.joined() + "\n") + differences.text()
    }
}

extension ManifestComparison {
    /// The same with a mask in place of the values in some fields at the root of some kinds; the keys stay.
    ///
    /// - Parameters:
    ///   - fields: The names of the fields, by kind.
    ///   - mask: What stands in place of a value.
    /// - Returns: The comparison for showing.
    public func hiding(_ fields: [GroupKind: Set<String>], as mask: String = ComparisonRules().mask)
        -> ManifestComparison
    {
        var copy = self
        copy.changed = changed.map { object in
            guard let hidden = fields[object.key.groupKind] else { return object }
            let differences = object.differences.map { $0.hiding(hidden, as: .string(mask)) }
            return Changed(key: object.key, differences: differences, notes: object.notes)
        }
        return copy
    }
}

extension Difference {
    fileprivate func hiding(_ fields: Set<String>, as mask: Value) -> Difference {
        guard case .key(let root)? = path.steps.first, fields.contains(root) else { return self }
        func hidden(_ value: Value) -> Value { path.steps.count > 1 ? mask : value.hidingValues(as: mask) }
        return Difference(path: path, before: before.map(hidden), after: after.map(hidden), owner: owner)
    }
}
