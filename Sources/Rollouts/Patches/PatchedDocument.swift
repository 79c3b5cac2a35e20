import Manifests

/// A YAML text inside a manifest, changed so that comments and layout stay.
///
/// The scalar is exchanged in the text itself, and the result read again. Only if that is not the wanted document,
/// because the scalar is written in an unusual way, the whole text is written anew.
struct PatchedDocument {
    /// The text as it is now.
    private(set) var text: String
    /// What the text says.
    private(set) var value: Value

    init(_ text: String, root: String, manifest: Manifest) throws(RolloutError) {
        self.text = text
        do {
            let documents = try YAML.documents(in: Array(text.utf8), file: root)
            guard documents.count == 1 else {
                let found = "it must hold one document, found \(documents.count)"
                throw RolloutError(.patch(path: root, text: found), in: manifest)
            }
            value = documents[0].value
        } catch let error as RolloutError {
            throw error
        } catch {
            // The parser's words could quote the text, which may be secret.
            throw RolloutError(.patch(path: root, text: "its text is no YAML"), in: manifest)
        }
    }

    /// Puts the scalars of a new value at some places into the text.
    mutating func replace(_ places: [[NodeStep]], with newValue: Value) {
        var expected = value
        for place in places {
            guard let scalar = newValue.node(at: place) else { continue }
            expected = expected.replacing(place[...], with: scalar)
            let candidates = [
                Self.spliced(text, place, scalar.plainText, keepingQuotes: true),
                Self.spliced(text, place, scalar.jsonText(), keepingQuotes: false),
            ]
            text =
                candidates.compactMap { $0 }.first { Self.read($0) == expected } ?? Self.rewritten(expected, like: text)
            value = expected
        }
    }

    /// The whole value as YAML, with a line feed at the end if the old text has one.
    private static func rewritten(_ value: Value, like text: String) -> String {
        let yaml = value.yamlText()
        return text.hasSuffix("\n") ? yaml : String(yaml.dropLast())
    }

    private static func read(_ text: String) -> Value? {
        guard let documents = try? YAML.documents(in: Array(text.utf8), file: ""), documents.count == 1 else {
            return nil
        }
        return documents[0].value
    }

    /// The text with the scalar at a place exchanged, `nil` when it is not found where it should be.
    private static func spliced(
        _ text: String,
        _ place: [NodeStep],
        _ scalar: String,
        keepingQuotes: Bool
    ) -> String? {
        let documents = try? YAML.documents(in: Array(text.utf8), file: "")
        guard let position = documents?.first?.position(of: place.pathText) else { return nil }
        let feed = UInt8(ascii: "\n")
        let lines = text.utf8.split(separator: feed, omittingEmptySubsequences: false).map { String(Substring($0)) }
        guard lines.indices.contains(position.line - 1) else { return nil }
        let line = lines[position.line - 1]
        let scalars = line.unicodeScalars
        guard position.column <= scalars.count else { return nil }
        let start = scalars.index(scalars.startIndex, offsetBy: position.column - 1)
        let holder = ScalarLine(line, from: start, isField: place.last?.isField == true)
        guard let changed = holder.replacingScalar(with: scalar, keepingQuotes: keepingQuotes) else { return nil }
        var result = lines
        result[position.line - 1] = changed
        return result.joined(separator: "\n")
    }
}

/// One line of a YAML text that holds a scalar.
private struct ScalarLine {
    private let line: String
    private let start: String.Index
    private let isField: Bool

    init(_ line: String, from start: String.Index, isField: Bool) {
        self.line = line
        self.start = start
        self.isField = isField
    }

    /// The line with another scalar, in the quotes of the old one or without them.
    func replacingScalar(with text: String, keepingQuotes: Bool) -> String? {
        guard let begin = isField ? afterColon() : start, begin < line.endIndex else { return nil }
        let rest = line[begin...]
        if let quote = rest.first, quote == "'" || quote == "\"" {
            guard let end = rest.dropFirst().firstIndex(of: quote) else { return nil }
            let quoted = keepingQuotes ? "\(quote)\(text)\(quote)" : text
            return line[..<begin] + quoted + line[line.index(after: end)...]
        }
        guard let length = lengthOfPlainScalar(rest) else { return nil }
        return line[..<begin] + text + rest.dropFirst(length)
    }

    /// The start of the value behind the key and its colon.
    private func afterColon() -> String.Index? {
        var index = start
        if let quote = line[index...].first, quote == "'" || quote == "\"" {
            guard let end = line[index...].dropFirst().firstIndex(of: quote) else { return nil }
            index = line.index(after: end)
        }
        guard let colon = line[index...].firstIndex(of: ":") else { return nil }
        return line[colon...].dropFirst().firstIndex { $0 != " " }
    }

    private func lengthOfPlainScalar(_ rest: Substring) -> Int? {
        var length = 0
        var previous: Character = " "
        for character in rest {
            if character == "#" && previous == " " || ",]}\r".contains(character) { break }
            length += 1
            previous = character
        }
        let scalar = rest.prefix(length)
        let spaces = scalar.reversed().prefix { $0 == " " }.count
        return length > spaces ? length - spaces : nil
    }
}

extension NodeStep {
    fileprivate var isField: Bool {
        guard case .field = self else { return false }
        return true
    }
}

extension Sequence where Element == NodeStep {
    /// The path as `YAMLDocument` wants it.
    fileprivate var pathText: String {
        reduce(into: "") { path, step in
            switch step {
            case .field(let name): path += path.isEmpty ? name : ".\(name)"
            case .index(let index): path += "[\(index)]"
            }
        }
    }
}

extension Value {
    /// A scalar without quotes; whether it still means the same is for the reader to find out.
    fileprivate var plainText: String { string ?? jsonText() }
}
