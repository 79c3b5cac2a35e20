/// Where a patch works: `$.spec.containers[0].image`, `$..image`, `$.data.'app.yaml'`, `$.data.app\.yaml`.
struct PatchPath: Hashable {
    /// One step from a node to nodes below it.
    enum Step: Hashable {
        /// The field of that name.
        case child(String)
        /// Every field of that name at any depth.
        case descendants(String)
        /// The element at that place, counted from 0.
        case element(Int)
    }

    /// Why a text is no path.
    struct Problem: Error, CustomStringConvertible {
        let path: String
        let text: String

        var description: String {
            "\"\(path)\" is no path: \(text); write it like $.spec.containers[0].image or $.data.'app.yaml'"
        }
    }

    let steps: [Step]

    init(_ text: String) throws(Problem) {
        var reader = Reader(text)
        steps = try reader.read()
    }

    /// Reads a path from left to right.
    private struct Reader {
        private let text: String
        private var rest: Substring

        init(_ text: String) {
            self.text = text
            rest = text[...]
        }

        mutating func read() throws(Problem) -> [Step] {
            guard take("$") else { throw problem("it must start with \"$\"") }
            var steps: [Step] = []
            while !rest.isEmpty {
                if take("..") {
                    steps.append(.descendants(try name()))
                } else if take(".") {
                    steps.append(.child(try name()))
                } else if take("[") {
                    steps.append(try bracket())
                } else {
                    throw problem("unexpected \"\(rest)\"")
                }
            }
            return steps
        }

        private mutating func bracket() throws(Problem) -> Step {
            let step: Step
            if rest.hasPrefix("'") {
                step = .child(try quoted())
            } else {
                let digits = rest.prefix { $0.isASCII && $0.isNumber }
                guard let index = Int(digits) else { throw problem("an index must be a number") }
                rest = rest[digits.endIndex...]
                step = .element(index)
            }
            guard take("]") else { throw problem("\"]\" is missing") }
            return step
        }

        private mutating func name() throws(Problem) -> String {
            if rest.hasPrefix("'") { return try quoted() }
            var name = ""
            while let character = rest.first, character != ".", character != "[" {
                rest.removeFirst()
                guard character == "\\" else {
                    name.append(character)
                    continue
                }
                guard let escaped = rest.popFirst() else { throw problem("nothing follows the last \"\\\"") }
                name.append(escaped)
            }
            guard !name.isEmpty else { throw problem("a field name is missing") }
            return name
        }

        private mutating func quoted() throws(Problem) -> String {
            rest.removeFirst()
            guard let end = rest.firstIndex(of: "'") else { throw problem("a closing ' is missing") }
            let name = String(rest[..<end])
            rest = rest[rest.index(after: end)...]
            return name
        }

        private mutating func take(_ prefix: String) -> Bool {
            guard rest.hasPrefix(prefix) else { return false }
            rest.removeFirst(prefix.count)
            return true
        }

        private func problem(_ what: String) -> Problem { Problem(path: text, text: what) }
    }
}
