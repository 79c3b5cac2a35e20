import CYAML

/// Finds where in a document the node at a path stands.
struct YAMLPathFinder {
    private let events: YAMLEvents
    private var best: (length: Int, position: SourcePosition)?
    private var elements: [SourcePosition] = []
    private var wantedLength = 0
    private var stopsWhenFound = false
    private var isOver = false

    /// A finder for the first document of a text, `nil` when there is none.
    init?(_ text: UnsafeBufferPointer<UInt8>, file: String, firstLine: Int) {
        guard let events = try? YAMLEvents(text, file: file, firstLine: firstLine) else { return nil }
        self.events = events
        repeat {
            guard (try? events.advance()) != nil, events.type != YAML_STREAM_END_EVENT else { return nil }
        } while events.type != YAML_DOCUMENT_START_EVENT
        guard (try? events.advance()) != nil else { return nil }
    }

    /// The place of the longest beginning of a path that is in the document.
    mutating func find(_ path: String) -> SourcePosition? {
        wantedLength = path.utf8.count
        stopsWhenFound = true
        // A document that cannot be read to its end has told what it could.
        try? visit(Array(path.utf8)[...], consumed: 0)
        return best?.position
    }

    /// The places of the elements of the list at a path.
    mutating func findElements(_ path: String) -> [SourcePosition]? {
        wantedLength = path.utf8.count
        try? visit(Array(path.utf8)[...], consumed: 0)
        return elements
    }

    private var isDone: Bool { isOver || stopsWhenFound && best?.length == wantedLength }

    /// Goes through a node, up to what is looked for; `path` is what remains of the path, `nil` when the node is not on it.
    private mutating func visit(_ path: ArraySlice<UInt8>?, consumed: Int) throws(ManifestError) {
        switch events.type {
        case YAML_SEQUENCE_START_EVENT: try visitSequence(path, consumed: consumed)
        case YAML_MAPPING_START_EVENT: try visitMapping(path, consumed: consumed)
        default: try events.advance()
        }
    }

    private mutating func visitSequence(_ path: ArraySlice<UInt8>?, consumed: Int) throws(ManifestError) {
        let collects = path?.isEmpty == true && consumed == wantedLength && elements.isEmpty
        try events.advance()
        var index = 0
        while !isDone, events.type != YAML_SEQUENCE_END_EVENT {
            if collects { elements.append(events.position(events.mark)) }
            let rest = path.flatMap { Self.rest(of: $0, after: "[\(index)]".utf8) }
            let taken = taken(path, rest)
            if rest != nil { note(consumed + taken, events.mark) }
            try visit(rest, consumed: consumed + taken)
            // No other node has this index: what is not in there is not in the text.
            if rest != nil, stopsWhenFound { isOver = true }
            index += 1
        }
        if !isDone { try events.advance() }
    }

    private mutating func visitMapping(_ path: ArraySlice<UInt8>?, consumed: Int) throws(ManifestError) {
        try events.advance()
        while !isDone, events.type != YAML_MAPPING_END_EVENT {
            let mark = events.mark
            let rest = path.flatMap { events.type == YAML_SCALAR_EVENT ? Self.rest(of: $0, after: events.scalar) : nil }
            let taken = taken(path, rest)
            if rest != nil { note(consumed + taken, mark) }
            try visit(nil, consumed: consumed)
            try visit(rest, consumed: consumed + taken)
        }
        if !isDone { try events.advance() }
    }

    private func taken(_ path: ArraySlice<UInt8>?, _ rest: ArraySlice<UInt8>?) -> Int {
        guard let path, let rest else { return 0 }
        return path.count - rest.count
    }

    private mutating func note(_ length: Int, _ mark: yaml_mark_t) {
        guard length > best?.length ?? 0 else { return }
        best = (length, events.position(mark))
    }

    /// What remains of a path after one step, `nil` when it does not begin with that step.
    private static func rest(of path: ArraySlice<UInt8>, after step: some Collection<UInt8>) -> ArraySlice<UInt8>? {
        guard !path.isEmpty, path.starts(with: step) else { return nil }
        let rest = path.dropFirst(step.count)
        switch rest.first {
        case nil, UInt8(ascii: "["): return rest
        case UInt8(ascii: "."): return rest.dropFirst()
        default: return nil
        }
    }
}
