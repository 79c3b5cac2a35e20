import Manifests
import Testing

@testable import KubernetesAPI

@Suite("Health")
struct HealthTests {
    /// How an object of a kind fares, as `status/PipeCD's word: reason`.
    private func check(_ type: String, _ rest: String, metadata: String = "", _ text: String) throws {
        let health = try Health(type, rest, metadata: metadata)
        #expect("\(health.status)/\(health.pipeCDStatus): \(health.reason)" == text)
    }

    @Test(
        "of a workload is bound to what its controller has seen",
        arguments: [
            (
                "apps/v1 Deployment", "spec: {replicas: 2}\nstatus: {observedGeneration: 1}",
                "progressing/unknown: Waiting for rollout to finish because observed deployment generation less than desired generation"
            ),
            (
                "apps/v1 StatefulSet", "spec: {replicas: 2}\nstatus: {observedGeneration: 1, readyReplicas: 2}",
                "progressing/unhealthy: Waiting for statefulset spec update to be observed"
            ),
            (
                "example.com/v1 Widget",
                "status: {observedGeneration: 1, conditions: [{type: Ready, status: 'True'}]}",
                "progressing/unknown: its controller has not seen the change yet"
            ),
            (
                "example.com/v1 Widget",
                "status: {conditions: [{type: Ready, status: 'True', observedGeneration: 1}]}",
                "progressing/unknown: its controller has not seen the change yet"
            ),
        ]
    )
    func notObserved(type: String, rest: String, text: String) throws {
        try check(type, rest, metadata: "generation: 2", text)
    }

    @Test(
        "of a workload says what is missing",
        arguments: [
            ("Deployment", "{paused: true}", "{}", "suspended/unknown: Deployment is paused"),
            (
                "Deployment", "{replicas: 2}", "{replicas: 3, updatedReplicas: 2, availableReplicas: 3}",
                "progressing/unhealthy: 1 old replicas are pending termination"
            ),
            (
                "Deployment", "{replicas: 2}",
                "{conditions: [{type: ReplicaFailure, status: 'True', message: exceeded quota}]}",
                "degraded/unhealthy: exceeded quota"
            ),
            (
                "Deployment", "{replicas: 1}",
                """
                {replicas: 1, updatedReplicas: 1, availableReplicas: 1, \
                conditions: [{type: Progressing, status: 'True', reason: ProgressDeadlineExceeded}]}
                """,
                "healthy/healthy: "
            ),
            (
                "StatefulSet", "{replicas: 2, updateStrategy: {type: RollingUpdate, rollingUpdate: {partition: 0}}}",
                "{observedGeneration: 1, readyReplicas: 2, updatedReplicas: 1, updateRevision: b, currentRevision: a}",
                "progressing/unhealthy: Waiting for statefulset rolling update to complete 1 pods at revision b"
            ),
            (
                "StatefulSet", "{replicas: 2, updateStrategy: {type: OnDelete}}",
                "{observedGeneration: 1, readyReplicas: 2, updateRevision: b, currentRevision: a}", "healthy/healthy: "
            ),
            (
                "StatefulSet", "{replicas: 1}", "{observedGeneration: 1, readyReplicas: 2}",
                "progressing/unhealthy: The number of ready replicas (2) is different from the desired number (1)"
            ),
            (
                "StatefulSet", "{replicas: 1}", "{observedGeneration: 1, readyReplicas: 1, replicas: 2}",
                "progressing/unhealthy: 1 old replicas are pending termination"
            ),
            (
                "ReplicaSet", "{replicas: 3}", "{observedGeneration: 1, replicas: 1}",
                "progressing/unhealthy: Waiting for remaining 3/3 replicas to be available"
            ),
            (
                "DaemonSet", "{}", "{observedGeneration: 1, numberMisscheduled: 2}",
                "healthy/unhealthy: 2 nodes that are running the daemon pod, but are not supposed to run the daemon pod"
            ),
            (
                "DaemonSet", "{updateStrategy: {type: OnDelete}}",
                "{observedGeneration: 1, desiredNumberScheduled: 2, numberAvailable: 2}", "healthy/healthy: "
            ),
        ]
    )
    func workload(kind: String, spec: String, status: String, text: String) throws {
        try check("apps/v1 \(kind)", "spec: \(spec)\nstatus: \(status)", text)
    }

