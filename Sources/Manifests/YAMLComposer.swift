import CYAML

/// Builds the nodes of one document from its events.
struct YAMLComposer: ~Copyable {
    private static let mostWarnings = 100

    private let events: YAMLEvents
    private let limits: ReadLimits
    /// Whether the text begins as JSON does.
    private let isLikeJSON: Bool
    private var anchors: [String: Anchor] = [:]
    /// The nodes read so far, those of aliases counted in full.
    private(set) var nodes: Int
    private var nodesByAlias = 0
    private var members = PendingElements<Mapping.Member>()
    private var elements = PendingElements<Value>()
    private(set) var warnings: [ManifestWarning] = []

    private struct Anchor {
        let value: Value
        let nodes: Int
    }

    /// A composer of the next document, `nodes` having been read of the text before it.
    init(_ events: YAMLEvents, limits: ReadLimits, nodes: Int = 0, isLikeJSON: Bool = false) {
        self.events = events
        self.nodes = nodes
        self.limits = limits
        self.isLikeJSON = isLikeJSON
    }

    /// Reads the node that the current event begins, and goes to the event after it.
    mutating func compose() throws(ManifestError) -> Value {
        try compose(depth: 0)
    }

    private mutating func compose(depth: Int) throws(ManifestError) -> Value {
        if events.type == YAML_ALIAS_EVENT { return try composeAlias() }
        let anchor = events.anchor
        let nodesBefore = nodes
        let value: Value =
            switch events.type {
            case YAML_SCALAR_EVENT: try composeScalar()
            case YAML_SEQUENCE_START_EVENT: .array(try composeSequence(depth: depth + 1))
            case YAML_MAPPING_START_EVENT: .mapping(try composeMapping(depth: depth + 1))
            default: throw failure(.syntax("expected a node"), at: events.mark)
            }
        if let anchor { anchors[anchor] = Anchor(value: value, nodes: nodes - nodesBefore) }
        return value
    }

    private mutating func composeAlias() throws(ManifestError) -> Value {
        let name = events.anchor ?? ""
        guard let anchor = anchors[name] else {
            // The name is not shown: it may be a password that was not quoted.
            throw failure(
                .syntax("no anchor is complete for this alias; quote a text that begins with \"*\""),
                at: events.mark
            )
        }
        try count(anchor.nodes)
        nodesByAlias += anchor.nodes
        guard nodesByAlias <= limits.expandedNodes else {
            throw failure(.limit("nodes by alias", limits.expandedNodes), at: events.mark)
        }
        try events.advance()
        return anchor.value
    }

    private mutating func composeScalar() throws(ManifestError) -> Value {
        let value = try scalarValue()
        if case .double(let number) = value, !number.isFinite {
            throw failure(.syntax("an infinite number has no form in JSON; quote it"), at: events.mark)
        }
        try count(1 + events.scalar.count / 64)
        try events.advance()
        return value
    }

    private func scalarValue() throws(ManifestError) -> Value {
        let text = events.scalar
        if events.isPlainScalar {
            if let value = YAMLScalar.resolve(text), !events.hasStringTag { return value }
            let string = String(decoding: text, as: UTF8.self)
            // kubectl refuses it in JSON, where no text can be meant.
            if isLikeJSON, !events.hasStringTag, YAMLNumber.isFloat(string) {
                throw failure(.syntax("the number is too large"), at: events.mark)
            }
            return .string(string)
        }
        let string = String(decoding: text, as: UTF8.self)
        guard let tag = events.scalarTag else { return .string(string) }
        do {
            return try YAMLTag.resolve(string, tag: tag)
        } catch {
            throw failure(error.reason, at: events.mark)
        }
    }

    private mutating func composeSequence(depth: Int) throws(ManifestError) -> [Value] {
        try enter(depth: depth)
        let first = elements.count
        while events.type != YAML_SEQUENCE_END_EVENT {
            let element = try compose(depth: depth)
            elements.append(element)
        }
        try events.advance()
        return elements.take(from: first)
    }

    private mutating func composeMapping(depth: Int) throws(ManifestError) -> Mapping {
        try enter(depth: depth)
        var builder = YAMLMappingBuilder(first: members.count, allowsRepeatedKeys: limits.allowsRepeatedKeys)
        while events.type != YAML_MAPPING_END_EVENT {
            let mark = events.mark
            let key = try composeKey()
            let value = try compose(depth: depth)
            do {
                if try builder.add(key, value, to: &members) { warn(ofRepeated: key, at: mark) }
            } catch {
                throw failure(error.reason, at: mark)
            }
            if key.kind == .merge, let field = builder.fieldBeforeMerge { warn(ofMergeBelow: field, at: mark) }
        }
        try events.advance()
        return builder.finish(&members)
    }

