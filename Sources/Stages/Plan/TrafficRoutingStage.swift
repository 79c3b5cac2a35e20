import KubernetesAPI
import Manifests
package import Rollouts

/// TRAFFIC_ROUTING: which variant receives how much traffic.
///
/// Every variant that is to receive traffic must have ready pods, in every cluster, before any cluster is changed.
package struct TrafficRoutingStage: StagePlanner {
    package var needsEveryCluster: Bool { true }

    package func check(_ options: StageOptions, spec: PluginSpec) throws {
        guard case .trafficRouting(let traffic) = options.details else { return }
        try TrafficRouting.check(traffic, spec: spec)
    }

    package func plan(_ input: PlanInput, in view: any ClusterView) async throws -> ClusterPlan {
        guard case .trafficRouting(let options) = input.options.details else {
            throw StageError(target: view.target, .wrongOptions(stage: input.stage.text))
        }
        let request = TrafficRequest(
            try await resolved(input, view),
            spec: input.spec,
            options: options,
            pipeline: input.configuration.pipeline
        )
        let (live, notes) = try await answers(to: TrafficRouting.lookups(for: request), view)
        let change = try TrafficRouting.change(request, live: live)
        if view.isLive {
            let backends = TrafficBackends(input: input, view: view, change: change)
            for variant in change.receivers { try await backends.requireReady(variant) }
        }
        let weights = Dictionary(change.weights.map { ($0.0, $0.1) }) { $1 }
        let steps = [Step.route(change.manifest, weights)]
        return ClusterPlan(target: view.target, phases: [steps], notes: change.notes + notes)
    }

    /// The manifests, in which those that the change depends on name their namespace.
    private func resolved(_ input: PlanInput, _ view: any ClusterView) async throws -> [Manifest] {
        let kinds = TrafficRouting.consultedKinds(of: input.spec)
        var manifests = try input.markedManifests()
        let indices = manifests.indices.filter { kinds.contains(manifests[$0].groupVersionKind.groupKind) }
        for (index, manifest) in zip(indices, try await view.resolveNamespaces(indices.map { manifests[$0] })) {
            manifests[index] = manifest
        }
        return manifests
    }

    /// What the cluster has, and a note for each lookup that it does not answer.
    private func answers(
        to lookups: [TrafficLookup],
        _ view: any ClusterView
    ) async throws -> (TrafficAnswers, notes: [String]) {
        var answers: TrafficAnswers = [:]
        var notes: [String] = []
        for lookup in lookups {
            answers[lookup] = try await view.objects(lookup)?.map(\.object)
            guard answers[lookup] == nil, view.isLive else { continue }
            let what = lookup.name.map { "\(lookup.kind.kind) \"\($0)\"" } ?? "\(lookup.kind.kind)s"
            notes.append("\(what) cannot be read in namespace \"\(lookup.namespace ?? "")\", so not checked")
        }
        return (answers, notes)
    }
}
