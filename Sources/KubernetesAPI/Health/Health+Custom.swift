import Manifests

/// Objects of kinds that are not part of Kubernetes, by what most controllers agree on.
///
/// Flux, cert-manager, Knative, Crossplane, Cluster API, KEDA, Argo Rollouts and the Gateway API follow the same handful of
/// conventions, with small differences. What follows none of them is `unknown`.
extension Health {
    static func custom(_ resource: LiveResource) -> Health {
        if resource.isPaused { return Health(.suspended, "\(resource.key.kind) is paused") }
        guard let status = resource.object["status"], !status.isNull else {
            guard ReportingKinds.contains(resource.key.groupKind) else { return Health(.healthy) }
            return Health(.progressing, "its controller has not reported on it yet", pipeCD: .healthy)
        }
        return convention(resource) ?? Health(.unknown, "its status says nothing that is generally understood")
    }

    /// What the status says by convention, `nil` when nothing of it can be used.
    static func convention(_ resource: LiveResource) -> Health? {
        guard let status = resource.object["status"], status.mapping != nil else { return nil }
        if let observed = resource.observedGeneration, let generation = resource.generation, observed < generation {
            return Health(.progressing, "its controller has not seen the change yet", pipeCD: .unknown)
        }
        let found = reports(of: resource, status).compactMap(\.health)
        let order: [Status] = [.degraded, .missing, .suspended, .progressing, .unknown, .healthy]
        let worst = order.lazy.compactMap { status in found.first { $0.status == status } }.first
        guard worst == nil || worst?.status == .healthy else { return worst }
        return resource.shortage ?? worst ?? (resource.pods == nil ? nil : Health(.healthy))
    }

    /// The status itself, and its parts with conditions or states of their own.
    ///
    /// A route reports for each of its gateways, and so do the policies of the
    /// [Gateway API](https://gateway-api.sigs.k8s.io/geps/gep-713/).
    private static func reports(of resource: LiveResource, _ status: Value) -> [StatusReport] {
        let report = { (fields: Value) in
            StatusReport(fields, kind: resource.key.kind, generation: resource.generation)
        }
        let lists = (status.mapping ?? [:]).flatMap { $0.value.array ?? [] }
        let conditions = lists.compactMap { $0["conditions"].map { Value.mapping(["conditions": $0]) } }
        let named = (status["statuses"]?.mapping ?? [:]).map(\.value)
        return ([status] + conditions + named).map(report)
    }
}

extension LiveResource {
    /// Whether somebody has stopped its controller from working on it.
    fileprivate var isPaused: Bool {
        let spec = object["spec"] ?? .null
        let strategies = ["strategy", "updateStrategy"].compactMap { spec[$0] }
        let places = [spec] + strategies + strategies.compactMap { $0["rollingUpdate"] }
        let flags = ["suspend", "suspended", "pause", "paused"]
        if places.contains(where: { place in flags.contains { place[$0]?.bool == true } }) { return true }
        return annotations.contains { key, value in
            let name = key.split(separator: "/").last.map(String.init) ?? key
            return ["paused", "pause-reconciliation"].contains(name) && value != "false"
        }
    }

    /// The pods of a workload: how many there shall be, and of how many it says something.
    fileprivate var pods: (desired: Int, counts: [Int])? {
        let status = object["status"]
        let wanted = Self.podCount(object[path: "spec", "replicas"]) ?? Self.podCount(status?["desiredNumberScheduled"])
        let able = ["readyReplicas", "availableReplicas", "updatedReadyReplicas", "numberReady", "numberAvailable"]
            .compactMap { Self.podCount(status?[$0]) }
        guard let wanted, !able.isEmpty else { return nil }
        let updated = ["updatedReplicas", "updatedNumberScheduled"].compactMap { Self.podCount(status?[$0]) }
        return (wanted, able + updated)
    }

    /// Pods that are missing, of a workload whose conditions do not sum it up.
    fileprivate var shortage: Health? {
        guard let pods, let least = pods.counts.min(), least < pods.desired, !conditions.contains(where: \.isSummary)
        else { return nil }
        return Health(.progressing, "\(least) of \(pods.desired) pods are ready")
    }
}
