package import ManifestSources
package import Manifests
import Rollouts

/// Compares the new version of an application with the one that runs, on each of its targets, by their files alone.
package struct DeploymentPreview: Sendable {
    /// What the new version means for one target.
    package enum Outcome: Sendable {
        /// What the new version adds, changes and no longer has, and what becomes of the objects that it no longer has.
        case compared(ManifestComparison, Deletion)
        /// The application is not deployed to the target.
        case notDeployed
        /// The new version is no longer deployed to the target, where these objects stay, as deleted ones.
        case noLongerDeployed(ManifestComparison)
        /// The new version cannot be loaded; why, one line each.
        case badTarget([String])
        /// The running version cannot be loaded; why, one line each.
        case badRunning([String])
    }

    /// How objects that are no longer in Git leave the cluster.
    package enum Deletion: Sendable {
        /// By every deployment.
        case always
        /// By none: they stay.
        case never
        /// Only by a quick sync; the pipeline does not prune.
        case byQuickSync
        /// Only by the pipeline; quick sync does not prune.
        case byPipeline
    }

    private let request: StageRequest
    private let obstacle: [String]?
    private let manifests: ManifestLoader

    /// Takes what is compared.
    ///
    /// - Parameters:
    ///   - application: The application in the new version.
    ///   - identity: What the marks on its objects say.
    ///   - targets: The targets to tell of; no name is there twice.
    ///   - running: The version that runs; without one everything is new.
    ///   - manifests: What loads the manifests.
    package init(
        application: Application,
        identity: Application.Identity,
        targets: [DeployTarget],
        running: KnownVersion,
        manifests: ManifestLoader
    ) {
        if case .unknown(let why) = running { obstacle = [why] } else { obstacle = nil }
        self.manifests = manifests
        request = StageRequest(
            stage: StageName(.sync, in: .long),
            options: application.configuration.plugin.quickSync,
            application: application,
            identity: identity,
            targets: targets,
            running: running.version
        )
    }

    /// What the new version means for each target, in their order.
    ///
    /// A target that something is wrong with does not hide the others.
    ///
    /// - Throws: `CancellationError` when nobody waits for it any more.
    package func outcomes() async throws -> [(target: String, outcome: Outcome)] {
        let versions = VersionManifests(request, manifests)
        let new = await versions.targetAlone()
        let running = await versions.running()
        try Task.checkCancellation()
        return request.targets.map { target in
            (target.name, outcome(for: target, new: new[target.name], running: running[target.name]))
        }
    }

    private func outcome(
        for target: DeployTarget,
        new: VersionManifests.Loaded?,
        running: VersionManifests.Loaded?
    ) -> Outcome {
        let wanted: [Manifest]?
        switch new {
        case nil: wanted = nil
        case .failure(let error)?: return .badTarget("\(error)".split(separator: "\n").map(String.init))
        case .success(let manifests)?: wanted = manifests
        }
        if let obstacle { return .badRunning(obstacle) }
        switch running {
        case .failure(let error)?: return .badRunning("\(error)".split(separator: "\n").map(String.init))
        case .success(let manifests)?: return outcome(from: manifests, to: wanted, on: target)
        case nil: return outcome(from: [], to: wanted, on: target)
        }
    }

    private func outcome(from running: [Manifest], to wanted: [Manifest]?, on target: DeployTarget) -> Outcome {
        if let wanted { return compared(running, wanted, on: target) }
        return running.isEmpty
            ? .notDeployed : .noLongerDeployed(ManifestComparison(from: running, to: [], rules: .versions))
    }

    private func compared(_ running: [Manifest], _ wanted: [Manifest], on target: DeployTarget) -> Outcome {
        .compared(ManifestComparison(from: running, to: wanted, rules: .versions), deletion(on: target))
    }

    private func deletion(on target: DeployTarget) -> Deletion {
        let configuration = request.application.configuration
        let place = TargetSelection.Registered(target.name, labels: target.labels)
        let quickSync = configuration.plugin.quickSyncOptions.prune
        let pipeline = configuration.pipeline.running(on: place).contains { stage in
            switch stage.options?.details {
            case .sync(let options)?: options.prune
            case .primaryRollout(let options)?: options.prune
            default: false
            }
        }
        return switch (quickSync, configuration.pipeline.isEmpty ? quickSync : pipeline) {
        case (true, true): .always
        case (false, false): .never
        case (true, false): .byQuickSync
        case (false, true): .byPipeline
        }
    }
}
