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
    ///   - commitMessage: The message of the commit that triggered the deployment, `nil` when none did.
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
            guard let pattern, let commitMessage else { continue }
            do {
                let regex = try Regex(pattern).matchingSemantics(.unicodeScalar)
                if try regex.firstMatch(in: commitMessage) != nil {
                    return (.commitMatched(strategy, pattern: pattern), warnings)
                }
            } catch {
                let place = "spec.commitMatcher.\(strategy.rawValue)"
                warnings.append("\(place): \"\(pattern)\" is no regular expression and is ignored; correct it")
            }
        }
        return (isFirstDeployment ? .firstDeployment : nil, warnings)
    }
}
