import KubernetesAPI
import Manifests
import Rollouts
import Testing

@testable import Stages

@Suite("A live state")
struct LiveStateBuilderTests {
    /// The objects of a YAML text; each gets its name as UID.
    private static func resources(_ text: String) throws -> [LiveResource] {
        try YAML.documents(in: Array(text.utf8), file: "live").map { document in
            var object = document.value
            var metadata = try #require(object["metadata"])
            metadata["uid"] = metadata["uid"] ?? metadata["name"]
            object["metadata"] = metadata
            return try #require(LiveResource(object))
        }
    }

    private static func state(
        _ managed: String,
        _ others: String = "",
        informer: AppStateInformer = AppStateInformer()
    ) throws -> LiveState {
        let target = DeployTarget(name: "eu", access: .offline, informer: informer)
        return LiveStateBuilder(target: target, label: VariantLabel())
            .state(managed: try resources(managed), others: try resources(others))
    }

    private static func owned(_ kind: String, _ name: String, by owner: String, _ rest: String = "") -> String {
        let version = ["Pod": "v1", "EndpointSlice": "discovery.k8s.io/v1", "Job": "batch/v1"][kind] ?? "apps/v1"
        let reference = "{apiVersion: v1, kind: Owner, name: \(owner), uid: \(owner)}"
        return """
            ---
            apiVersion: \(version)
            kind: \(kind)
            metadata: {name: \(name), namespace: shop, ownerReferences: [\(reference)]}
            \(rest)

            """
    }

    private static let deployment = """
        apiVersion: apps/v1
        kind: Deployment
        metadata:
          name: web
          namespace: shop
          resourceVersion: "7"
          generation: 2
          creationTimestamp: "2026-03-01T08:30:00Z"
          labels: {pipecd.dev/variant: canary}
          annotations: {pipecd.dev/commit-hash: c0ffee, deployment.kubernetes.io/revision: "2"}
        spec: {replicas: 3}
        status: {observedGeneration: 2, replicas: 3, updatedReplicas: 3, readyReplicas: 1, availableReplicas: 1}

        """

    /// A ReplicaSet of `web` with a revision, and so many pods that it shall have.
    private static func set(_ name: String, revision: Int, replicas: Int) -> String {
        owned("ReplicaSet", name, by: "web", "spec: {replicas: \(replicas)}\nstatus: {replicas: \(replicas)}")
            .replacing(
                "metadata: {",
                with: "metadata: {annotations: {deployment.kubernetes.io/revision: \"\(revision)\"}, "
            )
    }

    private static func waiting(_ name: String, by owner: String, _ reason: String) -> String {
        owned(
            "Pod",
            name,
            by: owner,
            "status: {phase: Pending, containerStatuses: [{name: app, state: {waiting: {reason: \(reason)}}}]}"
        )
    }

    @Test("says of an object what it is, whose, since when and of which commit")
    func object() throws {
        let state = try Self.state(Self.deployment)
        let object = try #require(state.objects.first)
        #expect(state.objects.count == 1)
        #expect("\(object.key)" == "apps:Deployment:shop:web")
        #expect("\(object.groupVersionKind)" == "apps/v1 Deployment")
        #expect(object.uid == "web" && object.resourceVersion == "7" && object.owners == [])
        #expect(object.createdAt == 1_772_353_800)
        #expect(object.variant == "canary" && object.commit == "c0ffee")
        #expect(object.replicas == LiveObject.Replicas(ready: 1, desired: 3))
        #expect(object.body?.key == object.key && object.isManaged)
    }

