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
    let request: StageRequest

    /// The targets in the order of the configuration.
    ///
    /// - Throws: `RolloutError` for a wrong selection, `ManifestSourceError` with every bad manifest, `StageError` when the
    ///   application needs a tool, or a version that ran before and is not known.
    func prepare(with planner: any StagePlanner) throws -> [Prepared] {
        let version = try SourceVersion(planner.source, of: request)
        let registered = Dictionary(request.targets.map { ($0.name, $0) }) { first, _ in first }
        let selection = try request.selection()
        var loaded: [LoadRequest: LoadedManifests] = [:]
        return try selection.entries.compactMap { entry in
            guard let target = registered[entry.name], !request.finished.contains(entry.name) else { return nil }
            var manifests = LoadedManifests()
            if version.hasManifests {
                let effective = try version.input(for: target, selectedBy: entry)
                let source = version.loadRequest(effective)
                manifests = try loaded[source] ?? load(source, effective)
                loaded[source] = manifests
            }
            return Prepared(
                target: target,
                planner: planner,
                input: try input(for: entry.target, version: version, manifests: manifests.manifests),
                notes: selection.notes + manifests.warnings
            )
        }
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

    private func load(_ source: LoadRequest, _ effective: EffectiveInput) throws -> LoadedManifests {
        let method = try PlainFiles.templatingMethod(
            in: source.directory,
            kustomizeDirectory: effective.kustomizeDirectory,
            hasHelmChart: effective.helmChart != nil
        )
        switch method {
        case .plain: return try PlainFiles.load(source)
        case .helm: throw StageError(target: nil, .templatingNotSupported("helm"))
        case .kustomize: throw StageError(target: nil, .templatingNotSupported("kustomize"))
        }
    }
}
