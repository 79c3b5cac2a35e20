public import Manifests

/// One mistake in a configuration file: where it is and what to do about it.
public struct ConfigurationProblem: Sendable, Hashable {
    /// The place in the file, when the configuration came from one.
    public let position: SourcePosition?
    /// The field, such as `spec.pipeline.stages[1].with.replicas`; empty for the whole document.
    public let path: String
    /// What is wrong, in one line.
    public let text: String

    /// A mistake at a field.
    public init(position: SourcePosition?, path: String, text: String) {
        self.position = position
        self.path = path
        self.text = text
    }
}

extension ConfigurationProblem: CustomStringConvertible {
    /// Place, field and mistake, in one line.
    ///
    /// `app.pipecd.yaml:12:7: spec.pipeline.stages[1].with.replica: unknown field, did you mean "replicas"`
    public var description: String {
        let field = path.isEmpty ? nil : path.inOneLine()
        return [position?.description, field, text.inOneLine(limit: 2000)].compactMap { $0 }.joined(separator: ": ")
    }
}

/// What a configuration says, together with everything that is wrong with it.
public struct Decoded<T: Sendable>: Sendable {
    /// The configuration, `nil` when there are problems.
    public let value: T?
    /// What could be read in spite of the problems, with defaults in the place of the rest; only for looking further.
    public let readable: T?
    /// Every mistake, in the order of the file.
    public let problems: [ConfigurationProblem]
    /// What works but is probably not meant.
    public let warnings: [ConfigurationProblem]

    /// A result; with problems the value is only `readable`.
    public init(value: T?, problems: [ConfigurationProblem] = [], warnings: [ConfigurationProblem] = []) {
        self.value = problems.isEmpty ? value : nil
        readable = value
        self.problems = problems
        self.warnings = warnings
    }

    /// The configuration, or an error with every problem in one line.
    public func get() throws(RolloutError) -> T {
        guard let value else { throw RolloutError(.badConfiguration(problems)) }
        return value
    }
}
