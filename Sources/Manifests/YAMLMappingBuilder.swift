/// The key of a field, and what its way of writing asks for.
struct YAMLKey {
    enum Kind: Equatable {
        case string
        /// Written as one of the words for true and false.
        case boolean(word: String)
        /// `<<`: the fields of other mappings come in here.
        case merge
    }

    /// The key of the field.
    let text: String
    /// What `KeyFilter` knows the key by.
    let mask: UInt64
    var kind: Kind

    /// The key as it stands in the text.
    var written: String {
        guard case .boolean(let word) = kind else { return text }
        return word
    }
}

/// Collects the fields of one mapping.
struct YAMLMappingBuilder {
    private let first: Int
    private let allowsRepeatedKeys: Bool
    private var filter = KeyFilter()
    private var words: [String: String] = [:]
    /// What each `<<` brings in, and where the first one stands.
    private var merges: [[Mapping]] = []
    private var mergeIndex = 0
    /// A field above `<<` that has another value in what `<<` brings in.
    private(set) var fieldBeforeMerge: String?

    /// Begins a mapping whose fields come after those that are pending.
    init(first: Int, allowsRepeatedKeys: Bool = false) {
        self.first = first
        self.allowsRepeatedKeys = allowsRepeatedKeys
    }

    /// Adds a field.
    ///
    /// Two different words for the same truth value are the same key; the later one wins, as the manifests of existing
    /// repositories expect.
    ///
    /// - Returns: Whether the key was there already, which the limits allow.
    /// - Throws: The reason when the key is there already, or when `<<` is not given mappings.
    mutating func add(
        _ key: YAMLKey,
        _ value: Value,
        to members: inout PendingElements<Mapping.Member>
    ) throws(ManifestError) -> Bool {
        let added = members.elements(from: first)
        switch key.kind {
        case .merge:
            guard merges.isEmpty || allowsRepeatedKeys else { throw ManifestError(.duplicateKey(key.text)) }
            let sources = try Self.sources(value)
            fieldBeforeMerge = conflict(added, sources)
            if merges.isEmpty { mergeIndex = added.count }
            merges.append(sources)
            return merges.count > 1
        case .string, .boolean:
            let isOtherWord = isOtherWord(key)
            if case .boolean(let word) = key.kind { words[key.text] = word }
            guard let known = filter.insert(key.text, mask: key.mask, after: added) else {
                members.append(Mapping.Member(key: key.text, value: value))
                return false
            }
            // Two spellings of one character are equal: a mapping cannot hold both, and must not lose one of them.
            guard allowsRepeatedKeys || isOtherWord, added[known].key.utf8.elementsEqual(key.text.utf8) else {
                throw ManifestError(.duplicateKey(key.written))
            }
            added[known].value = value
            return !isOtherWord
        }
    }

    /// Whether a key stands for a truth value that was written as another word before.
    private func isOtherWord(_ key: YAMLKey) -> Bool {
        guard case .boolean(let word) = key.kind, let earlier = words[key.text] else { return false }
        return earlier != word
    }

    /// The fields, those of merged mappings in the place of `<<`; a field of the mapping itself wins, then the first one.
    func finish(_ members: inout PendingElements<Mapping.Member>) -> Mapping {
        var all = members.take(from: first)
        if !merges.isEmpty {
            var known = Set(all.map(\.key))
            let merged = merges.reversed().joined().joined().filter { known.insert($0.key).inserted }
            all.insert(contentsOf: merged, at: mergeIndex)
        }
        return Mapping(uniqueMembers: all)
    }

    /// The first field that has another value in the sources of a `<<`, of which the first one counts.
    private mutating func conflict(
        _ members: UnsafeMutableBufferPointer<Mapping.Member>,
        _ sources: [Mapping]
    ) -> String? {
        guard members.count > 0 else { return nil }
        let merged = Dictionary(sources.joined().map { ($0.key, $0.value) }) { first, _ in first }
        let indices = merged.compactMap { key, value in
            filter.index(of: key, in: members).flatMap { members[$0].value == value ? nil : $0 }
        }
        return indices.min().map { members[$0].key }
    }

    private static func sources(_ value: Value) throws(ManifestError) -> [Mapping] {
        if let mapping = value.mapping { return [mapping] }
        let mappings = value.array?.compactMap(\.mapping)
        guard let mappings, mappings.count == value.array?.count else {
            throw ManifestError(.syntax("\"<<\" must be given a mapping or a list of mappings"))
        }
        return mappings
    }
}
