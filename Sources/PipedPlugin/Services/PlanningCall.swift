import GRPCCore
import ManifestSources
import PipedAPI
import Rollouts
import Stages

/// A call of piped that plans a deployment: it reads the sources, and asks no cluster.
///
/// For a plan preview the deployment is a stub without an ID, a trigger and targets.
struct PlanningCall: Sendable {
    let plugin: Plugin
    let input: PipedPlanPluginInput

    /// The images of the new version, sorted.
    func versions(_ stop: StopSignal) async throws -> [ArtifactVersion] {
        let planning = try planning(running: .none)
        return try await stop.aborting { try await planning.artifactVersions() }.all
    }

    /// Quick sync or pipeline: piped asks only when nothing else decides.
    func strategy(_ stop: StopSignal) async throws -> StrategyDecision {
        let running = KnownVersion(
            input.runningDeploymentSource,
            of: input.deployment,
            plugin: plugin.settings.name
        )
        let planning = try planning(running: running)
        return try await stop.aborting { try await planning.comparison() }
    }

    private func planning(running: KnownVersion) throws -> DeploymentPlanning {
        guard input.targetDeploymentSource.isThere else {
            throw RPCError.invalidRequest("input.target_deployment_source must be present")
        }
        let source = input.targetDeploymentSource
        return DeploymentPlanning(
            application: try source.application(of: input.deployment, plugin: plugin.settings.name),
            identity: input.deployment.identity(at: source),
            targets: targets,
            running: running,
            manifests: ManifestLoader(plugin)
        )
    }

    /// The targets of the deployment, or all, when it does not say: then the application's own list chooses among them.
    ///
    /// One that is no longer configured is planned for by its name alone: to run on it is what fails.
    private var targets: [DeployTarget] {
        let names = input.deployment.targetNames(of: plugin.settings.name)
        guard !names.isEmpty else { return plugin.settings.targets }
        return names.map { name in
            plugin.settings.targets.first { $0.name == name } ?? DeployTarget(name: name, access: .offline)
        }
    }
}