    @Test(
        "of a pod names the container, how it ended and what it said last",
        arguments: [
            (
                "Always",
                """
                {phase: Running, containerStatuses: [{name: web, state: {waiting: {reason: CrashLoopBackOff, \
                message: back-off}}, lastState: {terminated: {exitCode: 137, reason: OOMKilled}}}]}
                """,
                "degraded/unhealthy: container web: CrashLoopBackOff: last exit code 137 (OOMKilled)"
            ),
            (
                "Always",
                """
                {phase: Pending, initContainerStatuses: [{name: migrate, state: {waiting: {reason: CrashLoopBackOff}}, \
                lastState: {terminated: {exitCode: 1, reason: Error, message: "no\\nhost"}}}]}
                """,
                "degraded/unhealthy: container migrate: CrashLoopBackOff: last exit code 1 (Error): no host"
            ),
            (
                "Always",
                """
                {phase: Running, conditions: [{type: Ready, status: 'False', message: unready}], \
                containerStatuses: [{name: web, ready: false, state: {terminated: {exitCode: 3, reason: Error}}}]}
                """,
                "degraded/unhealthy: container web: last exit code 3 (Error)"
            ),
            (
                "Always",
                """
                {phase: Running, conditions: [{type: Ready, status: 'False', message: unready}], \
                containerStatuses: [{name: web, ready: true, lastState: {terminated: {exitCode: 3}}}]}
                """,
                "progressing/unhealthy: unready"
            ),
            (
                "Always",
                "{phase: Pending, containerStatuses: [{name: web, state: {waiting: {reason: InvalidImageName}}}]}",
                "degraded/unhealthy: container web: InvalidImageName"
            ),
            (
                "Always", "{phase: Pending, conditions: [{type: PodScheduled, status: 'False', message: no node}]}",
                "progressing/unhealthy: the pod is not scheduled: no node"
            ),
            ("Always", "{phase: Pending}", "progressing/unhealthy: the pod is starting"),
            ("Always", "{}", "progressing/unhealthy: the pod is starting"),
            (
                "Never", "{phase: Failed, containerStatuses: [{name: job, state: {terminated: {exitCode: 2}}}]}",
                "degraded/unhealthy: container job: exit code 2"
            ),
            ("Never", "{phase: Failed, reason: Evicted}", "degraded/unhealthy: Evicted"),
            ("Never", "{phase: Running}", "progressing/healthy: "),
            (
                "OnFailure",
                """
                {phase: Running, containerStatuses: [{name: job, state: {waiting: {reason: CrashLoopBackOff}}, \
                lastState: {terminated: {exitCode: 1}}}]}
                """,
                "progressing/healthy: container job: CrashLoopBackOff: last exit code 1"
            ),
            (
                "OnFailure",
                "{phase: Pending, containerStatuses: [{name: job, state: {waiting: {reason: ImagePullBackOff}}}]}",
                "degraded/unhealthy: container job: ImagePullBackOff"
            ),
        ]
    )
    func pod(policy: String, status: String, text: String) throws {
        try check("v1 Pod", "spec: {restartPolicy: \(policy)}\nstatus: \(status)", text)
    }

    @Test("of a pod shows the end of a long last message")
    func longMessage() throws {
        let message = String(repeating: "x", count: 500) + " refused"
        let rest = """
            status: {phase: Running, containerStatuses: [{name: web, state: {waiting: {reason: CrashLoopBackOff}}, \
            lastState: {terminated: {exitCode: 1, message: \(message)}}}]}
            """
        let reason = try Health("v1 Pod", rest).reason
        #expect(reason.hasSuffix("xx refused") && reason.contains("exit code 1: …x") && reason.count < 300)
    }

