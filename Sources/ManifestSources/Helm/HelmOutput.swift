/// What helm printed, taken apart at the templates that it names.
enum HelmOutput {
    /// The documents, each as the text that its template made.
    ///
    /// helm writes a line `# Source: CHART/templates/FILE` above each document. What stands before the first one is no
    /// manifest: fetching dependencies is told there.
    ///
    /// - Parameters:
    ///   - bytes: Standard output of `helm template`.
    ///   - name: What to call the text when it names no template.
    /// - Returns: The texts in their order; the whole output when it names no template.
    static func texts(in bytes: [UInt8], name: String) -> [RenderedManifests.Text] {
        let marks = marks(in: bytes)
        guard !marks.isEmpty else { return [RenderedManifests.Text(bytes: bytes, name: name)] }
        let ends = marks.dropFirst().map(\.start) + [bytes.count]
        return zip(marks, ends).map { mark, end in
            RenderedManifests.Text(bytes: Array(bytes[mark.end..<end]), name: "\(mark.source) (rendered)")
        }
    }

    /// A separator together with the comment below it.
    private struct Mark {
        let start: Int
        /// Where the document begins.
        let end: Int
        let source: String
    }

    private static func marks(in bytes: [UInt8]) -> [Mark] {
        let mark = Array("---\n# Source: ".utf8)
        var marks: [Mark] = []
        var lineStart = 0
        while lineStart < bytes.count {
            let lineEnd = bytes[lineStart...].firstIndex(of: UInt8(ascii: "\n")) ?? bytes.count
            defer { lineStart = lineEnd + 1 }
            guard lineEnd == lineStart + 3, bytes[lineStart...].starts(with: mark) else { continue }
            let source = bytes[(lineStart + mark.count)...].prefix { $0 != UInt8(ascii: "\n") }
            let path = String(decoding: source.filter { $0 >= 32 && $0 != 127 }, as: UTF8.self)
            marks.append(Mark(start: lineStart, end: min(source.endIndex + 1, bytes.count), source: path))
        }
        return marks
    }
}
