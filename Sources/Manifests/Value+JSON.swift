extension Value {
    /// Reads a JSON text ([RFC 8259](https://www.rfc-editor.org/rfc/rfc8259)).
    ///
    /// Integers stay integers; one that does not fit into 64 bits becomes `double`. A byte order mark is accepted. Of
    /// a key that stands twice in one object the last value counts, in the place of the first, unless the limits say
    /// otherwise: what a person wrote is read with `ReadLimits.standard`, which refuses it. Refused are surrogates that are
    /// no pair and numbers beyond `double`.
    ///
    /// - Parameters:
    ///   - bytes: The text, UTF-8.
    ///   - file: What errors call the text.
    ///   - limits: What to refuse for its size.
    /// - Throws: `ManifestError` with the place of the first mistake.
    public init(
        json bytes: [UInt8],
        file: String = "JSON",
        limits: ReadLimits = .machineWritten
    ) throws(ManifestError) {
        try limits.check(size: bytes.count, file: file)
        self = try bytes.withUnsafeBufferPointer { text throws(ManifestError) in
            var reader = JSONReader(text, limits: limits)
            do throws(JSONReader.Failure) {
                return try reader.readText()
            } catch {
                throw ManifestError(error.reason, position: SourcePosition(file: file, offset: error.offset, in: text))
            }
        }
    }

    /// The node as JSON, without a line feed at the end.
    ///
    /// Numbers have the shortest form that reads back. An infinite number, which no reader returns, becomes `null`.
    public func jsonBytes(_ style: JSONStyle = .compact) -> [UInt8] {
        var writer = JSONWriter(style)
        writer.write(self)
        return writer.bytes
    }

    /// The node as JSON, without a line feed at the end.
    ///
    /// Numbers have the shortest form that reads back. An infinite number, which no reader returns, becomes `null`.
    public func jsonText(_ style: JSONStyle = .compact) -> String {
        String(decoding: jsonBytes(style), as: UTF8.self)
    }
}

/// How JSON is laid out.
public struct JSONStyle: OptionSet, Sendable {
    /// One bit for each option.
    public let rawValue: Int

    /// A set of options by their bits.
    public init(rawValue: Int) {
        self.rawValue = rawValue
    }

    /// No white space, fields in their own order.
    public static let compact: JSONStyle = []
    /// A line for every element, indented by two spaces.
    public static let pretty = JSONStyle(rawValue: 1)
    /// Fields sorted by the bytes of their names.
    public static let sortedKeys = JSONStyle(rawValue: 2)
    /// `<`, `>`, `&`, U+2028 and U+2029 written as `\u003c` and so on, as the JSON encoder of Go does by default.
    public static let htmlEscaped = JSONStyle(rawValue: 4)
}
