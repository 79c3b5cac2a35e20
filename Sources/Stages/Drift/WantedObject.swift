import KubernetesAPI
import Manifests
import Rollouts

/// An object as a deployment would leave it in one cluster.
struct WantedObject: DriftSide {
    /// The object as it is applied.
    var manifest: Manifest
    /// Other forms that a traffic stage leaves it in, each with what to say when it is in that one.
    var routes: [(manifest: Manifest, note: String?)] = []
    /// Whether it is as well when it is missing: a quick sync does not make the Services that a pipeline generates.
    var isOptional = false

    var object: Value { manifest.object }
    var key: ResourceKey { manifest.key }
    var groupVersionKind: GroupVersionKind { manifest.groupVersionKind }
}

/// What Git wants of one cluster: what a sync plans, the Services that a primary rollout generates, and the routes that traffic stages
/// leave.
struct WantedObjects: Sendable {
    /// The objects, each once.
    let objects: [WantedObject]

    /// Plans for one target; reads the cluster where a plan depends on it, as for numbers of pods.
    ///
    /// - Parameters:
    ///   - prepared: The target with its manifests.
    ///   - view: The cluster.
    ///   - live: What the cluster has, by normalized key.
    /// - Throws: What the planner throws.
    init(_ prepared: Prepared, in view: any ClusterView, live: [ResourceKey: LiveResource]) async throws {
        let configuration = prepared.input.configuration
        var manifests = try await Self.plan(prepared, configuration.addsVariantLabelToSelector, in: view)
        if configuration.mayKeepSelectors {
            manifests = zip(manifests, try await Self.plan(prepared, false, in: view)).map { labelled, plain in
                plain.hasSelector(of: live[plain.key.normalized]) ? plain : labelled
            }
        }
        objects =
            manifests.map { WantedObject(manifest: $0, routes: Self.routes(of: $0, in: manifests, configuration)) }
            + Self.generated(from: manifests, configuration).map { WantedObject(manifest: $0, isOptional: true) }
    }

    private static func plan(_ prepared: Prepared, _ isLabelled: Bool, in view: any ClusterView) async throws
        -> [Manifest]
    {
        let input = PlanInput(
            stage: prepared.input.stage,
            options: StageOptions(.sync(SyncOptions(addVariantLabelToSelector: isLabelled))),
            configuration: prepared.input.configuration,
            ownership: prepared.input.ownership,
            manifests: prepared.input.manifests
        )
        return try await SyncStage().plan(input, in: view).manifests
    }

    /// The object that directs traffic as all traffic stages leave it.
    private static func routes(
        of manifest: Manifest,
        in manifests: [Manifest],
        _ configuration: ApplicationConfiguration
    ) -> [(Manifest, String?)] {
        guard configuration.pipeline.routesTraffic,
            TrafficRouting.object(in: manifests, spec: configuration.plugin)?.key == manifest.key
        else { return [] }
        let stages = configuration.pipeline.compactMap { stage -> TrafficRoutingOptions? in
            guard case .trafficRouting(let options)? = stage.options?.details else { return nil }
            return options
        }
        return ([TrafficRoutingOptions(primary: 100)] + stages).compactMap { options in
            let request = TrafficRequest(
                manifests,
                spec: configuration.plugin,
                options: options,
                pipeline: configuration.pipeline
            )
            return (try? TrafficRouting.change(request)).map { ($0.manifest, $0.note) }
        }
    }

    /// The Services that a primary rollout of the pipeline makes.
    private static func generated(from manifests: [Manifest], _ configuration: ApplicationConfiguration) -> [Manifest] {
        configuration.pipeline.flatMap { stage -> [Manifest] in
            guard case .primaryRollout(var options)? = stage.options?.details, options.createService else { return [] }
            // The selectors are those of the plan already.
            options.addVariantLabelToSelector = true
            let all = try? PrimaryRollout.manifests(
                from: manifests,
                spec: configuration.plugin,
                options: options,
                pipeline: configuration.pipeline,
                labelling: .none
            )
            return Array((all ?? []).dropFirst(manifests.count))
        }
    }
}

extension TrafficChange {
    /// Who but the primary gets traffic, `nil` when nobody does.
    fileprivate var note: String? {
        let others = weights.filter { $0.0 != .primary && $0.1 > 0 }.map { "\($0.0.rawValue) gets \($0.1)%" }
        return others.isEmpty ? nil : "\(manifest.key.shortDescription): \(others.joined(separator: ", "))"
    }
}

extension ApplicationConfiguration {
    /// Whether only some ways to deploy put the variant into selectors, so that the live one tells which was taken.
    fileprivate var mayKeepSelectors: Bool {
        let stages = pipeline.compactMap { stage -> Bool? in
            switch stage.options?.details {
            case .sync(let options): options.addVariantLabelToSelector
            case .primaryRollout(let options): options.addVariantLabelToSelector
            default: nil
            }
        }
        return Set(stages + [plugin.quickSyncOptions.addVariantLabelToSelector]).count > 1
    }
}

extension Manifest {
    /// Whether a live object selects the same pods.
    fileprivate func hasSelector(of live: LiveResource?) -> Bool {
        let path = ["spec", "selector", "matchLabels"]
        guard let selector = live?.object.at(path) else { return false }
        return object.at(path) == selector
    }
}
