import KubernetesAPI
import Manifests
import Rollouts

/// Makes the live state of an application from objects of a cluster; asks nobody.
struct LiveStateBuilder {
    /// The name of the deploy target.
    let target: String
    /// The label that tells variants apart.
    let label: String
    /// Which objects count.
    let informer: AppStateInformer

    /// Takes the target and the settings of the application.
    init(target: DeployTarget, label: VariantLabel) {
        self.target = target.name
        self.label = label.key
        informer = target.informer
    }

    /// The state.
    ///
    /// - Parameters:
    ///   - managed: The application's own objects; of several with one UID the first counts.
    ///   - others: Objects of the kinds that controllers make, also those that have nothing to do with the application.
    ///   - hidden: What could not be looked at.
    /// - Returns: Those of the application's objects that count, and what grew out of them.
    func state(
        managed: [LiveResource],
        others: [LiveResource],
        hidden: [LiveState.HiddenType] = []
    ) -> LiveState {
        var seen: Set<String> = []
        let managed = managed.filter { $0.uid.isEmpty || seen.insert($0.uid).inserted }
        let descendants = Descendants(among: others).of(managed)
        let pods = Pods(descendants.map(\.object))
        let objects =
            managed.map { object($0, owners: $0.ownerReferences.map(\.uid), body: $0, pods) }
            + descendants.map { object($0.object, owners: $0.owners, body: nil, pods) }
        return LiveState(
            target: target,
            objects: objects.filter { informer.covers($0.groupVersionKind, in: $0.key.namespace) }.sorted(
                by: Self.isBefore
            ),
            hidden: hidden
        )
    }

    private func object(_ resource: LiveResource, owners: [String], body: LiveResource?, _ pods: Pods) -> LiveObject {
        let failure = pods.failure(of: resource)
        let created = resource.object[path: "metadata", "creationTimestamp"]?.string
        return LiveObject(
            key: resource.key,
            groupVersionKind: resource.groupVersionKind,
            uid: resource.uid,
            resourceVersion: resource.resourceVersion,
            owners: owners,
            createdAt: created.flatMap { Timestamp.sinceEpoch($0)?.components.seconds },
            health: Health(of: resource).explained(by: failure, of: resource),
            variant: resource.labels[label],
            commit: OwnershipPredicate.commit(of: resource.object),
            replicas: LiveObject.Replicas(of: resource),
            podFailure: failure,
            body: body
        )
    }

    private static func isBefore(_ left: LiveObject, _ right: LiveObject) -> Bool {
        let (one, other) = (left.key, right.key)
        guard (one.namespace == nil) == (other.namespace == nil) else { return one.namespace != nil }
        return [one.group, one.kind, one.namespace ?? "", one.name, left.uid].lexicographicallyPrecedes(
            [other.group, other.kind, other.namespace ?? "", other.name, right.uid]
        )
    }
}

/// The pods of an application, and the ReplicaSets that they hang on, by namespace.
private struct Pods {
    private var pods: [String?: [LiveResource]] = [:]
    private var replicaSets: [String?: [LiveResource]] = [:]

    init(_ objects: [LiveResource]) {
        for object in objects {
            switch (object.key.group, object.key.kind) {
            case ("", "Pod"): pods[object.key.namespace, default: []].append(object)
            case ("apps", "ReplicaSet"): replicaSets[object.key.namespace, default: []].append(object)
            default: break
            }
        }
    }

    /// Why a pod, or one of the newest pods of a workload, cannot come up.
    func failure(of object: LiveResource) -> PodFailure? {
        switch (object.key.group, object.key.kind) {
        case ("", "Pod"): PodFailure(of: object)
        case ("apps", "Deployment"), ("apps", "StatefulSet"), ("apps", "DaemonSet"), ("apps", "ReplicaSet"),
            ("batch", "Job"):
            PodFailure.find(
                for: object,
                pods: pods[object.key.namespace] ?? [],
                replicaSets: replicaSets[object.key.namespace] ?? []
            )
        default: nil
        }
    }
}

extension Health {
    /// The same with the failure of a pod that a workload waits for: it does not pass by waiting.
    fileprivate func explained(by failure: PodFailure?, of resource: LiveResource) -> Health {
        guard let failure, failure.pod != resource.key, [.progressing, .degraded].contains(status) else { return self }
        let text = reason.isEmpty ? "\(failure)" : "\(reason); \(failure)"
        return Health(.degraded, text, pipeCD: pipeCDStatus == .healthy ? .unhealthy : pipeCDStatus)
    }
}

extension LiveObject.Replicas {
    /// The pods of a workload, `nil` for everything else.
    fileprivate init?(of resource: LiveResource) {
        let (spec, status) = (resource.object["spec"], resource.object["status"])
        switch (resource.key.group, resource.key.kind) {
        case ("apps", "Deployment"), ("apps", "StatefulSet"), ("apps", "ReplicaSet"), ("", "ReplicationController"):
            self.init(ready: status?["readyReplicas"]?.int ?? 0, desired: spec?["replicas"]?.int ?? 1)
        case ("apps", "DaemonSet"):
            self.init(
                ready: status?["numberReady"]?.int ?? 0,
                desired: status?["desiredNumberScheduled"]?.int ?? 0
            )
        default: return nil
        }
    }
}
