import KubernetesAPI
import Manifests
import Rollouts

/// ROLLBACK: everything as the version that ran before has it, and nothing left of the one that was to replace it.
///
/// Traffic goes back first when the primary has ready pods, else as soon as it has. Then the variants are removed, and
/// what the failed version added. A cluster of which any of that cannot be said is not restored, and the stage fails.
package struct RollbackStage: StagePlanner {
    package var source: StageSource { .running }
    package var isForEachClusterAlone: Bool { true }

    package func plan(_ input: PlanInput, in view: any ClusterView) async throws -> ClusterPlan {
        let workloads = try await LiveWorkloads(of: input, in: view)
        let primary = try SyncRollout.manifests(
            from: try input.markedOrNone(),
            spec: input.spec,
            labelling: workloads.labelling
        )
        let recreated = workloads.otherSelectors(than: primary)
        let scaled = try await Autoscaling(input: input, view: view).leavingPods(
            in: primary + services(beside: primary, input, view),
            recreated: Set(recreated.map(\.key.normalized))
        )
        let traffic = TrafficRouting.object(in: scaled.manifests, spec: input.spec)
        let canTakeTraffic = recreated.isEmpty && workloads.canTakeTraffic(through: traffic)
        var plan = try await RolloutSteps(input: input, view: view).plan(
            scaled.manifests,
            first: canTakeTraffic ? traffic?.key : nil,
            last: canTakeTraffic ? nil : traffic?.key,
            notes: scaled.notes
        )
        try plan.recreate(recreated, target: view.target)
        do {
            let wanted = Set(plan.manifests.map(\.key.normalized))
            let leftovers = try await Leftovers(wanted: wanted, input: input, view: view)
            plan.phases += leftovers.phases
            plan.notes += leftovers.notes
            plan.problems += leftovers.problems
        } catch let error where !(error is CancellationError) {
            plan.problems.append("what the failed version left could not be searched: \(error)")
        }
        return plan
    }

    /// The Services that the pipeline of the restored version generates for its primary, as far as they are there.
    private func services(
        beside primary: [Manifest],
        _ input: PlanInput,
        _ view: any ClusterView
    ) async throws -> [Manifest] {
        let known = Set(primary.map(\.key))
        var there: [Manifest] = []
        for stage in input.configuration.pipeline {
            guard case .primaryRollout(let options) = stage.options?.details, options.createService else { continue }
            let all = try PrimaryRollout.manifests(
                from: try input.markedManifests(),
                spec: input.spec,
                options: PrimaryRolloutOptions(suffix: options.suffix, createService: true)
            )
            let generated = all.filter { !known.contains($0.key) }
            for (manifest, resolved) in zip(generated, try await view.resolveNamespaces(generated)) {
                guard let live = try await view.live(resolved), view.owns(live, input.ownership) else { continue }
                there.append(manifest)
            }
        }
        return there
    }
}

/// The workloads of the version that ran before, as the cluster has them now.
private struct LiveWorkloads {
    /// By the key as written in Git, normalized.
    private let live: [ResourceKey: LiveResource]
    private let selected: Set<ResourceKey>
    private let input: PlanInput

    init(of input: PlanInput, in view: any ClusterView) async throws {
        let workloads = input.manifests.filter(WorkloadKinds.contains)
        live = try await view.live(workloads, atOnce: input.spec.concurrency.requests)
        self.input = input
        selected = Set(Selection.workloads(in: input.manifests, input.spec.workloads).map(\.key.normalized))
    }

    /// The primary variant goes into the selectors that have it now, because no server changes them; a workload that is
    /// not there any more is made as the configuration says.
    var labelling: SelectorLabelling {
        var keys: Set<ResourceKey> = []
        let label = input.spec.variantLabel
        if case .workloads(let marked) = SelectorLabelling.following(live.mapValues(\.object), label: label) {
            keys = marked
        }
        if input.configuration.addsVariantLabelToSelector { keys.formUnion(selected.subtracting(live.keys)) }
        return .workloads(keys)
    }

    /// Whether the primary can take all traffic before anything else is done.
    ///
    /// Every workload that variants are made of has a ready pod that the restored object leads to, and is not going to be
    /// deleted and made anew.
    func canTakeTraffic(through object: Manifest?) -> Bool {
        let selector = object.flatMap { $0.isService ? $0[path: "spec", "selector"]?.mapping : nil } ?? Mapping()
        let workloads = Selection.workloads(in: input.manifests, input.spec.workloads)
        return !workloads.isEmpty
            && workloads.allSatisfy { workload in
                let object = live[workload.key.normalized]?.object
                let status = object?["status"]
                let labels = object?[path: "spec", "template", "metadata", "labels"]
                return ((status?["readyReplicas"] ?? status?["numberReady"])?.int ?? 0) > 0
                    && selector.allSatisfy { labels?[$0.key] == $0.value }
                    && WriteMode(of: workload) != .forceReplace
            }
    }

    /// The live workloads whose selector is another one than that of the manifests.
    func otherSelectors(than manifests: [Manifest]) -> [LiveResource] {
        let path = ["spec", "selector", "matchLabels"]
        return manifests.compactMap { manifest in
            guard let live = live[manifest.key.normalized] else { return nil }
            return live.object.at(path) == manifest.object.at(path) ? nil : live
        }
    }
}

extension ClusterPlan {
    /// Replaces by force what cannot be applied, because the failed version changed its selector.
    fileprivate mutating func recreate(_ workloads: [LiveResource], target: String) throws {
        for workload in workloads {
            let key = workload.key.normalized
            if let loss = workload.lossOnDeletion {
                throw StageError(target: target, .destructiveReplace(workload.key, loss: loss))
            }
            notes.append("\(workload.key.shortDescription) is made anew: its selector was changed")
            phases = phases.map { phase in
                phase.map { step in
                    guard case .apply(let manifest) = step, manifest.key.normalized == key else { return step }
                    return .replace(manifest, force: true)
                }
            }
        }
    }
}
