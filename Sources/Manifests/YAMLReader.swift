import CYAML

/// Reads the documents of one text, and goes on after one that cannot be read.
struct YAMLReader {
    /// After so many documents that cannot be read, nobody wants to know of the next one.
    private static let mostFailures = 200

    let text: UnsafeBufferPointer<UInt8>
    let source: [UInt8]
    let file: String
    let limits: ReadLimits
    private let isLikeJSON: Bool
    private var lines: YAMLLines
    private var failures = 0
    private var nodes = 0
    private var results: [Result<YAMLDocument, ManifestError>] = []
    /// The line of the file, counted from 0, in which the document that is being read begins.
    private var documentLine = 0

    init(text: UnsafeBufferPointer<UInt8>, source: [UInt8], file: String, limits: ReadLimits) {
        self.text = text
        self.source = source
        self.file = file
        self.limits = limits
        isLikeJSON = YAML.beginsLikeJSON(source)
        lines = YAMLLines(text)
    }

    mutating func readAll() -> [Result<YAMLDocument, ManifestError>] {
        do {
            try YAMLDirectives.check(text, file: file)
        } catch {
            return [.failure(error)]
        }
        var part: (offset: Int, line: Int)? = (0, 0)
        while let (offset, line) = part {
            do {
                documentLine = line
                try readDocuments(from: offset, line: line)
                part = nil
            } catch {
                note(error)
                part = failures < Self.mostFailures && !isFull(error) ? lines.separator(afterLine: documentLine) : nil
            }
        }
        warnOfMissingLineFeed()
        return results
    }

    /// Warns when the text ends in a block without a line feed: PipeCD reads the block as it is, kubectl adds the line feed.
    private mutating func warnOfMissingLineFeed() {
        guard let lastBreak = text.lastIndex(of: UInt8(ascii: "\n")), lastBreak + 1 < text.count,
            text[lastBreak + 1] == UInt8(ascii: " "), case .success(var document)? = results.last
        else { return }
        let completed = text[document.offset...] + [UInt8(ascii: "\n")]
        let value = completed.withUnsafeBufferPointer { completed -> Value? in
            guard let events = try? YAMLEvents(completed, file: file) else { return nil }
            repeat {
                guard (try? events.advance()) != nil, events.type != YAML_STREAM_END_EVENT else { return nil }
            } while events.type != YAML_DOCUMENT_START_EVENT
            try? events.advance()
            var composer = YAMLComposer(events, limits: limits)
            return try? composer.compose()
        }
        guard let value, value != document.value else { return }
        let problem =
            "the text ends in a block without a line feed, which kubectl adds and PipeCD does not; end it with one"
        let line = document.firstLine + completed.count { $0 == UInt8(ascii: "\n") }
        document.warnings.append(ManifestWarning(problem, position: SourcePosition(file: file, line: line)))
        results[results.count - 1] = .success(document)
    }

    /// Whether what was read is all that may be read of the text.
    private func isFull(_ error: ManifestError) -> Bool {
        error.isLimit && (nodes >= limits.nodes || results.count > limits.documents)
    }

    /// Takes an error in, unless reading on from the next separator came upon the same one again.
    private mutating func note(_ error: ManifestError) {
        failures += 1
        if case .failure(let last)? = results.last, last == error { return }
        results.append(.failure(error))
    }

    private mutating func readDocuments(from offset: Int, line: Int) throws(ManifestError) {
        let part = UnsafeBufferPointer(rebasing: text[offset...])
        let events = try YAMLEvents(part, file: file, firstLine: line)
        while true {
            try events.advance()
            switch events.type {
            case YAML_STREAM_END_EVENT: return
            case YAML_DOCUMENT_START_EVENT:
                documentLine = line + Int(events.mark.line)
                try readDocument(events)
            default: continue
            }
        }
    }

    private mutating func readDocument(_ events: YAMLEvents) throws(ManifestError) {
        try events.advance()
        let position = events.position(events.mark)
        guard results.count < limits.documents else {
            throw ManifestError(.limit("documents", limits.documents), position: position)
        }
        var composer = YAMLComposer(events, limits: limits, nodes: nodes, isLikeJSON: isLikeJSON)
        defer { nodes = composer.nodes }
        let value = try composer.compose()
        guard !value.isNull else { return }
        let document = YAMLDocument(
            value: value,
            position: position,
            warnings: composer.warnings,
            source: source,
            offset: lines.offset(ofLine: documentLine),
            firstLine: documentLine
        )
        results.append(.success(document))
    }
}
