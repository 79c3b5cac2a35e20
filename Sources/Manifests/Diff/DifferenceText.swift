extension [Difference] {
    /// The differences of one object for a highlighter of diffs.
    ///
    /// Above each stand the fields on the way to it, those that the one before it shows left out, and the path after a `#`; then the node before
    /// with `-` in the first column and the node after with `+`, and an empty line.
    ///
    /// - Parameter indentation: How many times two spaces the root is indented by; at least one.
    /// - Returns: The lines, each with a line feed at its end.
    public func text(indentation: Int = 1) -> String {
        var writer = DifferenceWriter(indentation: Swift.max(1, indentation))
        for difference in self { writer.write(difference) }
        return writer.text
    }
}

/// Writes differences in the order of their paths.
private struct DifferenceWriter {
    let indentation: Int
    private(set) var text = ""
    private var last: [FieldPath.Step] = []

    init(indentation: Int) {
        self.indentation = indentation
    }

    mutating func write(_ difference: Difference) {
        let steps = difference.path.steps
        writeParents(steps)
        let depth = indentation + Swift.max(0, steps.count - 1)
        line(depth, "#\(difference.path)\(difference.owner.map { " (\($0))" } ?? "")")
        if let before = difference.before { write(before, "-", steps.last, depth) }
        if let after = difference.after { write(after, "+", steps.last, depth) }
        text += "\n"
        last = steps
    }

    /// The steps on the way that the difference before does not share; a position and the field after it are one line.
    private mutating func writeParents(_ steps: [FieldPath.Step]) {
        var index = zip(steps, last).prefix { $0 == $1 }.count
        while index < steps.count - 1 {
            let depth = indentation + index
            switch steps[index] {
            case .key(let key): line(depth, "\(ValueBlock.plain(key)):")
            case .element(let field, let id): line(depth, "- \(field): \(ValueBlock.plain(id))")
            case .index:
                if index + 1 < steps.count - 1, case .key(let key) = steps[index + 1] {
                    line(depth, "- \(ValueBlock.plain(key)):")
                    index += 1
                } else {
                    line(depth, "-")
                }
            }
            index += 1
        }
    }

    private mutating func write(_ value: Value, _ mark: String, _ step: FieldPath.Step?, _ depth: Int) {
        let block = ValueBlock(value)
        let lines =
            switch step {
            case .key(let key)?: block.lines(behind: "\(ValueBlock.plain(key)):")
            case .index?, .element?: block.linesOfElement
            case nil: block.linesAlone
            }
        let space = String(repeating: " ", count: 2 * depth - 1)
        for line in lines { text += "\(mark)\(space)\(line)\n" }
    }

    private mutating func line(_ depth: Int, _ line: String) {
        text += String(repeating: " ", count: 2 * depth) + line + "\n"
    }
}
