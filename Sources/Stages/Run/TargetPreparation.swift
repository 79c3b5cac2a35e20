import ManifestSources
import Manifests
import Rollouts

/// A target with everything that its plan is made from.
struct Prepared: Sendable {
    let target: DeployTarget
    let planner: any StagePlanner
    let input: PlanInput
    let notes: [String]
}

/// Resolves the targets of a stage and loads their manifests, each distinct set of files once.
struct TargetPreparation {
    /// How many loads run at once: each may be a process.
    private static let atOnce = 4

    let request: StageRequest
    let manifests: ManifestLoader

    init(request: StageRequest, manifests: ManifestLoader = ManifestLoader()) {
        self.request = request
        self.manifests = manifests
    }

    /// The targets in the order of the configuration.
    ///
    /// - Throws: `RolloutError` for a wrong selection, `ManifestSourceError` with every bad manifest, `StageError` when a
    ///   version that ran before is not known, `CancellationError` when nobody waits for it any more.
    func prepare(with planner: any StagePlanner) async throws -> [Prepared] {
        let version = try SourceVersion(planner.source, of: request)
        let registered = Dictionary(request.targets.map { ($0.name, $0) }) { first, _ in first }
        let selection = try request.selection()
        let chosen = try selection.entries.compactMap { entry -> Chosen? in
            guard let target = registered[entry.name], !request.finished.contains(entry.name) else { return nil }
            guard version.hasManifests else { return Chosen(target: target, place: entry.target, source: nil) }
            let effective = try version.input(for: target, selectedBy: entry)
            return Chosen(target: target, place: entry.target, source: version.loadRequest(effective))
        }
        let loaded = try await load(chosen.compactMap(\.source))
        return try chosen.map { chosen in
            let manifests = chosen.source.flatMap { loaded[$0] } ?? LoadedManifests()
            return Prepared(
                target: chosen.target,
                planner: planner,
                input: try input(for: chosen.place, version: version, manifests: manifests.manifests),
                notes: selection.notes + manifests.warnings
            )
        }
    }

    /// A target that the stage runs on, and what is loaded for it.
    private struct Chosen {
        let target: DeployTarget
        let place: TargetSelection.Registered
        let source: LoadRequest?
    }

    /// Loads what the targets need; every reason why something cannot be loaded is told, none twice.
    private func load(_ sources: [LoadRequest]) async throws -> [LoadRequest: LoadedManifests] {
        var seen: Set<LoadRequest> = []
        let distinct = sources.filter { seen.insert($0).inserted }
        let results = await concurrently(distinct, atOnce: Self.atOnce) { source in
            await Result { try await manifests.load(source) }
        }
        try Task.checkCancellation()
        var loaded: [LoadRequest: LoadedManifests] = [:]
        var problems: [String] = []
        for (source, result) in zip(distinct, results) {
            switch result {
            case .success(let manifests)?: loaded[source] = manifests
            case .failure(let error as ManifestSourceError)?:
                problems += error.problems.filter { !problems.contains($0) }
            case .failure(let error)?: throw error
            case nil: throw CancellationError()
            }
        }
        guard problems.isEmpty else { throw ManifestSourceError(problems) }
        return loaded
    }

    private func input(
        for target: TargetSelection.Registered,
        version: SourceVersion,
        manifests: [Manifest]
    ) throws -> PlanInput {
        var configuration = version.configuration
        configuration.pipeline = configuration.pipeline.running(on: target)
        return PlanInput(
            stage: request.stage,
            options: request.options,
            configuration: configuration,
            ownership: try Ownership(
                piped: request.identity.piped,
                application: request.identity.application,
                commit: version.commit,
                deployTarget: target.name
            ),
            manifests: manifests,
            deployed: DeployedVersion(
                configuration: request.application.configuration,
                commit: request.identity.commit
            )
        )
    }
}
