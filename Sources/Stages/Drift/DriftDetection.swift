import KubernetesAPI
package import ManifestSources
import Manifests
import Rollouts

/// Compares what Git wants of each cluster with what it has.
///
/// What Git wants is what a deployment would leave: the manifests with marks, variant and config hash. The API server is the judge where
/// it lets us ask: an object that a dry run of its apply would not change is as Git wants it.
package struct DriftDetection: Sendable {
    private let application: Application
    private let identity: Application.Identity
    private let connections: ClusterConnections
    private let manifests: ManifestLoader
    private let cache: DriftCache?

    /// Takes what is compared.
    ///
    /// - Parameters:
    ///   - application: The application as Git has it.
    ///   - identity: What the marks on its objects say.
    ///   - connections: The clients of the clusters.
    ///   - manifests: What loads the manifests.
    ///   - cache: What is remembered from one comparison to the next.
    package init(
        application: Application,
        identity: Application.Identity,
        connections: ClusterConnections,
        manifests: ManifestLoader,
        cache: DriftCache? = nil
    ) {
        self.application = application
        self.identity = identity
        self.connections = connections
        self.manifests = manifests
        self.cache = cache
    }

    /// What differs on each target, in their order; a target that something is wrong with does not hide the others.
    ///
    /// Objects of a target that is offline are compared field by field, the cluster not being asked.
    ///
    /// - Parameters:
    ///   - targets: The targets to compare.
    ///   - live: What they have.
    /// - Returns: One result for each target.
    /// - Throws: `CancellationError` when nobody waits for it any more.
    package func drift(of targets: [DeployTarget], live: [LiveStateAnswer]) async throws -> [TargetDrift] {
        let request = StageRequest(
            stage: StageName(.sync, in: .long),
            options: StageOptions(.sync(SyncOptions())),
            application: application,
            identity: identity,
            targets: targets
        )
        let answers = Dictionary(live.map { ($0.target, $0) }) { first, _ in first }
        let clients = StageClients(of: targets, in: connections, requests: request.spec.concurrency.requests)
        let results = await concurrently(targets, atOnce: request.spec.concurrency.clusters) { target in
            await Result {
                try await drift(of: target, request, answers[target.name]?.result, clients)
            }
        }
        return try zip(targets, results).map { target, result in
            do {
                guard let result else { throw CancellationError() }
                return try result.get()
            } catch let error as CancellationError {
                throw error
            } catch {
                try Task.checkCancellation()
                return TargetDrift(target: target.name, verdict: .init(error))
            }
        }
    }

    private func drift(
        of target: DeployTarget,
        _ request: StageRequest,
        _ live: Result<LiveState, LiveStateError>?,
        _ clients: StageClients
    ) async throws -> TargetDrift {
        var request = request
        request.finished = Set(request.targets.map(\.name)).subtracting([target.name])
        let prepared = try await TargetPreparation(request: request, manifests: manifests).prepare(with: SyncStage())
        guard let live else { throw LiveStateError("\(target.name): it was not looked at") }
        let state = try live.get()
        let client = target.access == .offline ? nil : try clients.client(of: target)
        return try await TargetComparison(
            target: target,
            configuration: application.configuration,
            prepared: prepared.first,
            live: state,
            client: client,
            ownership: try Ownership(
                piped: identity.piped,
                application: identity.application,
                commit: identity.commit,
                deployTarget: target.name
            ),
            cache: cache
        ).drift()
    }
}

extension TargetDrift.Verdict {
    /// What an error means that keeps a target from being compared.
    fileprivate init(_ error: any Error) {
        let lines = "\(error)".split(separator: "\n").map(String.init)
        switch error {
        case is ManifestError, is RolloutError, is ManifestSourceError, is ApplicationError:
            self = .invalidConfiguration(lines)
        default: self = .unknown(lines)
        }
    }
}
