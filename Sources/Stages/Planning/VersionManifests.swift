import ManifestSources
import Manifests
import Rollouts

/// Loads the manifests of the two versions of a deployment, for every deploy target.
struct VersionManifests {
    /// The objects of one target.
    typealias Target = (target: String, manifests: [Manifest])
    /// The objects of one target, or why they cannot be loaded.
    typealias Loaded = Result<[Manifest], any Error>

    private let deployment: StageRequest
    private let manifests: ManifestLoader

    /// Takes any request of the deployment; its stage and the options do not matter.
    init(_ deployment: StageRequest, _ manifests: ManifestLoader) {
        self.deployment = deployment
        self.manifests = manifests
    }

    /// The new version on the targets that it is deployed to, in their order.
    ///
    /// - Throws: `RolloutError`, `ManifestSourceError` or `StageError`.
    func target() async throws -> [Target] {
        try await load(.sync, on: deployment.targets)
    }

    /// The new version on each target that it is deployed to.
    ///
    /// When not all of it can be loaded, each target is told for itself.
    func targetAlone() async -> [String: Loaded] { await loaded(.sync) }

    /// The running version on the targets that it was deployed to, as its own application file says.
    ///
    /// When not all of it can be loaded, each target is told for itself.
    func running() async -> [String: Loaded] {
        deployment.running == nil ? [:] : await loaded(.rollback)
    }

    private func loaded(_ kind: StageKind) async -> [String: Loaded] {
        if let all = try? await load(kind, on: deployment.targets) {
            return Dictionary(all.map { ($0.target, .success($0.manifests)) }) { first, _ in first }
        }
        var loaded: [String: Loaded] = [:]
        for target in deployment.targets where !Task.isCancelled {
            do {
                loaded[target.name] = .success(try await load(kind, on: [target]).flatMap(\.manifests))
            } catch let error as RolloutError where error.isAboutSelection {
                continue
            } catch {
                loaded[target.name] = .failure(error)
            }
        }
        return loaded
    }

    /// What a stage of a kind, which reads the one or the other version, would load.
    private func load(_ kind: StageKind, on targets: [DeployTarget]) async throws -> [Target] {
        let request = StageRequest(
            stage: StageName(kind, in: .long),
            options: StageOptions(.rollback),
            application: deployment.application,
            identity: deployment.identity,
            targets: targets,
            running: deployment.running
        )
        let prepared = try await TargetPreparation(request: request, manifests: manifests).prepare(with: kind.planner)
        return prepared.map { ($0.target.name, $0.input.manifests) }
    }
}

extension RolloutError {
    /// Whether no target is left to run on.
    fileprivate var isAboutSelection: Bool {
        guard case .noTargets = reason else { return false }
        return true
    }
}