    /// The field wins, as YAML has it; for the Go library of kubectl and PipeCD whatever comes last does.
    private mutating func warn(ofMergeBelow field: String, at mark: yaml_mark_t) {
        warn("kubectl and PipeCD let \"<<\" win over the field \"\(field)\" above it; write \"<<\" first", at: mark)
    }

    private mutating func warn(ofRepeated key: YAMLKey, at mark: yaml_mark_t) {
        let reading = key.kind == .merge ? "all of them count" : "the last one counts"
        warn("key \"\(key.written)\" is there twice in one mapping; \(reading)", at: mark)
    }

    private mutating func warn(_ text: @autoclosure () -> String, at mark: yaml_mark_t) {
        guard warnings.count < Self.mostWarnings else { return }
        warnings.append(ManifestWarning(text(), position: events.position(mark)))
    }

    private mutating func enter(depth: Int) throws(ManifestError) {
        guard depth <= limits.depth else { throw failure(.limit("levels of nesting", limits.depth), at: events.mark) }
        try count(1)
        try events.advance()
    }

    private mutating func count(_ added: Int) throws(ManifestError) {
        nodes += added
        guard nodes <= limits.nodes else { throw failure(.limit("nodes", limits.nodes), at: events.mark) }
    }

    private mutating func composeKey() throws(ManifestError) -> YAMLKey {
        let mark = events.mark
        switch events.type {
        case YAML_SCALAR_EVENT where events.anchor == nil && (events.isPlainScalar || events.scalarTag == nil):
            return try composeCommonKey()
        case YAML_SCALAR_EVENT where events.isMerge: return try composeMergeKey()
        case YAML_SCALAR_EVENT: return try key(for: try compose(depth: limits.depth), at: mark)
        case YAML_ALIAS_EVENT: return try key(for: try composeAlias(), at: mark)
        case YAML_SEQUENCE_START_EVENT: return try key(for: .array([]), at: mark)
        default: return try key(for: .mapping(Mapping()), at: mark)
        }
    }

    /// Reads a `<<` that has an anchor or a tag.
    private mutating func composeMergeKey() throws(ManifestError) -> YAMLKey {
        try count(1)
        try events.advance()
        return YAMLKey(text: "<<", mask: KeyFilter.compareAlways, kind: .merge)
    }

    /// Reads a key that has neither an anchor nor a tag.
    private mutating func composeCommonKey() throws(ManifestError) -> YAMLKey {
        let mark = events.mark
        let text = events.scalar
        let mask = text.isASCII ? KeyFilter.mask(ofASCII: text) : KeyFilter.compareAlways
        let string = String(decoding: text, as: UTF8.self)
        let isResolved = events.isPlainScalar && YAMLScalar.resolve(text) != nil && !events.hasStringTag
        let isMerge = events.isPlainScalar && string == "<<"
        try count(1 + text.count / 64)
        try events.advance()
        guard isResolved else { return YAMLKey(text: string, mask: mask, kind: isMerge ? .merge : .string) }
        let key = try key(ofScalar: string, at: mark)
        if key.text != string { warn("the key \"\(string)\" is read as \"\(key.text)\"; quote it", at: mark) }
        return key
    }

    /// The key that an unquoted scalar which is no string stands for.
    private func key(ofScalar text: String, at mark: yaml_mark_t) throws(ManifestError) -> YAMLKey {
        let value = YAMLNumber.key(text) ?? YAMLScalar.resolve(text) ?? .string(text)
        var key = try key(for: value, at: mark)
        if case .bool = value { key.kind = .boolean(word: text) }
        return key
    }

    private func key(for value: Value, at mark: yaml_mark_t) throws(ManifestError) -> YAMLKey {
        let text: String? =
            switch value {
            case .string(let text): text
            case .int(let number): String(number)
            case .bool(let flag): flag ? "true" : "false"
            case .double(let number): number.keyText
            case .null, .array, .mapping: nil
            }
        guard let text else {
            throw failure(.syntax("a key must be a string, found \(value.typeNameWithArticle)"), at: mark)
        }
        return YAMLKey(text: text, mask: KeyFilter.compareAlways, kind: .string)
    }

    private func failure(_ reason: ManifestError.Reason, at mark: yaml_mark_t) -> ManifestError {
        ManifestError(reason, position: events.position(mark))
    }
}

extension UnsafeBufferPointer<UInt8> {
    /// Whether every byte is an ASCII character.
    fileprivate var isASCII: Bool {
        reduce(0, |) < 0x80
    }
}
