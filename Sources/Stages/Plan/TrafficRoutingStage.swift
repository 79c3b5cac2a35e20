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
        let marked = try input.markedManifests()
        let change = try TrafficRouting.change(from: marked, spec: input.spec, options: options)
        let resolved = try await view.resolveNamespaces([change.manifest])
        if view.isLive {
            let backends = TrafficBackends(input: input, view: view, change: change)
            for variant in change.receivers { try await backends.requireReady(variant) }
        }
        let weights = Dictionary(change.weights.map { ($0.0, $0.1) }) { $1 }
        let steps = resolved.map { Step.route($0, weights) }
        return ClusterPlan(target: view.target, phases: [steps], notes: change.notes)
    }
}
