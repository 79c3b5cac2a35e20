import KubernetesAPI
import Manifests
import Rollouts

/// PRIMARY_ROLLOUT: the objects of the target version under their own names.
///
/// While the pipeline has a traffic stage, the object that directs traffic keeps what it does.
package struct PrimaryRolloutStage: StagePlanner {
    package func plan(_ input: PlanInput, in view: any ClusterView) async throws -> ClusterPlan {
        guard case .primaryRollout(let options) = input.options.details else {
            throw StageError(target: view.target, .wrongOptions(stage: input.stage.text))
        }
        let marked = try input.markedManifests()
        let pipeline = input.configuration.pipeline
        let manifests = try await PrimaryRollout.manifests(
            from: marked,
            spec: input.spec,
            options: options,
            pipeline: pipeline,
            labelling: .following(isAsked: options.addVariantLabelToSelector, input, in: view)
        )
        try await input.refuseForeign(Array(manifests.dropFirst(marked.count)), of: .primary, in: view)
        let kept = try await keepingTraffic(manifests, input: input, view: view)
        let scaled = try await Autoscaling(input: input, view: view).leavingPods(in: kept.manifests)
        var plan = try await RolloutSteps(input: input, view: view).plan(
            scaled.manifests,
            last: kept.last,
            notes: ConfigHash.notes(on: marked, version: input.spec.configHashVersion) + [kept.note].compactMap { $0 }
                + scaled.notes
        )
        guard options.prune else { return plan }
        let (phases, notes) = try await prune(manifests, input, view)
        plan.phases += phases
        plan.notes += notes
        return plan
    }

    /// The manifests with the object that directs traffic as it is in the cluster, while the pipeline moves traffic.
    private func keepingTraffic(
        _ manifests: [Manifest],
        input: PlanInput,
        view: any ClusterView
    ) async throws -> KeptTraffic {
        guard input.configuration.pipeline.routesTraffic else { return KeptTraffic(manifests: manifests) }
        var live = LiveTrafficObject.unknown
        if let object = TrafficRouting.object(in: manifests, spec: input.spec) {
            let resolved = try await view.resolveNamespace(of: object, among: manifests)
            live = try await view.live(resolved).map { .found($0.object) } ?? (view.isLive ? .missing : .unknown)
        }
        let kept = TrafficRouting.keep(in: manifests, live: live, spec: input.spec)
        try await refuseOtherSelectors(kept.manifests, view: view)
        return kept
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
        let workloads = manifests.filter(WorkloadKinds.contains)
        for workload in try await view.resolveNamespaces(workloads) where WriteMode(of: workload) != .forceReplace {
            guard let live = try await view.live(workload), !view.isPredicted(workload.key) else { continue }
            let selector = ["spec", "selector", "matchLabels"]
            guard live.object.at(selector) != workload.object.at(selector) else { continue }
            throw StageError(target: view.target, .selectorDiffers(workload.key))
        }
    }
}
