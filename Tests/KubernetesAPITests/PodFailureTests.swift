import Manifests
import Testing

@testable import KubernetesAPI

@Suite("Pod failure")
struct PodFailureTests {
    private static func pod(_ name: String, owner: String = "rs2", labels: String = "", status: String) throws
        -> LiveResource
    {
        try LiveResource(
            yaml: """
                apiVersion: v1
                kind: Pod
                metadata:
                  name: \(name)
                  namespace: shop
                  labels: {\(labels)}
                  creationTimestamp: "2026-01-01T00:00:0\(name.count % 10)Z"
                  ownerReferences: [{apiVersion: apps/v1, kind: X, name: x, uid: \(owner), controller: true}]
                status: \(status)
                """
        )
    }

    private static func waiting(_ reason: String, _ list: String = "containerStatuses") -> String {
        "{\(list): [{name: ok, state: {running: {}}}, {name: web, state: {waiting: {reason: \(reason), message: m}}}]}"
    }

    @Test(
        "is what does not pass by itself",
        arguments: [
            "CrashLoopBackOff", "ImagePullBackOff", "InvalidImageName", "CreateContainerConfigError",
            "CreateContainerError",
            "RunContainerError", "ErrImageNeverPull",
        ],
        ["containerStatuses", "initContainerStatuses"]
    )
    func reasons(reason: String, list: String) throws {
        let failure = try #require(PodFailure(of: try Self.pod("cart-1", status: Self.waiting(reason, list))))
        #expect("\(failure)" == "pod cart-1, container web: \(reason): m")
        #expect(failure.pod == ResourceKey(group: "", kind: "Pod", namespace: "shop", name: "cart-1"))
    }

    @Test(
        "is nothing that may pass",
        arguments: [
            waiting("ErrImagePull"), waiting("ContainerCreating"), waiting("PodInitializing"), "{phase: Running}",
            "null",
            "{phase: Pending, conditions: [{type: PodScheduled, status: 'False', reason: Unschedulable}]}",
        ]
    )
    func passing(status: String) throws {
        #expect(PodFailure(of: try Self.pod("cart-1", status: status)) == nil)
    }

    @Test("says how the container ended before")
    func lastExit() throws {
        let status = """
            {containerStatuses: [{name: web, state: {waiting: {reason: CrashLoopBackOff, message: back-off}}, \
            lastState: {terminated: {exitCode: 137, reason: OOMKilled}}}]}
            """
        let failure = PodFailure(of: try Self.pod("cart-1", status: status))
        #expect(failure?.message == "last exit code 137 (OOMKilled); back-off")
    }

    @Test("is also a pod that has failed as a whole")
    func phase() throws {
        let failure = PodFailure(of: try Self.pod("cart-1", status: "{phase: Failed, reason: Evicted}"))
        #expect(failure.map { "\($0)" } == "pod cart-1: Evicted")
    }

    /// A workload with the UID `owner`, its controller up to date.
    private static func workload(_ kind: String, metadata: String = "", status: String = "") throws -> LiveResource {
        try LiveResource(
            yaml: """
                apiVersion: apps/v1
                kind: \(kind)
                metadata: {name: cart, namespace: shop, uid: owner, generation: 2, \(metadata)}
                status: {observedGeneration: 2, \(status)}
                """
        )
    }

    private static func replicaSet(_ uid: String, revision: Int) throws -> LiveResource {
        try LiveResource(
            yaml: """
                apiVersion: apps/v1
                kind: ReplicaSet
                metadata:
                  name: cart-\(uid)
                  namespace: shop
                  uid: \(uid)
                  annotations: {deployment.kubernetes.io/revision: "\(revision)"}
                  ownerReferences: [{apiVersion: apps/v1, kind: Deployment, name: cart, uid: owner}]
                """
        )
    }

    @Test("of a Deployment is looked for in its newest ReplicaSet only", arguments: [true, false])
    func deployment(saysRevision: Bool) throws {
        let annotation = saysRevision ? "annotations: {deployment.kubernetes.io/revision: '10'}" : ""
        let deployment = try Self.workload("Deployment", metadata: annotation)
        let sets = [try Self.replicaSet("rs9", revision: 9), try Self.replicaSet("rs10", revision: 10)]
        let old = try Self.pod("cart-old", owner: "rs9", status: Self.waiting("CrashLoopBackOff"))
        let new = try Self.pod("cart-new", owner: "rs10", status: Self.waiting("ImagePullBackOff"))
        let find = { PodFailure.find(for: deployment, pods: $0, replicaSets: sets) }
        #expect(find([old]) == nil)
        #expect(find([old, new])?.pod.name == "cart-new")
    }

