import KubernetesAPI
import Manifests
import Rollouts
import Stages
import Testing

@testable import flotilla

/// An application on several clusters as values: one is well, one is in the middle of a rollout, one has a pod that cannot
/// start, and one cannot be looked at.
enum StatusFixture {
    static let now = Moment(sinceEpoch: .seconds(1_900_000_000))
    static let oldCommit = "0123456789abcdef0123456789abcdef01234567"
    static let newCommit = "c0ffee2c0ffee2c0ffee2c0ffee2c0ffee2c0ffe"

    static let spec = {
        var spec = PluginSpec()
        spec.service = ResourceReference(name: "web")
        spec.trafficRouting = .istio()
        return spec
    }()

    static func report(comparesWithGit: Bool = true) throws -> StatusReport {
        StatusReport(
            application: "shop",
            commit: newCommit,
            time: now,
            clusters: try [
                cluster(healthy("eu"), comparesWithGit ? TargetDrift(target: "eu", verdict: .synced) : nil),
                cluster(rollout("us"), comparesWithGit ? try drift("us") : nil),
                cluster(
                    degraded("ap"),
                    comparesWithGit
                        ? TargetDrift(target: "ap", verdict: .unknown(["ap: apply ConfigMap: forbidden"])) : nil
                ),
                unreachable("moon"),
            ]
        )
    }

    static func cluster(_ state: LiveState, _ drift: TargetDrift? = nil) -> ClusterStatus {
        ClusterStatus(LiveStateAnswer(target: state.target, result: .success(state)), drift: drift, spec: spec)
    }

    static func unreachable(_ name: String) -> ClusterStatus {
        let error = LiveStateError("\(name): GET /api: connection refused; is the server up?")
        return ClusterStatus(LiveStateAnswer(target: name, result: .failure(error)), drift: nil)
    }

    /// A cluster on which everything is as it should be.
    static func healthy(_ name: String) throws -> LiveState {
        let web = try workload("web", ready: 5, of: 5, commit: newCommit, age: 200_000)
        let set = replicaSet("web-5d4f", of: web, ready: 5, desired: 5)
        let retired = ["web-1", "web-2"].map { replicaSet($0, of: web, ready: 0, desired: 0) }
        return LiveState(
            target: name,
            objects: try [
                object("ConfigMap", "web-settings", commit: newCommit), service(), web,
                try route(primary: 100, canary: nil), set,
            ] + retired + pods(of: set, 5)
        )
    }

    /// A cluster in which a canary gets a tenth of the traffic while the primary is being replaced.
    static func rollout(_ name: String) throws -> LiveState {
        var web = try workload("web", ready: 3, of: 5, commit: newCommit, age: 7_300)
        web.health = Health(.progressing, "3 of 5 pods are updated")
        let canary = try workload(
            "web-canary",
            ready: 1,
            of: 1,
            variant: "canary",
            commit: newCommit,
            age: 61
        )
        return LiveState(
            target: name,
            objects: try [
                object("ConfigMap", "web-settings", commit: oldCommit), service(), canary, web,
                try route(primary: 90, canary: 10),
            ]
        )
    }

    /// A cluster in which a pod of the canary cannot start.
    static func degraded(_ name: String) throws -> LiveState {
        var canary = try workload("cart-canary", ready: 0, of: 1, variant: "canary", commit: newCommit, age: 60)
        let pull = "ImagePullBackOff: Back-off pulling image \"registry.example/shop/cart:3.0.0-bad\""
        canary.health = Health(.degraded, "pod cart-canary-7f-x2x, container server: \(pull)")
        var set = replicaSet("cart-canary-7f", of: canary, ready: 0, desired: 1)
        set.health = Health(.progressing, "0 of 1 pods are ready")
        let pod = pods(of: set, 1, Health(.degraded, "container server: \(pull)"))
        let cart = try workload("cart", ready: 2, of: 2, commit: oldCommit, age: 400_000)
        return LiveState(
            target: name,
            objects: [canary, set] + pod + [cart],
            hidden: [LiveState.HiddenType(type: GroupKind(kind: "Secret"), reason: "forbidden")]
        )
    }

