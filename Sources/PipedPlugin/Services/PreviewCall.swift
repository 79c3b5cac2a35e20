import GRPCCore
import ManifestSources
import PipedAPI
import Rollouts
import Stages

/// A call of piped that asks what a proposed commit would change: it reads the sources, and asks no cluster.
struct PreviewCall: Sendable {
    let plugin: Plugin
    let request: PipedGetPlanPreviewRequest

    /// The most bytes that the details of all targets have together: gRPC takes 4 MiB for the whole answer.
    static let detailsLimit = 3 << 20

    /// One result for each target that piped names; when it names none, for each that the application is deployed to.
    ///
    /// - Throws: An error with one line for each mistake in the application file of the proposed version.
    func results(_ stop: StopSignal) async throws -> [PipedPlanPreviewResult] {
        guard request.targetDeploymentSource.isThere else {
            throw RPCError.invalidRequest("target_deployment_source must be present")
        }
        let source = request.targetDeploymentSource
        let preview = DeploymentPreview(
            application: try source.application(of: deployment, plugin: plugin.settings.name),
            identity: deployment.identity(at: source),
            targets: targets,
            running: KnownVersion(request.runningDeploymentSource, of: deployment, plugin: plugin.settings.name),
            manifests: ManifestLoader(plugin)
        )
        let known = try await stop.aborting { try await preview.outcomes() }
        return PreviewText(detailsLimit: Self.detailsLimit).results(named.isEmpty ? deployed(known) : inOrder(known))
    }

    /// The names in the request, each once.
    private var named: [String] {
        var seen: Set<String> = []
        return request.deployTargets.filter { seen.insert($0).inserted }
    }

    private var targets: [DeployTarget] {
        named.isEmpty ? plugin.settings.targets : plugin.settings.targets.filter { named.contains($0.name) }
    }

    private func deployed(_ known: [PreviewText.Target]) -> [PreviewText.Target] {
        known.filter { target in
            guard case .notDeployed = target.outcome else { return true }
            return false
        }
    }

    private func inOrder(_ known: [PreviewText.Target]) -> [PreviewText.Target] {
        let outcomes = Dictionary(known.map { ($0.target, $0.outcome) }) { first, _ in first }
        return named.map { name in
            let text =
                "the plugin \"\(plugin.settings.name)\" has no such deploy target"
                + "\(ClosestName.hint(name, among: plugin.settings.targets.map(\.name))); add it to the piped file"
            return (name, outcomes[name] ?? .badTarget([text]))
        }
    }

    /// What the request says of the application, in the form that other calls have.
    private var deployment: PipedDeployment {
        var deployment = PipedDeployment()
        deployment.pipedID = request.pipedID
        deployment.applicationID = request.applicationID
        deployment.applicationName = request.applicationName
        return deployment
    }
}
