/// What decides on the strategy before the two versions are compared.
///
/// These are the rules of piped, in its order.
public struct StrategyRules: Sendable {
    private let configuration: ApplicationConfiguration
    private let commitMessage: String?
    private let isFirstDeployment: Bool

    /// Rules.
    ///
    /// - Parameters:
    ///   - configuration: The application file of the new version.
    ///   - commitMessage: The message of the commit that triggered the deployment, `nil` when none did; its first line
    ///     counts.
    ///   - isFirstDeployment: Whether no version is running.
    public init(configuration: ApplicationConfiguration, commitMessage: String?, isFirstDeployment: Bool) {
        self.configuration = configuration
        self.commitMessage = commitMessage
        self.isFirstDeployment = isFirstDeployment
    }

    /// The first reason that fits, `nil` when the versions must be compared; and what is odd about the patterns.
    public func decide() -> (reason: StrategyReason?, warnings: [String]) {
        var warnings: [String] = []
        if configuration.pipeline.isEmpty { return (.noPipeline, warnings) }
        if configuration.planner.alwaysUsePipeline { return (.alwaysUsePipeline, warnings) }
        let matcher = configuration.commitMatcher
        for (strategy, pattern) in [(Strategy.pipeline, matcher.pipeline), (.quickSync, matcher.quickSync)] {
            guard let pattern, let subject else { continue }
            do {
                guard pattern.count <= Self.patternLimit else { throw PatternTooLong() }
                let regex = try Regex(pattern).matchingSemantics(.unicodeScalar)
                if try regex.firstMatch(in: subject) != nil {
                    return (.commitMatched(strategy, pattern: pattern), warnings)
                }
            } catch {
                let place = "spec.commitMatcher.\(strategy.rawValue)"
                let shown = pattern.count > 100 ? "\(pattern.prefix(100))…" : pattern
                warnings.append("\(place): \"\(shown)\" is no regular expression and is ignored; correct it")
            }
        }
        return (isFirstDeployment ? .firstDeployment : nil, warnings)
    }

    /// What piped matches: the first line of the message.
    private var subject: String? {
        commitMessage.map { String($0.drop(while: \.isWhitespace).prefix { !$0.isNewline }.prefix(Self.subjectLimit)) }
    }

    /// The most of a subject that is matched, in characters.
    private static let subjectLimit = 500

    /// The longest pattern that is tried, in characters.
    private static let patternLimit = 1000

    private struct PatternTooLong: Error {}
}
