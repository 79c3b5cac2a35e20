extension String {
    /// What kustomize and helm quote of the files they read, by what stands before and after it.
    ///
    /// A patch, a literal of a generator, the name of an alias that is none: each may be a value of a Secret.
    private static let quotes: [(start: String, end: String)] = [
        ("with config: `", "`"), ("patch from [", "]"), ("literal sources [", "]"),
        ("invalid literal source ", ", expected"), ("unknown anchor '", "'"), ("node contents:", ""),
    ]

    /// The words of a tool without what they quote; where a quote may end in more than one place, it ends in the last.
    var withoutQuotedInput: String {
        var text = self
        for quote in Self.quotes {
            guard let start = text.firstRange(of: quote.start)?.upperBound else { continue }
            let end = quote.end.isEmpty ? nil : text[start...].ranges(of: quote.end).last?.lowerBound
            text.replaceSubrange(start..<(end ?? text.endIndex), with: "(hidden)")
        }
        return text
    }
}
