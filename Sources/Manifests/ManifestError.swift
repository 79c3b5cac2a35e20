/// A place in a text, counted from 1.
public struct SourcePosition: Sendable, Hashable, CustomStringConvertible {
    /// The file as the user named it.
    public let file: String
    /// The line, counted from 1.
    public let line: Int
    /// The column in characters, counted from 1.
    public let column: Int

    /// A place in a file.
    public init(file: String, line: Int, column: Int = 1) {
        self.file = file
        self.line = line
        self.column = column
    }

    /// `FILE:LINE:COLUMN`, as compilers write it.
    public var description: String { "\(file.inOneLine(limit: 4096)):\(line):\(column)" }
}

/// Why a text could not be read as manifests, or a manifest not be edited.
public struct ManifestError: Error, Hashable {
    /// What is wrong.
    public enum Reason: Sendable, Hashable {
        /// The text is no YAML or JSON; the parser's own words.
        case syntax(String)
        /// A key stands twice in one mapping.
        case duplicateKey(String)
        /// A limit of the readers was passed; what and how many are allowed.
        case limit(String, Int)
        /// A document is no mapping.
        case notAnObject(found: String)
        /// A field of every object is missing, empty or of the wrong type.
        case badField(path: String, expected: String, found: String)
        /// An edit needs a mapping where something else is.
        case notAMapping(path: String, found: String)
        /// Two manifests are the same object.
        case sameObjectTwice(ResourceKey, first: SourcePosition)
        /// Anything else, in one line.
        case other(String)
    }

    /// What is wrong.
    public let reason: Reason
    /// Where, when known.
    public var position: SourcePosition?
    /// Which object, when known.
    public var resource: ResourceKey?

    /// An error with what is known of its place.
    public init(_ reason: Reason, position: SourcePosition? = nil, resource: ResourceKey? = nil) {
        self.reason = reason
        self.position = position
        self.resource = resource
    }
}

extension ManifestError {
    /// Whether the text is only too much, so that reading it in another way would not help.
    var isLimit: Bool { if case .limit = reason { true } else { false } }
}

extension ManifestError: CustomStringConvertible {
    /// Where, which object, what is wrong and what to do, in one line.
    public var description: String {
        let place = [position?.description, resource?.shortDescription].compactMap { $0 }.map { "\($0): " }
        return place.joined() + problem
    }

    private var problem: String {
        switch reason {
        case .syntax(let text): text.inOneLine(limit: 400)
        case .duplicateKey(let key): "key \"\(key.inOneLine())\" is there twice in one mapping; remove one"
        case .limit(let what, let most): "more than \(most) \(what); simplify or split the file"
        case .notAnObject(let found): "a manifest must be a mapping, found \(found)"
        case .badField(let path, let expected, let found):
            "\(path.inOneLine()) must be \(expected), found \(found.inOneLine())"
        case .notAMapping(let path, let found):
            "\(path.isEmpty ? "the object" : path.inOneLine()) must be a mapping, found \(found)"
        case .sameObjectTwice(let key, let first): "\(key.shortDescription) is already defined at \(first); remove one"
        case .other(let text): text.inOneLine(limit: 400)
        }
    }
}
