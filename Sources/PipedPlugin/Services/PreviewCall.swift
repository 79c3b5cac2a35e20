import GRPCCore
import ManifestSources
import Manifests
import PipedAPI
import Rollouts
import Stages

/// A call of piped that asks what a proposed commit would change: it compares the sources, and asks the clusters what the
/// deployment would do there.
struct PreviewCall: Sendable {
    let plugin: Plugin
    let request: PipedGetPlanPreviewRequest
    /// How long all clusters together may take: piped asks for many applications, one after the other.
    let patience: Duration

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
        let application = try source.application(of: deployment, plugin: plugin.settings.name)
        let running = KnownVersion(request.runningDeploymentSource, of: deployment, plugin: plugin.settings.name)
        let manifests = ManifestLoader(plugin)
        let preview = DeploymentPreview(
            application: application,
            identity: deployment.identity(at: source),
            targets: targets,
            running: running,
            manifests: manifests
        )
        let planning = DeploymentPlanning(
            application: application,
            identity: deployment.identity(at: source),
            targets: targets,
            running: running,
            manifests: manifests
        )
        let live = LivePreview(of: planning, connections: plugin.connections, manifests: manifests, limit: patience)
        let known = try await stop.aborting { try await preview.outcomes() }
        let asked = known.filter { $0.outcome.isChange }.map(\.target).filter(hasCluster)
        let answers = try await stop.aborting { await live.outcomes(on: asked) }
        let shown = named.isEmpty ? deployed(known) : inOrder(known)
        return PreviewText(detailsLimit: Self.detailsLimit).results(shown, answers)
    }

    private func hasCluster(_ name: String) -> Bool {
        targets.contains { $0.name == name && $0.access != .offline }
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

extension DeploymentPreview.Outcome {
    /// Whether the new version changes what is deployed to the target.
    fileprivate var isChange: Bool {
        guard case .compared(let comparison, _) = self else { return false }
        return !comparison.isEmpty
    }
}
