import KubernetesAPI
import Manifests
import Rollouts

/// PRIMARY_ROLLOUT: the objects of the target version under their own names.
///
/// While the pipeline has a traffic stage, the object that directs traffic keeps what it does: a live VirtualService is
/// left to TRAFFIC_ROUTING, and a Service keeps selecting the variant that it selects.
package struct PrimaryRolloutStage: StagePlanner {
    package func plan(_ input: PlanInput, in view: any ClusterView) async throws -> ClusterPlan {
        guard case .primaryRollout(let options) = input.options.details else {
            throw StageError(target: view.target, .wrongOptions(stage: input.stage.text))
        }
        let marked = try input.markedManifests()
        let traffic = try await TrafficObject(in: marked, input: input, view: view)
        let manifests = try PrimaryRollout.manifests(
            from: marked,
            spec: input.spec,
            options: options,
            pipeline: traffic.isMissing ? [] : input.configuration.pipeline
        )
        let kept = PrimaryRollout.keeping(liveSelectorValue: traffic.selected, in: manifests, spec: input.spec)
        if input.configuration.pipeline.routesTraffic { try await refuseOtherSelectors(kept, view: view) }
        let scaled = try await Autoscaling(input: input, view: view).leavingPods(in: kept)
        var plan = try await RolloutSteps(input: input, view: view).plan(
            scaled.manifests,
            last: traffic.service,
            notes: traffic.notes + scaled.notes
        )
        guard options.prune else { return plan }
        let (phases, notes) = try await prune(kept + marked.filter { $0.key == traffic.key }, input, view)
        plan.phases += phases
        plan.notes += notes
        return plan
    }

    /// The removal of what is no longer in Git, apart from the other variants.
    ///
    /// An object without the variant's label counts as primary: older tools lose the label when they move traffic.
    private func prune(
        _ wanted: [Manifest],
        _ input: PlanInput,
        _ view: any ClusterView
    ) async throws -> (phases: [[Step]], notes: [String]) {
        let label = input.spec.variantLabel
        var known: Set<ResourceKey> = []
        let wanted = try await view.resolveNamespaces(wanted.filter { known.insert($0.key).inserted })
        return try await Prune(input: input, view: view, wanted: wanted).plan { object in
            ![label.canary, label.baseline].contains(object.labels[label.key])
        }
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

/// The object that the pipeline's traffic stage changes, as it is before a primary rollout.
private struct TrafficObject {
    /// Whether it is a VirtualService that the cluster does not have yet, so that there is no split to keep.
    let isMissing: Bool
    /// The object, when the pipeline moves traffic.
    let key: ResourceKey?
    /// The variant that the live Service selects.
    let selected: String?
    /// The Service that selects the variant, written when the pods are ready.
    let service: ResourceKey?
    /// What the user should know.
    let notes: [String]

    init(in manifests: [Manifest], input: PlanInput, view: any ClusterView) async throws {
        guard input.configuration.pipeline.routesTraffic,
            let key = PrimaryRollout.trafficObject(in: manifests, spec: input.spec),
            let manifest = manifests.first(where: { $0.key == key })
        else {
            (isMissing, self.key, selected, service, notes) = (false, nil, nil, nil, [])
            return
        }
        self.key = key
        let resolved = try await view.resolveNamespaces([manifest]).first ?? manifest
        let live = try await view.live(resolved)
        let name = key.shortDescription
        switch input.spec.trafficMethod {
        case .istio:
            isMissing = view.isLive && live == nil
            selected = nil
            service = nil
            notes = isMissing ? [] : ["\(name) is left to the traffic stage"]
        case .podSelector:
            let path = ["spec", "selector", input.spec.variantLabel.key]
            isMissing = false
            service = key
            selected = live?.object.at(path)?.string
            let differs = selected != nil && selected != manifest.object.at(path)?.string
            notes = differs ? ["\(name) keeps selecting variant \"\(selected ?? "")\" until the traffic stage"] : []
        }
    }
}
