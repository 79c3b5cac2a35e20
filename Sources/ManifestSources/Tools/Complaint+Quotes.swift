extension String {
    /// What kustomize and helm quote of the files they read, by what stands before and after it.
    ///
    /// A patch, a literal of a generator, the name of an alias that is none: each may be a value of a Secret.
    private static let quotes: [(start: String, end: String)] = [
        ("with config: `", "`"), ("patch from [", "]"), ("literal sources [", "]"),
        ("invalid literal source ", ", expected"), ("unknown anchor '", "'"), ("node contents:", ""),
        (": value: {", "}"), ("cannot unmarshal !!", " into "),
    ]

    /// The words of a tool without what they quote; where a quote may end in more than one place, it ends in the last.
    var withoutQuotedInput: String {
        var text = self
        for path in text.pathsThatAreNone { text = text.replacing(path, with: "(hidden)") }
        for quote in Self.quotes {
            guard let start = text.firstRange(of: quote.start)?.upperBound else { continue }
            let end = quote.end.isEmpty ? nil : text[start...].ranges(of: quote.end).last?.lowerBound
            text.replaceSubrange(start..<(end ?? text.endIndex), with: "(hidden)")
        }
        return text
    }

    /// What was taken for the path of a file and has a line break or `: ` in it: a patch that was not recognized as one.
    private var pathsThatAreNone: [String] {
        guard let start = firstRange(of: "failure on '")?.upperBound,
            let end = self[start...].firstRange(of: "' : lstat ")?.lowerBound
        else { return [] }
        let path = self[start..<end]
        return path.contains(": ") || path.contains("\\n") || path.contains(where: \.isNewline) ? [String(path)] : []
    }

    /// The words of a program that logs as kubectl does, without time, process and place: `E1121 20:53:16.083700 …] "…" err="…"`.
    var withoutLogPrefix: String {
        let mark = #/(?m)^[IWEF]\d{4} \d\d:\d\d:\d\d\.\d+ +\d+ [^\]\n]*\] "command failed" err=/#
        guard let range = firstMatch(of: mark)?.range else { return self }
        let (before, message) = (self[..<range.lowerBound], self[range.upperBound...])
        if message.hasPrefix("<\n"), let end = message.ranges(of: "\n >").last?.lowerBound {
            return String(before + message[..<end].dropFirst(2) + message[end...].dropFirst(3))
        }
        guard message.hasPrefix("\""), let end = message.lastIndex(of: "\""), end > message.startIndex else {
            return String(before + message)
        }
        let quoted = message[..<end].dropFirst().replacing(#"\\"#, with: "\0").replacing(#"\""#, with: "\"")
        return String(before + quoted.replacing("\0", with: #"\"#) + message[end...].dropFirst())
    }
}
