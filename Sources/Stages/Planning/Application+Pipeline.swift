import Manifests
import Rollouts

extension Application {
    /// Refuses a pipeline that cannot work as a whole on some targets.
    ///
    /// - Parameter registered: The targets that the application is registered for.
    /// - Throws: `ApplicationError` with every stage that cannot work after the ones before it, `RolloutError` when no
    ///   target is left to run on.
    package func checkPipeline(on registered: [DeployTarget]) throws {
        let selection = try TargetSelection(
            registered: registered.map { TargetSelection.Registered($0.name, labels: $0.labels) },
            input: configuration.plugin.input
        )
        let check = PipelineCheck(configuration.pipeline, targets: selection.entries.map(\.name))
        let problems = check.findings().filter { $0.severity == .error }.map { finding in
            let path = "spec.pipeline.stages[\(finding.index)].name"
            let position = document.position(of: path)
            return "\(ConfigurationProblem(position: position, path: path, text: finding.text))"
        }
        guard problems.isEmpty else { throw ApplicationError(problems: problems) }
    }
}
