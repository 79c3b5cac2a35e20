import Manifests

/// Objects of kinds that are not part of Kubernetes, by what most controllers agree on.
///
/// Flux, cert-manager, Knative, Crossplane, Cluster API, KEDA, Argo Rollouts and the Gateway API follow the same handful of
/// conventions, with small differences. What follows none of them is `unknown`.
extension Health {
    static func custom(_ resource: LiveResource) -> Health {
        if resource.isPaused { return Health(.suspended, "\(resource.key.kind) is paused") }
        if let health = convention(resource) { return health }
        let status = resource.object["status"] ?? .null
        let isNew = status.isNull || status.mapping?.keys.allSatisfy { ["conditions"].contains($0) } ?? false
        if isNew, ReportingKinds.contains(resource.key.groupKind) {
            let text = "its controller has not reported on it yet"
            return Health(.progressing, text, pipeCD: status.isNull ? .healthy : .unknown)
        }
        return status.isNull
            ? Health(.healthy) : Health(.unknown, "its status says nothing that is generally understood")
    }

    /// Why a custom resource will not come up without help, `nil` when it may.
    ///
    /// Only what the status says about the desired state as it is now counts, and nothing that its parts say.
    static func finalFailure(of resource: LiveResource) -> String? {
        guard !resource.isPaused, resource.isReportedOn, let status = resource.object["status"] else { return nil }
        return StatusReport(status, kind: resource.key.kind, generation: resource.generation).finalFailure
    }

    /// What the status says by convention, `nil` when nothing of it can be used.
    static func convention(_ resource: LiveResource) -> Health? {
        guard let status = resource.object["status"], status.mapping != nil else { return nil }
        if let observed = resource.observedGeneration, let generation = resource.generation, observed < generation {
            return Health(.progressing, "its controller has not seen the change yet", pipeCD: .unknown)
        }
        let found = verdicts(on: resource, status)
        let order: [Status] = [.degraded, .missing, .suspended, .progressing, .unknown, .healthy]
        let worst = order.lazy.compactMap { status in found.first { $0.status == status } }.first
        guard worst == nil || worst?.status == .healthy else { return worst }
        return resource.shortage ?? worst ?? (resource.pods == nil ? nil : Health(.healthy))
    }

    /// What the status itself says, and its parts with conditions or states of their own.
    ///
    /// A route reports for each of its gateways, and so do the policies of the
    /// [Gateway API](https://gateway-api.sigs.k8s.io/geps/gep-713/). A part that is well proves nothing about the whole unless
    /// it has conditions.
    private static func verdicts(on resource: LiveResource, _ status: Value) -> [Health] {
        let report = { (fields: Value) in
            StatusReport(fields, kind: resource.key.kind, generation: resource.generation)
        }
        let whole = report(status)
        let elements = (status.mapping ?? [:]).flatMap { $0.value.array ?? [] }
        // With a phase of its own the status has weighed up those of its parts.
        let fields = whole.hasWords ? ["conditions"] : ["conditions", "health", "phase"]
        let parts = elements.compactMap { element in
            report(fields.reduce(into: Value.mapping([:])) { $0[$1] = element[$1] }).health
                .flatMap { $0.status == .healthy && element["conditions"] == nil ? nil : $0 }
        }
        let named = (status["statuses"]?.mapping ?? [:]).compactMap { report($0.value).health }
        return [whole.health].compactMap { $0 } + parts + named
    }
}

extension LiveResource {
    /// Whether the status surely is about the desired state as it is now: its controller says so, or there was no other.
    fileprivate var isReportedOn: Bool {
        if let observedGeneration { return observedGeneration == generation }
        let conditions = conditions
        let saysSo = !conditions.isEmpty && conditions.allSatisfy { $0.observedGeneration == generation }
        return generation == 1 || generation != nil && saysSo
    }

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
        guard let pods, let least = pods.counts.min(), least < pods.desired, condition("Ready") == nil
        else { return nil }
        return Health(.progressing, "\(least) of \(pods.desired) pods are ready")
    }
}