    @Test("of a StatefulSet is looked for in the pods of its update revision")
    func statefulSet() throws {
        let set = try Self.workload("StatefulSet", status: "updateRevision: b")
        let pods = try ["a", "b"].map {
            try Self.pod(
                "cart-\($0)",
                owner: "owner",
                labels: "controller-revision-hash: \($0)",
                status: Self.waiting("CrashLoopBackOff")
            )
        }
        #expect(PodFailure.find(for: set, pods: pods, replicaSets: [])?.pod.name == "cart-b")
        #expect(PodFailure.find(for: set, pods: [pods[0]], replicaSets: []) == nil)
    }

    @Test("of a DaemonSet is looked for in the pods of its newest template")
    func daemonSet() throws {
        let counted = try Self.workload(
            "DaemonSet",
            metadata: "annotations: {deprecated.daemonset.template.generation: '4'}"
        )
        let pods = try [(3, "a"), (4, "bb")].map { generation, hash in
            let labels = "pod-template-generation: '\(generation)', controller-revision-hash: \(hash)"
            return try Self.pod(
                "cart-\(hash)",
                owner: "owner",
                labels: labels,
                status: Self.waiting("CrashLoopBackOff")
            )
        }
        #expect(PodFailure.find(for: counted, pods: pods, replicaSets: [])?.pod.name == "cart-bb")
        #expect(PodFailure.find(for: counted, pods: [pods[0]], replicaSets: []) == nil)
        #expect(
            PodFailure.find(for: try Self.workload("DaemonSet"), pods: pods, replicaSets: [])?.pod.name == "cart-bb"
        )
    }

    @Test("is not looked for before the controller has seen the change")
    func notObserved() throws {
        let set = try LiveResource(
            yaml: """
                apiVersion: apps/v1
                kind: ReplicaSet
                metadata: {name: cart, namespace: shop, uid: owner, generation: 3}
                status: {observedGeneration: 2}
                """
        )
        let pod = try Self.pod("cart-1", owner: "owner", status: Self.waiting("CrashLoopBackOff"))
        #expect(PodFailure.find(for: set, pods: [pod], replicaSets: []) == nil)
    }

    @Test(
        "of a workload is no pod that has failed as a whole: its controller makes another",
        arguments: ["Deployment", "ReplicaSet", "StatefulSet", "DaemonSet"]
    )
    func evicted(kind: String) throws {
        let annotation = "annotations: {deployment.kubernetes.io/revision: '1'}"
        let workload = try Self.workload(kind, metadata: annotation, status: "updateRevision: b")
        let owner = kind == "Deployment" ? "rs1" : "owner"
        let pod = { (name: String, status: String) in
            try Self.pod(name, owner: owner, labels: "controller-revision-hash: b", status: status)
        }
        let left = "{phase: Failed, reason: NodeShutdown, \(Self.waiting("CrashLoopBackOff").dropFirst())"
        let evicted = try pod("cart-1", left)
        let stuck = try pod("cart-2", Self.waiting("ImagePullBackOff"))
        let find = { PodFailure.find(for: workload, pods: $0, replicaSets: [try Self.replicaSet("rs1", revision: 1)]) }
        #expect(try find([evicted]) == nil)
        #expect(try find([evicted, stuck])?.pod.name == "cart-2")
    }

    @Test(
        "of a Job, which never says what it has seen, is a pod that no further attempt starts",
        arguments: [
            (
                "ImagePullBackOff",
                "degraded/unhealthy: Job is in progress; pod cart-1, container web: ImagePullBackOff: m"
            ),
            ("CrashLoopBackOff", "progressing/healthy: Job is in progress"),
            (nil, "progressing/healthy: Job is in progress"),
        ] as [(String?, String)]
    )
    func job(reason: String?, text: String) throws {
        let job = try LiveResource(
            yaml: """
                apiVersion: batch/v1
                kind: Job
                metadata: {name: cart, namespace: shop, uid: owner, generation: 1}
                status: {active: 1, startTime: t}
                """
        )
        let attempt = try Self.pod("cart-0", owner: "owner", status: "{phase: Failed, reason: Error}")
        let pod = try Self.pod("cart-1", owner: "owner", status: reason.map { Self.waiting($0) } ?? "{phase: Running}")
        let health = PodFailures(among: [attempt, pod]).health(of: job)
        #expect("\(health.status)/\(health.pipeCDStatus): \(health.reason)" == text)
    }

    @Test("of a pod on its way out does not count")
    func terminating() throws {
        let pod = try LiveResource(
            yaml: """
                apiVersion: v1
                kind: Pod
                metadata: {name: cart-1, deletionTimestamp: "2026-01-01T00:00:00Z"}
                status: {phase: Failed}
                """
        )
        #expect(PodFailure(of: pod) == nil)
    }
}