    @Test("has what grew out of the application's objects, in whatever order it was found, and nothing else")
    func tree() throws {
        let parts = [
            Self.set("web-1", revision: 1, replicas: 0), Self.set("web-2", revision: 2, replicas: 1),
            Self.owned("Pod", "web-2-a", by: "web-2"), Self.owned("Pod", "stray", by: "somebody"),
            Self.owned("Pod", "web-1-a", by: "web-1"), Self.owned("EndpointSlice", "web-x", by: "service"),
        ]
        let service = "---\napiVersion: v1\nkind: Service\nmetadata: {name: web, namespace: shop, uid: service}\n"
        for others in [parts, parts.reversed()] {
            let state = try Self.state(Self.deployment + service, others.joined())
            #expect(
                state.objects.map { "\($0.key)" } == [
                    ":Pod:shop:web-2-a", ":Service:shop:web", "apps:Deployment:shop:web", "apps:ReplicaSet:shop:web-2",
                    "discovery.k8s.io:EndpointSlice:shop:web-x",
                ]
            )
            #expect(state.managed.map(\.key.kind) == ["Service", "Deployment"])
            #expect(state.roots.map(\.key.kind) == ["Service", "Deployment"])
            let set = try #require(state.children(of: state.roots[1]).first)
            #expect(state.children(of: set).map(\.key.name) == ["web-2-a"])
            #expect(state.objects.filter { !$0.isManaged }.allSatisfy { $0.body == nil })
        }
    }

    @Test("has the claims of a StatefulSet, which only their names tell")
    func claims() throws {
        let set = """
            apiVersion: apps/v1
            kind: StatefulSet
            metadata: {name: db, namespace: shop}
            spec: {volumeClaimTemplates: [{metadata: {name: data}}]}

            """
        let others = ["data-db-0", "data-db-x", "data-db-", "data-other-0", "log-db-0"].map { name in
            "---\napiVersion: v1\nkind: PersistentVolumeClaim\nmetadata: {name: \(name), namespace: shop}\n"
        }
        let elsewhere =
            "---\napiVersion: v1\nkind: PersistentVolumeClaim\nmetadata: {name: data-db-1, namespace: dev}\n"
        let state = try Self.state(set, others.joined() + elsewhere)
        #expect(state.children(of: try #require(state.managed.first)).map(\.key.name) == ["data-db-0"])
    }

    @Test("puts objects without a namespace last, and each object once")
    func order() throws {
        let role = "---\napiVersion: rbac.authorization.k8s.io/v1\nkind: ClusterRole\nmetadata: {name: all}\n"
        let maps = ["b", "a", "b"].map {
            "---\napiVersion: v1\nkind: ConfigMap\nmetadata: {name: \($0), namespace: shop}\n"
        }
        let state = try Self.state(role + maps.joined())
        #expect(
            state.objects.map(\.key.shortDescription) == ["ConfigMap/shop/a", "ConfigMap/shop/b", "ClusterRole/all"]
        )
    }

    @Test("names the pod of the newest revision that holds a workload up")
    func failure() throws {
        let old =
            Self.set("web-1", revision: 1, replicas: 1) + Self.waiting("web-1-a", by: "web-1", "ErrImageNeverPull")
        let new =
            Self.set("web-2", revision: 2, replicas: 2) + Self.owned("Pod", "web-2-a", by: "web-2")
            + Self.waiting("web-2-b", by: "web-2", "ImagePullBackOff")
        let state = try Self.state(Self.deployment, old + new)
        let web = try #require(state.managed.first)
        #expect(web.health.status == .degraded && web.health.pipeCDStatus == .unhealthy)
        #expect(web.health.reason.hasSuffix("; pod web-2-b, container app: ImagePullBackOff"))
        #expect(web.podFailure?.reason == "ImagePullBackOff")
        let pod = try #require(state.objects.first { $0.key.name == "web-2-b" })
        #expect(pod.podFailure?.reason == "ImagePullBackOff")
        #expect(pod.health.reason.components("ImagePullBackOff") == 1)
    }

    @Test("leaves the words of a workload alone as long as no pod has failed")
    func noFailure() throws {
        let pods =
            Self.set("web-2", revision: 2, replicas: 2) + Self.waiting("web-2-a", by: "web-2", "ContainerCreating")
        let web = try #require(try Self.state(Self.deployment, pods).managed.first)
        #expect(web.health == Health(of: try #require(web.body)))
        #expect(web.podFailure == nil && web.health.status == .progressing)
    }

    @Test("leaves out what the target's informer does not cover, after the owners were found")
    func informer() throws {
        var informer = AppStateInformer()
        informer.excludeResources = [.init(kind: "ReplicaSet")]
        let others = Self.set("web-2", revision: 2, replicas: 1) + Self.owned("Pod", "web-2-a", by: "web-2")
        let state = try Self.state(Self.deployment, others, informer: informer)
        #expect(state.objects.map(\.key.kind) == ["Pod", "Deployment"])
        informer.namespace = "dev"
        #expect(try Self.state(Self.deployment, others, informer: informer).objects.isEmpty)
    }

    private static let claim = """
        apiVersion: v1
        kind: PersistentVolumeClaim
        metadata: {name: data, namespace: shop}
        status: {phase: Pending}

        """

    /// A pod, in a namespace and a phase, that mounts the claim of a name.
    private static func mounting(_ claim: String, namespace: String = "shop", phase: String = "Pending") -> String {
        owned(
            "Pod",
            "user",
            by: "web",
            """
            spec: {volumes: [{name: v, persistentVolumeClaim: {claimName: \(claim)}}]}
            status: {phase: \(phase)}
            """
        ).replacing("namespace: shop", with: "namespace: \(namespace)")
    }

    private static let waits = "unknown/unknown: waits for its first pod"
    private static let unbound = "progressing/unhealthy: Being not yet bound"

    @Test(
        "does not hold a claim that no pod has asked for yet against the application",
        arguments: [
            ("", waits), (mounting("other"), waits), (mounting("data", namespace: "blog"), waits),
            (mounting("data", phase: "Succeeded"), waits), (mounting("data", phase: "Failed"), waits),
            (mounting("data"), unbound), (mounting("data", phase: "Running"), unbound),
        ]
    )
    func claims(pods: String, text: String) throws {
        let health = { (state: LiveState) -> String? in
            let claim = state.objects.first { $0.key.kind == "PersistentVolumeClaim" }
            return claim.map { "\($0.health.status)/\($0.health.pipeCDStatus): \($0.health.reason)" }
        }
        #expect(health(try Self.state(Self.claim, pods)) == text)
        let summaries = try Self.resources(pods).map { Descendants.summary(of: $0.object, kind: $0.key.groupKind) }
        let others = summaries.compactMap { LiveResource($0) }
        let target = DeployTarget(name: "eu", access: .offline)
        let builder = LiveStateBuilder(target: target, label: VariantLabel())
        #expect(health(builder.state(managed: try Self.resources(Self.claim), others: others)) == text)
        let hidden = LiveState.HiddenType(type: GroupKind(kind: "Pod"), reason: "forbidden")
        let blind = builder.state(managed: try Self.resources(Self.claim), others: others, hidden: [hidden])
        #expect(health(blind) == Self.unbound)
    }
}

extension String {
    /// How often a text occurs.
    fileprivate func components(_ text: String) -> Int { ranges(of: text).count }
}