    /// One object that differs, one that is missing and one that Git does not have.
    static func drift(_ name: String) throws -> TargetDrift {
        let before = try [
            manifest("ConfigMap", "web-settings", ["data": ["CURRENCY": "EUR"]]), manifest("Service", "web", [:]),
        ]
        let after = try [
            manifest("ConfigMap", "web-settings", ["data": ["CURRENCY": "CHF"]]), manifest("Secret", "web-token", [:]),
        ]
        let comparison = ManifestComparison(from: before, to: after, rules: ComparisonRules())
        let canary = ResourceKey(group: "apps", kind: "Deployment", namespace: "shop", name: "web-canary")
        return TargetDrift(
            target: name,
            verdict: .outOfSync(comparison),
            variants: [canary],
            notes: ["HorizontalPodAutoscaler/shop/web scales Deployment/shop/web"]
        )
    }

    static func manifest(_ kind: String, _ name: String, _ fields: Mapping) throws -> Manifest {
        var object: Value = [
            "apiVersion": .string(kind == "VirtualService" ? "networking.istio.io/v1" : "v1"), "kind": .string(kind),
            "metadata": ["name": .string(name), "namespace": "shop", "uid": .string("\(kind)-\(name)")],
        ]
        for member in fields { object[member.key] = member.value }
        return try Manifest(object)
    }

    static func object(
        _ kind: String,
        _ name: String,
        _ fields: Mapping = [:],
        commit: String? = nil
    ) throws -> LiveObject {
        let manifest = try manifest(kind, name, fields)
        return LiveObject(
            key: manifest.key,
            groupVersionKind: manifest.groupVersionKind,
            uid: "\(kind)-\(name)",
            createdAt: 1_899_990_000,
            variant: "primary",
            commit: commit,
            body: LiveResource(manifest.object)
        )
    }

    static func service() throws -> LiveObject {
        try object("Service", "web", ["spec": ["selector": ["app": "web"]]], commit: newCommit)
    }

    static func route(primary: Int, canary: Int?) throws -> LiveObject {
        let weights = [("primary", primary)] + (canary.map { [("canary", $0)] } ?? [])
        let routes = weights.map { subset, weight -> Value in
            ["destination": ["host": "web", "subset": .string(subset)], "weight": .int(weight)]
        }
        let spec: Value = ["http": [["route": .array(routes)]]]
        return try object("VirtualService", "web", ["spec": spec], commit: newCommit)
    }

    static func workload(
        _ name: String,
        ready: Int,
        of desired: Int,
        variant: String = "primary",
        commit: String,
        age: Int64
    ) throws -> LiveObject {
        let app = name.split(separator: "-").first.map(String.init) ?? name
        let body: Value = [
            "apiVersion": "apps/v1", "kind": "Deployment",
            "metadata": ["name": .string(name), "namespace": "shop", "uid": .string(name)],
            "spec": ["template": ["metadata": ["labels": ["app": .string(app)]]]],
        ]
        return LiveObject(
            key: ResourceKey(group: "apps", kind: "Deployment", namespace: "shop", name: name),
            groupVersionKind: GroupVersionKind(group: "apps", version: "v1", kind: "Deployment"),
            uid: name,
            createdAt: now.sinceEpoch.components.seconds - age,
            variant: variant,
            commit: commit,
            replicas: LiveObject.Replicas(ready: ready, desired: desired),
            body: LiveResource(body)
        )
    }

    static func replicaSet(_ name: String, of owner: LiveObject, ready: Int, desired: Int) -> LiveObject {
        LiveObject(
            key: ResourceKey(group: "apps", kind: "ReplicaSet", namespace: "shop", name: name),
            groupVersionKind: GroupVersionKind(group: "apps", version: "v1", kind: "ReplicaSet"),
            uid: name,
            owners: [owner.uid],
            createdAt: owner.createdAt,
            replicas: LiveObject.Replicas(ready: ready, desired: desired)
        )
    }

    static func pods(of set: LiveObject, _ count: Int, _ health: Health = Health(.healthy)) -> [LiveObject] {
        (0..<count).map { number in
            LiveObject(
                key: ResourceKey(group: "", kind: "Pod", namespace: "shop", name: "\(set.key.name)-x\(number)x"),
                groupVersionKind: GroupVersionKind(group: "", version: "v1", kind: "Pod"),
                uid: "\(set.uid)-\(number)",
                owners: [set.uid],
                createdAt: set.createdAt,
                health: health
            )
        }
    }
}
