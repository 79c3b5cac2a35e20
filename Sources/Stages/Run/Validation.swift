import KubernetesAPI
import Rollouts

/// Looks for mistakes that show without a cluster: in the manifests, and in what each stage would make of them.
package struct Validation: Sendable {
    private let application: Application
    private let identity: Application.Identity

    package init(application: Application, identity: Application.Identity) {
        self.application = application
        self.identity = identity
    }

    /// Every mistake, one line each, none twice; empty when all is well.
    package func problems() async -> [String] {
        var problems = application.configuration.pipelineProblems.map(\.description)
        var seen: Set<String> = []
        var plans: [StagePlan] = []
        for (name, options) in stages {
            for line in await self.problems(of: name, options, after: &plans) where seen.insert(line).inserted {
                problems.append(line)
            }
        }
        return problems
    }

    /// Our stages of the pipeline; without any, a primary rollout stands in, so that the manifests are looked at.
    private var stages: [(StageName, StageOptions)] {
        var ours: [(StageName, StageOptions)] = []
        for stage in application.configuration.pipeline {
            if case .ours(let name, let options) = stage.action { ours.append((name, options)) }
        }
        guard ours.isEmpty else { return ours }
        return [(StageName(.primaryRollout, in: .short), StageOptions(.primaryRollout(PrimaryRolloutOptions())))]
    }

    private func problems(
        of name: StageName,
        _ options: StageOptions,
        after plans: inout [StagePlan]
    ) async -> [String] {
        let request = StageRequest(
            stage: name,
            options: options,
            application: application,
            identity: identity,
            targets: targetNames(options).map { DeployTarget(name: $0, access: .offline) },
            running: RunningVersion(application: application, commit: identity.commit)
        )
        let runner = StageRunner(connections: ClusterConnections(engine: HTTPEngine()))
        do {
            plans.append(try await runner.plan(request, after: plans))
            return []
        } catch {
            return "\(error)".split(separator: "\n").map(String.init)
        }
    }

    /// The targets that the application file itself names, else one stand-in.
    private func targetNames(_ options: StageOptions) -> [String] {
        let named = application.configuration.plugin.input.multiTargets.compactMap(\.name)
        let names = named.isEmpty ? options.targets : named
        return names.isEmpty ? ["every target"] : names
    }
}
