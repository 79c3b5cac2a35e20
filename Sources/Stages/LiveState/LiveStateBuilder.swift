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
        let pods = PodFailures(among: descendants.map(\.object))
        let seesPods = !hidden.contains { $0.type == Descendants.pod }
        let claims = seesPods ? ClaimUse(pods: [managed, others].joined()) : nil
        let make = { (resource: LiveResource, owners: [String], body: LiveResource?) in
            let health = claims?.health(of: resource) ?? pods.health(of: resource)
            return object(resource, owners: owners, body: body, health, pods.failure(of: resource))
        }
        let objects =
            managed.map { make($0, $0.ownerReferences.map(\.uid), $0) }
            + descendants.map { make($0.object, $0.owners, nil) }
        return LiveState(
            target: target,
            objects: objects.filter { informer.covers($0.groupVersionKind, in: $0.key.namespace) }.sorted(
                by: Self.isBefore
            ),
            hidden: hidden
        )
    }

    private func object(
        _ resource: LiveResource,
        owners: [String],
        body: LiveResource?,
        _ health: Health,
        _ failure: PodFailure?
    ) -> LiveObject {
        let created = resource.object[path: "metadata", "creationTimestamp"]?.string
        return LiveObject(
            key: resource.key,
            groupVersionKind: resource.groupVersionKind,
            uid: resource.uid,
            resourceVersion: resource.resourceVersion,
            owners: owners,
            createdAt: created.flatMap { Timestamp.sinceEpoch($0)?.components.seconds },
            health: health,
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
