import KubernetesAPI
package import Rollouts

/// Looks for mistakes that show without a cluster: in the manifests, and in what each stage would make of them.
package struct Validation: Sendable {
    private let application: Application
    private let identity: Application.Identity
    private let fileProblems: [ConfigurationProblem]

    /// A validation of an application, which may have been read in spite of problems in its file.
    package init(
        application: Application,
        identity: Application.Identity,
        fileProblems: [ConfigurationProblem] = []
    ) {
        self.application = application
        self.identity = identity
        self.fileProblems = fileProblems
    }

    /// Every mistake, one line each, none twice, those of the file first; empty when all is well.
    ///
    /// When the file has mistakes only the manifests themselves are looked at, since what a stage would make of them is
    /// not known then, and not even they when the mistakes are about where they come from.
    package func problems() async -> [String] {
        var problems = fileProblems.map { "\($0)" }
        var seen = Set(problems)
        for line in await furtherProblems() where seen.insert(line).inserted { problems.append(line) }
        return problems
    }

    private func furtherProblems() async -> [String] {
        guard fileProblems.isEmpty else { return isInputReadable ? manifestProblems() : [] }
        let runner = StageRunner(connections: ClusterConnections(engine: HTTPEngine()))
        var problems: [String] = []
        var plans: [StagePlan] = []
        for (name, options) in stages {
            do {
                plans.append(try await runner.plan(request(name, options), after: plans))
            } catch {
                problems += "\(error)".split(separator: "\n").map(String.init)
            }
        }
        return problems
    }

    private func manifestProblems() -> [String] {
        do {
            let request = request(standIn.0, standIn.1)
            _ = try TargetPreparation(request: request).prepare(with: request.stage.kind.planner)
            return []
        } catch {
            return "\(error)".split(separator: "\n").map(String.init)
        }
    }

    /// Our stages of the pipeline; without a pipeline that is a quick sync.
    private var stages: [(StageName, StageOptions)] {
        let pipeline = application.configuration.pipeline
        guard !pipeline.isEmpty else {
            return [(StageName.added(.sync, to: []), application.configuration.plugin.quickSync)]
        }
        let ours = pipeline.compactMap { stage in
            stage.name.flatMap { name in stage.options.map { (name, $0) } }
        }
        return ours.isEmpty ? [standIn] : ours
    }

    /// The stage that only takes the manifests as they are, so that they are looked at.
    private var standIn: (StageName, StageOptions) {
        (StageName.added(.primaryRollout, to: []), StageOptions(.primaryRollout(PrimaryRolloutOptions())))
    }

    /// Whether no mistake in the file is about the manifests' origin.
    private var isInputReadable: Bool {
        let input = "spec.plugins.\(application.configuration.pluginName).input"
        return fileProblems.allSatisfy { problem in
            !"\(input).".hasPrefix("\(problem.path).") && !problem.path.hasPrefix("\(input).")
                && !problem.path.hasPrefix("\(input)[") && !problem.path.isEmpty
        }
    }

    private func request(_ name: StageName, _ options: StageOptions) -> StageRequest {
        StageRequest(
            stage: name,
            options: withoutLabels(options),
            application: application,
            identity: identity,
            targets: standInTargets.map { DeployTarget(name: $0.name, labels: $0.labels, access: .offline) },
            running: RunningVersion(application: application, commit: identity.commit)
        )
    }

    /// The targets that the application file itself names, else one for all; labels get a target that has them.
    private var standInTargets: [TargetSelection.Registered] {
        let ofInput = application.configuration.plugin.input.multiTargets.map(\.target)
        let ofStages = stages.flatMap(\.1.targets).filter { $0.name != nil }
        var seen: Set<String> = []
        let targets = (ofInput.isEmpty ? ofStages : ofInput).map { selector in
            guard case .labels(let labels) = selector else { return TargetSelection.Registered("\(selector)") }
            return TargetSelection.Registered("\(selector)", labels: labels)
        }
        let distinct = targets.filter { seen.insert($0.name).inserted }
        return distinct.isEmpty ? [TargetSelection.Registered("every target")] : distinct
    }

    /// The same options, but where targets are chosen by labels that nobody has here, every target is.
    private func withoutLabels(_ options: StageOptions) -> StageOptions {
        var options = options
        let targets = standInTargets
        options.targets = options.targets.flatMap { selector in
            let isKnown = selector.name != nil || targets.contains(where: selector.selects)
            return isKnown ? [selector] : targets.map { TargetSelector.name($0.name) }
        }
        return options
    }
}
