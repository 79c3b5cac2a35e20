import KubernetesAPI
import Manifests
package import Rollouts

/// PRIMARY_ROLLOUT: the objects of the target version under their own names.
///
/// While the pipeline has a traffic stage, the object that directs traffic keeps what it does.
package struct PrimaryRolloutStage: StagePlanner {
    package func check(_ options: StageOptions, spec: PluginSpec) throws {
        guard case .primaryRollout(let primary) = options.details, primary.prune else { return }
        throw StageError(target: nil, .optionNotSupported("prune"))
    }

    package func plan(_ input: PlanInput, in view: any ClusterView) async throws -> ClusterPlan {
        guard case .primaryRollout(let options) = input.options.details else {
            throw StageError(target: view.target, .wrongOptions(stage: input.stage.text))
        }
        let marked = try input.markedManifests()
        let pipeline = input.configuration.pipeline
        let manifests = try PrimaryRollout.manifests(
            from: marked,
            spec: input.spec,
            options: options,
            pipeline: pipeline
        )
        let steps = RolloutSteps(input: input, view: view)
        guard pipeline.routesTraffic else { return try await steps.plan(manifests) }
        let live = try await trafficObject(in: manifests, spec: input.spec, view: view)
        let kept = TrafficRouting.keep(in: manifests, live: live, spec: input.spec)
        try await refuseOtherSelectors(kept.manifests, view: view)
        return try await steps.plan(kept.manifests, last: kept.last, notes: kept.note.map { [$0] } ?? [])
    }

    /// The object that the pipeline's traffic stage changes, as it is before the rollout.
    private func trafficObject(
        in manifests: [Manifest],
        spec: PluginSpec,
        view: any ClusterView
    ) async throws -> LiveTrafficObject {
        guard let object = TrafficRouting.object(in: manifests, spec: spec) else { return .unknown }
        guard let resolved = try await view.resolveNamespaces([object]).first else { return .unknown }
        guard let live = try await view.live(resolved) else { return view.isLive ? .missing : .unknown }
        return .found(live.object)
    }

    /// Refuses a selector that differs from the live one before anything is written.
    ///
    /// The Service would otherwise select pods that never come.
    private func refuseOtherSelectors(_ manifests: [Manifest], view: any ClusterView) async throws {
        let workloads = manifests.filter { $0.isDeployment || $0.isStatefulSet || $0.isDaemonSet }
        for workload in try await view.resolveNamespaces(workloads) where WriteMode(of: workload) != .forceReplace {
            guard let live = try await view.live(workload), !view.isPredicted(workload.key) else { continue }
            let selector = ["spec", "selector", "matchLabels"]
            guard live.object.at(selector) != workload.object.at(selector) else { continue }
            throw StageError(target: view.target, .selectorDiffers(workload.key))
        }
    }
}
