import Manifests
package import Rollouts

extension Application {
    /// What keeps the pipeline from working as a whole on some targets.
    ///
    /// - Parameter registered: The targets that the application is registered for; `nil` when they are not known.
    /// - Returns: Every stage that cannot work after the ones before it.
    package func pipelineProblems(on registered: [TargetSelection.Registered]?) -> [ConfigurationProblem] {
        let input = configuration.plugin.input
        guard let registered, let selection = try? TargetSelection(registered: registered, input: input) else {
            return configuration.pipelineProblems
        }
        let check = PipelineCheck(configuration.pipeline, on: selection.entries.map(\.target))
        return check.findings().filter { $0.severity == .error }.map { finding in
            let path = "spec.pipeline.stages[\(finding.index)].name"
            return ConfigurationProblem(position: document.position(of: path), path: path, text: finding.text)
        }
    }

    /// Refuses a pipeline that cannot work as a whole on some targets.
    ///
    /// - Parameter targets: The targets that the application is registered for.
    /// - Throws: `ApplicationError` with every stage that cannot work after the ones before it.
    package func checkPipeline(on targets: [DeployTarget]) throws {
        let registered = targets.map { TargetSelection.Registered($0.name, labels: $0.labels) }
        let problems = pipelineProblems(on: registered)
        guard problems.isEmpty else { throw ApplicationError(problems: problems.map(\.description)) }
    }
}
