/// Reads the `Warning` headers of an answer.
///
/// [RFC 7234, section 5.5](https://www.rfc-editor.org/rfc/rfc7234#section-5.5); API servers use code 299 for all theirs.
enum WarningHeader {
    /// The texts of all 299 warnings, in order, each once.
    static func texts(in values: [String]) -> [String] {
        var seen: Set<String> = []
        return values.flatMap { texts(in: $0) }.filter { seen.insert($0).inserted }
    }

    private static func texts(in value: String) -> [String] {
        var rest = value.unicodeScalars[...]
        var texts: [String] = []
        while let (code, text) = next(&rest) {
            if code == "299" { texts.append(text.onOneLine()) }
        }
        return texts
    }

    /// Takes `CODE AGENT "TEXT"[ "DATE"]` and the comma after it; `nil` at the end or at what is no warning.
    private static func next(_ rest: inout Substring.UnicodeScalarView) -> (code: String, text: String)? {
        rest = rest.drop { $0 == " " || $0 == "," || $0 == "\t" }
        let code = rest.prefix { ("0"..."9").contains($0) }
        guard code.count == 3, let quote = rest.firstIndex(of: "\"") else { return nil }
        rest = rest[quote...]
        guard let text = quoted(&rest) else { return nil }
        rest = rest.drop { $0 == " " }
        if rest.first == "\"" { _ = quoted(&rest) }
        return (String(code), text)
    }

    /// Takes a text in double quotes, in which a backslash makes the next character ordinary.
    private static func quoted(_ rest: inout Substring.UnicodeScalarView) -> String? {
        var text = String.UnicodeScalarView()
        var isEscaped = false
        var index = rest.index(after: rest.startIndex)
        while index < rest.endIndex {
            let scalar = rest[index]
            index = rest.index(after: index)
            if !isEscaped && scalar == "\"" {
                rest = rest[index...]
                return String(text)
            }
            isEscaped = !isEscaped && scalar == "\\"
            if !isEscaped { text.append(scalar) }
        }
        return nil
    }
}
