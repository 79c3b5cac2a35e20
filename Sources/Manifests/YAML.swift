/// Reads YAML as Kubernetes tools do.
public enum YAML {
    /// The documents of a text that hold anything: blank ones, ones with only comments and `null` are left out.
    ///
    /// Scalars follow YAML 1.1 (`yes` is true, `0777` is 511); a key that stands twice in one mapping is refused.
    ///
    /// - Parameters:
    ///   - bytes: The text: UTF-8, or UTF-16 with a byte order mark. JSON is YAML too.
    ///   - file: What errors call the text.
    ///   - limits: What to refuse for its size.
    /// - Returns: The documents in the order of the text.
    /// - Throws: `ManifestError` with the place of the first mistake.
    public static func documents(
        in bytes: [UInt8],
        file: String,
        limits: ReadLimits = .standard
    ) throws(ManifestError) -> [YAMLDocument] {
        var documents: [YAMLDocument] = []
        for result in read(bytes, file: file, limits: limits) { documents.append(try result.get()) }
        return documents
    }

    /// The documents, and in the place of every one that cannot be read, why.
    static func read(_ bytes: [UInt8], file: String, limits: ReadLimits) -> [Result<YAMLDocument, ManifestError>] {
        do {
            try limits.check(size: bytes.count, file: file)
        } catch {
            return [.failure(error)]
        }
        if hasOtherLineBreaks(bytes), let json = readJSON(bytes, file: file, limits: limits) { return [json] }
        let documents = bytes.withUnsafeBufferPointer { text in
            var reader = YAMLReader(text: text, source: bytes, file: file, limits: limits)
            return reader.readAll()
        }
        guard documents.count == 1, case .failure(let error) = documents[0], !error.isLimit,
            let json = readJSON(bytes, file: file, limits: limits)
        else { return documents }
        return [json]
    }

    /// Whether the text may be a JSON object, list or string.
    static func beginsLikeJSON(_ bytes: [UInt8]) -> Bool {
        let text = bytes.starts(with: [0xEF, 0xBB, 0xBF]) ? bytes[3...] : bytes[...]
        return text.first { !" \n\r\t".utf8.contains($0) }.map("{[\"".utf8.contains) == true
    }

    /// Whether what may be JSON has U+0085, U+2028 or U+2029: characters of a string there, line breaks in YAML.
    private static func hasOtherLineBreaks(_ bytes: [UInt8]) -> Bool {
        guard beginsLikeJSON(bytes) else { return false }
        return bytes.indices.dropLast().contains { index in
            switch bytes[index] {
            case 0xC2: bytes[index + 1] == 0x85
            case 0xE2: bytes[index + 1] == 0x80 && index + 2 < bytes.count && bytes[index + 2] & 0xFE == 0xA8
            default: false
            }
        }
    }

    /// The text as one JSON value, which libyaml does not always take: it refuses an emoji written as `\ud83d\ude00`.
    ///
    /// - Returns: The value, or why it is refused although it is JSON; `nil` when it is no JSON.
    private static func readJSON(
        _ bytes: [UInt8],
        file: String,
        limits: ReadLimits
    ) -> Result<YAMLDocument, ManifestError>? {
        guard beginsLikeJSON(bytes) else { return nil }
        do {
            let value = try Value(json: bytes, file: file, limits: limits)
            let position = SourcePosition(file: file, line: 1)
            return .success(
                YAMLDocument(value: value, position: position, warnings: [], source: bytes, offset: 0, firstLine: 0)
            )
        } catch {
            if case .duplicateKey = error.reason { return .failure(error) }
            if error.isLimit { return .failure(error) }
            return nil
        }
    }
}

/// One document of a YAML text.
public struct YAMLDocument: Sendable {
    /// What it holds.
    public let value: Value
    /// Where its first node begins.
    public let position: SourcePosition
    /// What was read, but perhaps not as it was meant.
    public internal(set) var warnings: [ManifestWarning]

    let source: [UInt8]
    let offset: Int
    let firstLine: Int

    /// The place of the node at a path such as `spec.pipeline.stages[0].with.replicas`.
    ///
    /// A field has the place of its key. When the node itself is not in the text, because it is missing or comes from an
    /// alias, the nearest parent that is there answers. Reads the document again: meant for messages.
    ///
    /// - Returns: The place, `nil` when not even the first step of the path is in the text.
    public func position(of path: String) -> SourcePosition? {
        search { $0.find(path) }
    }

    /// The places of the elements of a list, empty when there is none at the path.
    func elementPositions(of path: String) -> [SourcePosition] {
        search { $0.findElements(path) } ?? []
    }

    private func search<Found>(_ body: (inout YAMLPathFinder) -> Found?) -> Found? {
        source.withUnsafeBufferPointer { text in
            let part = UnsafeBufferPointer(rebasing: text[min(offset, text.count)...])
            guard var finder = YAMLPathFinder(part, file: position.file, firstLine: firstLine) else { return nil }
            return body(&finder)
        }
    }
}
