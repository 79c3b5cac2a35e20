package import ManifestSources
package import Manifests
import Rollouts

extension LiveStateStore {
    /// What each target of an application has, in their order, those left out that its file does not deploy to.
    ///
    /// The types of what Git has are watched as well; when the manifests of a target cannot be loaded, only those that
    /// are there already.
    ///
    /// - Parameters:
    ///   - application: The application as Git has it.
    ///   - identity: What the marks on its objects say.
    ///   - targets: The targets that it is registered for.
    ///   - manifests: What loads the manifests.
    /// - Returns: The targets that it is deployed to, an answer for each, and the types of what Git has of it by target.
    /// - Throws: `CancellationError` when nobody waits for it any more.
    package func states(
        of application: Application,
        identity: Application.Identity,
        on targets: [DeployTarget],
        manifests: ManifestLoader
    ) async throws -> (targets: [DeployTarget], answers: [LiveStateAnswer], types: [String: Set<GroupVersionKind>]) {
        let request = StageRequest(
            stage: StageName(.sync, in: .long),
            options: application.configuration.plugin.quickSync,
            application: application,
            identity: identity,
            targets: targets
        )
        let selected = request.selectedTargets
        let deployed = selected.isEmpty ? targets : targets.filter { selected.contains($0.name) }
        let loaded = await VersionManifests(request, manifests).targetAlone()
        let types = loaded.compactMapValues { try? $0.get() }.mapValues { Set($0.map(\.groupVersionKind)) }
        let answers = try await states(
            of: identity.application,
            on: deployed,
            spec: application.configuration.plugin,
            naming: types
        )
        return (deployed, answers, types)
    }
}

extension DriftDetection {
    /// What differs on each target, each one for itself and within a limit.
    ///
    /// - Parameters:
    ///   - targets: The targets to compare.
    ///   - live: What they have.
    ///   - limit: How long one comparison may take.
    ///   - clock: What measures.
    /// - Returns: One result for each target, in their order.
    /// - Throws: `CancellationError` when nobody waits for it any more.
    package func drift(
        of targets: [DeployTarget],
        live: [LiveStateAnswer],
        within limit: Duration,
        by clock: any Clock<Duration> = ContinuousClock()
    ) async throws -> [TargetDrift] {
        let results = await concurrently(targets, atOnce: max(1, targets.count)) { target in
            await within(limit, by: clock) { await Result { try await drift(of: [target], live: live) } }
        }
        try Task.checkCancellation()
        return try zip(targets, results).map { target, result in
            let slow =
                "\(target.name): the comparison with Git took longer than \(limit.components.seconds) s; it goes on with the next one"
            return try result??.get().first ?? TargetDrift(target: target.name, verdict: .unknown([slow]))
        }
    }
}
