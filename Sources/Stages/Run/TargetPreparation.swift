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
    ///   application needs a tool.
    func prepare(with planner: any StagePlanner) throws -> [Prepared] {
        let registered = Dictionary(request.targets.map { ($0.name, $0) }) { first, _ in first }
        let selection = try request.selection()
        var loaded: [LoadRequest: LoadedManifests] = [:]
        return try selection.entries.compactMap { entry in
            guard let target = registered[entry.name], !request.finished.contains(entry.name) else { return nil }
            let source = loadRequest(for: entry.override)
            var manifests = LoadedManifests()
            if planner.needsManifests {
                manifests = try loaded[source] ?? load(source, for: entry.override)
                loaded[source] = manifests
            }
            return Prepared(
                target: target,
                planner: planner,
                input: try input(for: target, manifests: manifests.manifests),
                notes: selection.notes + manifests.warnings
            )
        }
    }

    private func input(for target: DeployTarget, manifests: [Manifest]) throws -> PlanInput {
        PlanInput(
            stage: request.stage,
            options: request.options,
            configuration: request.application.configuration,
            ownership: try Ownership(
                piped: request.identity.piped,
                application: request.identity.application,
                commit: request.identity.commit,
                deployTarget: target.name
            ),
            manifests: manifests
        )
    }

    private func load(_ source: LoadRequest, for override: TargetOverride?) throws -> LoadedManifests {
        let effective = request.spec.input.effective(for: override)
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

    private func loadRequest(for override: TargetOverride?) -> LoadRequest {
        let effective = request.spec.input.effective(for: override)
        return LoadRequest(
            directory: request.application.directory,
            configFileName: request.application.fileName,
            manifests: effective.manifests,
            namespace: effective.namespace
        )
    }
}
