import CYAML

/// The events of a YAML text, one after the other, as libyaml finds them.
final class YAMLEvents {
    let file: String
    private let text: UnsafeBufferPointer<UInt8>
    private let firstLine: Int
    /// A character of the text that was looked at last, by its number and by its offset in bytes.
    private var cursor: (index: Int, offset: Int)
    private let parser = UnsafeMutablePointer<yaml_parser_t>.allocate(capacity: 1)
    private let event = UnsafeMutablePointer<yaml_event_t>.allocate(capacity: 1)
    /// What libyaml is given when there is no text: it refuses a null pointer.
    private let nothing = UnsafeMutablePointer<UInt8>.allocate(capacity: 1)

    /// Begins to read a text, which must live until this is gone.
    ///
    /// - Parameters:
    ///   - text: The text, or the part of a file that begins at the start of a line.
    ///   - file: What errors call the text.
    ///   - firstLine: The number of lines of the file before the text.
    /// - Throws: `ManifestError` when there is no memory for a parser.
    init(_ text: UnsafeBufferPointer<UInt8>, file: String, firstLine: Int = 0) throws(ManifestError) {
        self.file = file
        self.text = text
        self.firstLine = firstLine
        cursor = (0, text.starts(with: [0xEF, 0xBB, 0xBF]) ? 3 : 0)
        nothing.initialize(to: 0)
        event.initialize(to: yaml_event_t())
        parser.initialize(to: yaml_parser_t())
        guard yaml_parser_initialize(parser) != 0 else { throw ManifestError(.other("out of memory")) }
        yaml_parser_set_input_string(parser, text.baseAddress ?? UnsafePointer(nothing), text.count)
    }

    deinit {
        yaml_event_delete(event)
        yaml_parser_delete(parser)
        event.deallocate()
        parser.deallocate()
        nothing.deallocate()
    }

    /// Goes to the next event.
    func advance() throws(ManifestError) {
        yaml_event_delete(event)
        guard yaml_parser_parse(parser, event) != 0 else { throw failure() }
    }

    var type: yaml_event_type_t { event.pointee.type }

    /// Where the event begins.
    var mark: yaml_mark_t { event.pointee.start_mark }

    /// Whether the scalar is to be read as the kind of node that its text looks like.
    var isPlainScalar: Bool { event.pointee.data.scalar.plain_implicit != 0 }

    /// The text of the scalar, valid until the next event.
    var scalar: UnsafeBufferPointer<UInt8> {
        UnsafeBufferPointer(start: event.pointee.data.scalar.value, count: event.pointee.data.scalar.length)
    }

    /// The tag of the scalar, when it has one.
    var scalarTag: String? { Self.string(event.pointee.data.scalar.tag) }

    /// Whether the scalar stands for the fields of other mappings when it is a key.
    var isMerge: Bool {
        scalar.elementsEqual("<<".utf8) && (isPlainScalar || scalarTag == "tag:yaml.org,2002:merge")
    }

    /// Whether the scalar, which looks like another kind of node, has the tag `!` that makes it a string.
    ///
    /// libyaml does not hand that tag on.
    var hasStringTag: Bool {
        let node = event.pointee.data.scalar
        guard node.style == YAML_PLAIN_SCALAR_STYLE else { return true }
        // Such a text is ASCII in one line: with neither a tag nor an anchor its place is as long as it is.
        let length = event.pointee.end_mark.index &- mark.index
        guard node.length > 0, length != node.length else { return false }
        return node.anchor == nil || hasTagBesideAnchor()
    }

    private func hasTagBesideAnchor() -> Bool {
        let isBlank: (UInt8) -> Bool = { " \t\r\n".utf8.contains($0) }
        var rest = text[offset(ofCharacter: Int(mark.index))...]
        if rest.first == UInt8(ascii: "&") {
            rest = rest.drop { !isBlank($0) }.drop(while: isBlank)
            while rest.first == UInt8(ascii: "#") { rest = rest.drop { $0 != UInt8(ascii: "\n") }.drop(while: isBlank) }
        }
        return rest.first == UInt8(ascii: "!")
    }

    /// The offset of a character that does not lie before the one that was asked for last.
    private func offset(ofCharacter index: Int) -> Int {
        while cursor.index < index, cursor.offset < text.count {
            cursor.offset += 1
            // The continuation bytes of UTF-8 belong to a character that is counted already.
            if cursor.offset == text.count || text[cursor.offset] & 0xC0 != 0x80 { cursor.index += 1 }
        }
        return cursor.offset
    }

    /// The name that an alias stands for, or that the node is given.
    var anchor: String? {
        switch type {
        case YAML_ALIAS_EVENT: Self.string(event.pointee.data.alias.anchor)
        case YAML_SCALAR_EVENT: Self.string(event.pointee.data.scalar.anchor)
        case YAML_SEQUENCE_START_EVENT: Self.string(event.pointee.data.sequence_start.anchor)
        case YAML_MAPPING_START_EVENT: Self.string(event.pointee.data.mapping_start.anchor)
        default: nil
        }
    }

    func position(_ mark: yaml_mark_t) -> SourcePosition {
        SourcePosition(file: file, line: firstLine + Int(mark.line) + 1, column: Int(mark.column) + 1)
    }

    private static func string(_ text: UnsafeMutablePointer<yaml_char_t>?) -> String? {
        text.map { String(cString: $0) }
    }

    private func failure() -> ManifestError {
        let problem = parser.pointee.problem.map { String(cString: $0) } ?? "the text is no YAML"
        switch parser.pointee.error {
        case YAML_READER_ERROR:
            var lines = YAMLLines(text)
            let place = lines.place(ofByte: Int(parser.pointee.problem_offset))
            let position = SourcePosition(file: file, line: firstLine + place.line + 1, column: place.column + 1)
            return ManifestError(.syntax(problem), position: position)
        case YAML_MEMORY_ERROR:
            return ManifestError(.other("out of memory"), position: SourcePosition(file: file, line: firstLine + 1))
        default:
            let position = position(parser.pointee.problem_mark)
            return ManifestError(
                .syntax(problem + context(apartFrom: position) + hint(at: position)),
                position: position
            )
        }
    }

    /// What the parser was reading, and where that began when it was in another line.
    private func context(apartFrom position: SourcePosition) -> String {
        guard let context = parser.pointee.context else { return "" }
        let start = self.position(parser.pointee.context_mark)
        let place = start.line == position.line ? "" : " that starts at line \(start.line)"
        return " " + String(cString: context) + place
    }

    private func hint(at position: SourcePosition) -> String {
        var lines = YAMLLines(text)
        let start = lines.offset(ofLine: position.line - firstLine - 1)
        let tab = UInt8(ascii: "\t")
        let indentation = text[start...].prefix { $0 == UInt8(ascii: " ") || $0 == tab }
        return indentation.contains(tab) && position.column <= indentation.count + 1
            ? "; indent with spaces, not with tabs" : ""
    }
}