    @Test(
        "of other built-in kinds",
        arguments: [
            ("batch/v1 Job", "status: {startTime: t}", "progressing/healthy: Job is in progress"),
            ("batch/v1 Job", "spec: {suspend: true}", "suspended/healthy: Job is suspended"),
            (
                "batch/v1 Job", "status: {conditions: [{type: Complete, status: 'True', message: done}]}",
                "healthy/healthy: done"
            ),
            (
                "batch/v1 Job", "status: {conditions: [{type: Failed, status: 'False', message: no}]}",
                "progressing/healthy: Job is in progress"
            ),
            ("batch/v1 CronJob", "spec: {suspend: true}", "suspended/healthy: CronJob is suspended"),
            ("batch/v1 CronJob", "status: {active: [{}]}", "healthy/healthy: \"cart\" was applied successfully"),
            ("v1 Service", "spec: {type: LoadBalancer}", "\(progressing) \(points)"),
            ("v1 Service", "status: {loadBalancer: {ingress: [{ip: 1.2.3.4}]}}", "healthy/healthy: "),
            ("networking.k8s.io/v1 Ingress", "status: {loadBalancer: {}}", "\(progressing) \(points)"),
            ("v1 PersistentVolume", "status: {phase: Available}", "healthy/healthy: "),
            ("v1 PersistentVolume", "status: {phase: Failed, message: m}", "degraded/unhealthy: m"),
            (
                "v1 PersistentVolume", "status: {phase: Released}",
                "suspended/unhealthy: its claim is gone, and the volume is not reclaimed"
            ),
            ("v1 PersistentVolume", "", "\(progressing) the volume is not available yet"),
            ("v1 PersistentVolumeClaim", "status: {phase: Bound}", "healthy/healthy: "),
            ("v1 PersistentVolumeClaim", "status: {phase: Pending}", "\(progressing) Being not yet bound"),
            (
                "v1 PersistentVolumeClaim", "status: {phase: Lost}",
                "degraded/unhealthy: Lost its underlying PersistentVolume"
            ),
            (
                "v1 PersistentVolumeClaim", "status: {phase: Dreaming}",
                "unknown/unhealthy: The current phase of PersistentVolumeClaim is unexpected"
            ),
            ("v1 Namespace", "status: {phase: Active}", "healthy/healthy: "),
            (
                "v1 Namespace",
                """
                status: {phase: Active, conditions: [{type: NamespaceDeletionContentFailure, status: 'True', \
                message: some remain}]}
                """,
                "degraded/unhealthy: some remain"
            ),
            ("v1 Namespace", "status: {phase: Terminating}", "\(progressing) NameSpace is gracefully terminated"),
            (
                "apiextensions.k8s.io/v1 CustomResourceDefinition",
                "status: {conditions: [{type: NamesAccepted, status: 'False', message: taken}]}",
                "degraded/unhealthy: its names are not accepted: taken"
            ),
            (
                "apiregistration.k8s.io/v1 APIService",
                "status: {conditions: [{type: Available, status: 'False', message: m}]}",
                "\(progressing) not available: m"
            ),
            (
                "autoscaling/v2 HorizontalPodAutoscaler",
                """
                status: {conditions: [{type: AbleToScale, status: 'True'}, {type: ScalingActive, status: 'False', \
                reason: ScalingDisabled, message: no replicas}]}
                """,
                "healthy/unhealthy: no replicas"
            ),
            ("policy/v1 PodDisruptionBudget", "status: {currentHealthy: 1, desiredHealthy: 1}", applied),
            (
                "policy/v1 PodDisruptionBudget", "status: {currentHealthy: 1, desiredHealthy: 2}",
                "degraded/healthy: 1 of the 2 pods that it demands are healthy"
            ),
            ("v1 Secret", "data: {a: b}", applied), ("rbac.authorization.k8s.io/v1 Role", "", applied),
            ("v1 ResourceQuota", "status: {hard: {pods: '4'}, used: {pods: '4'}}", applied),
            ("v1 Node", "status: {conditions: [{type: Ready, status: 'False', message: m}]}", "degraded/unhealthy: m"),
        ]
    )
    func others(type: String, rest: String, text: String) throws {
        try check(type, rest, text)
    }

    private static let progressing = "progressing/unhealthy:"
    private static let points = "Ingress points for the load-balancer are in progress"
    private static let applied = "healthy/healthy: \"cart\" was applied successfully"

    @Test("of anything that is being deleted comes before all else, and says what it waits for")
    func terminating() throws {
        let deleted = "deletionTimestamp: '2026-01-01T00:00:00Z'"
        try check("v1 ConfigMap", "", metadata: deleted, "\(Self.progressing) ConfigMap is being deleted")
        try check(
            "apps/v1 Deployment",
            "spec: {paused: true, replicas: x}",
            metadata: "\(deleted), finalizers: [a, b]",
            "\(Self.progressing) Deployment is being deleted; finalizers: a, b"
        )
        try check(
            "v1 Namespace",
            """
            status: {phase: Terminating, conditions: [{type: NamespaceDeletionContentFailure, status: 'False', message: no}, \
            {type: NamespaceContentRemaining, status: 'True', message: 1 pod remains}]}
            """,
            metadata: deleted,
            "\(Self.progressing) Namespace is being deleted; 1 pod remains"
        )
    }
}
