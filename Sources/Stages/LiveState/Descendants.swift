import KubernetesAPI
import Manifests

/// What grows out of the objects of an application: what controllers make for them, and for that again.
///
/// The revisions that controllers keep for going back are left out: ControllerRevisions, and ReplicaSets without pods.
struct Descendants {
    /// Everything that may be one, the application's own objects not among them.
    private let byOwner: [String: [LiveResource]]
    private let claims: [LiveResource]

    /// Takes objects, among them those that others have made.
    init(among objects: [LiveResource]) {
        var byOwner: [String: [LiveResource]] = [:]
        for object in objects where !object.isHistory {
            for owner in object.ownerReferences { byOwner[owner.uid, default: []].append(object) }
        }
        self.byOwner = byOwner
        claims = objects.filter { $0.key.groupKind == Self.claim && $0.ownerReferences.isEmpty }
    }

    /// The descendants of some objects, each once, with the UIDs of those that they belong to.
    func of(_ managed: [LiveResource]) -> [(object: LiveResource, owners: [String])] {
        var found: [(object: LiveResource, owners: [String])] = []
        var seen = Set(managed.map(\.uid))
        var next = managed
        while let object = next.popLast() {
            let children = object.uid.isEmpty ? [] : byOwner[object.uid] ?? []
            for child in children where seen.insert(child.uid).inserted {
                found.append((child, child.ownerReferences.map(\.uid)))
                next.append(child)
            }
            for claim in claims where object.claims(claim.key) && seen.insert(claim.uid).inserted {
                found.append((claim, [object.uid]))
            }
        }
        return found
    }

    /// The kinds of which the objects of a kind may have descendants.
    static func kinds(of owner: GroupKind) -> [GroupKind] {
        switch (owner.group, owner.kind) {
        case ("", "Service"): [endpointSlice]
        case ("", "ReplicationController"), ("apps", "DaemonSet"), ("apps", "ReplicaSet"), ("batch", "Job"): [pod]
        case ("apps", "Deployment"): [replicaSet, pod]
        case ("apps", "StatefulSet"): [pod, claim]
        case ("batch", "CronJob"): [job, pod]
        case (let group, _): group.contains(".") && !group.hasSuffix(".k8s.io") ? all : []
        }
    }

    /// The kinds of which some objects may have descendants, in a fixed order.
    static func kinds(of managed: some Sequence<GroupKind>) -> [GroupKind] {
        let wanted = Set(managed.flatMap { kinds(of: $0) })
        return all.filter(wanted.contains)
    }

    /// Whether an object may be a descendant: it has an owner, or is a claim, and is not only kept for going back.
    static func mayHold(_ object: LiveResource) -> Bool {
        !object.isHistory && (!object.ownerReferences.isEmpty || object.key.groupKind == claim)
    }

    /// How much of the objects of a kind is asked for: of some only the metadata says something.
    static func content(of kind: GroupKind) -> ObjectContent { kind == endpointSlice ? .metadata : .whole }

    static let pod = GroupKind(kind: "Pod")
    private static let replicaSet = GroupKind(group: "apps", kind: "ReplicaSet")
    private static let job = GroupKind(group: "batch", kind: "Job")
    private static let endpointSlice = GroupKind(group: "discovery.k8s.io", kind: "EndpointSlice")
    static let claim = GroupKind(kind: "PersistentVolumeClaim")
    private static let all = [replicaSet, job, pod, endpointSlice, claim]
}

extension LiveResource {
    /// Whether it is only kept for going back: a ReplicaSet of a Deployment that has no pods and shall have none.
    fileprivate var isHistory: Bool {
        key.groupKind == GroupKind(group: "apps", kind: "ReplicaSet") && object[path: "spec", "replicas"]?.int == 0
            && object[path: "status", "replicas"]?.int ?? 0 == 0 && !ownerReferences.isEmpty
    }

    /// Whether it makes claims that do not say whose they are.
    var hasClaims: Bool {
        key.groupKind == GroupKind(group: "apps", kind: "StatefulSet")
            && object[path: "spec", "volumeClaimTemplates"]?.array?.isEmpty == false
    }

    /// Whether a claim is one that a StatefulSet has made for one of its pods: by default nothing but its name says so.
    ///
    /// [Stable storage](https://kubernetes.io/docs/concepts/workloads/controllers/statefulset/#stable-storage)
    fileprivate func claims(_ claim: ResourceKey) -> Bool {
        guard key.groupKind == GroupKind(group: "apps", kind: "StatefulSet"), claim.namespace == key.namespace else {
            return false
        }
        let templates = object[path: "spec", "volumeClaimTemplates"]?.array ?? []
        return templates.contains { template in
            let prefix = "\(template[path: "metadata", "name"]?.string ?? "")-\(key.name)-"
            let number = claim.name.dropFirst(prefix.count)
            return claim.name.hasPrefix(prefix) && !number.isEmpty && number.allSatisfy(\.isWholeNumber)
        }
    }
}
