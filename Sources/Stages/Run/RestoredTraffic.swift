import Manifests
import Rollouts

extension StageRequest {
    /// What a rollback makes of the traffic: the shares that the version says which it restores.
    ///
    /// A rollback applies the object that directs traffic like any other, so that its shares are in no step of its plan.
    func restoredTraffic(_ plan: ClusterPlan) -> LiveShares? {
        guard stage.kind == .rollback, let running else { return nil }
        let configuration = running.application.configuration
        return TrafficRouting.shares(
            in: plan.manifests,
            spec: configuration.plugin,
            pipeline: configuration.pipeline
        )
    }
}

extension LiveShares? {
    /// What to tell when an object was changed: where traffic goes now, if the object directs it.
    func event(after kind: StageEvent.Kind) -> StageEvent.Kind? {
        guard let self, case .changed(let change) = kind, change.resource.normalized == self.route.normalized
        else { return nil }
        return .routed(change.resource, self.shares)
    }
}
