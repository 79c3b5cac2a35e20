import Manifests
import Testing

@testable import KubernetesAPI

@Suite("Health of custom resources")
struct CustomHealthTests {
    private func check(_ type: String, _ rest: String, metadata: String = "", _ text: String) throws {
        let health = try Health(type, rest, metadata: metadata)
        #expect("\(health.status)/\(health.pipeCDStatus): \(health.reason)" == text)
    }

    private static func conditions(_ conditions: String...) -> String {
        let list = conditions.map { condition in
            let words = condition.split(separator: " ")
            let reason = words.count > 2 ? ", reason: \(words[2])" : ""
            return "{type: \(words[0]), status: '\(words[1])', message: \(words[0]) says\(reason)}"
        }
        return "status: {conditions: [\(list.joined(separator: ", "))]}"
    }

    @Test(
        "is read from conditions",
        arguments: [
            (conditions("Ready True"), "healthy/healthy: "),
            (conditions("Available True"), "healthy/healthy: "),
            (conditions("Ready False"), "degraded/unhealthy: Ready says"),
            (conditions("Ready False Updating"), "progressing/unhealthy: Ready says"),
            (conditions("Ready False UpdateFailed"), "degraded/unhealthy: Ready says"),
            (conditions("Ready Unknown"), "progressing/unknown: Ready says"),
            (conditions("Stalled True", "Ready True"), "degraded/unhealthy: Stalled says"),
            (conditions("Reconciling True", "Ready Unknown"), "progressing/unknown: Reconciling says"),
            (conditions("Reconciling True ProgressingWithRetry", "Ready False"), "degraded/unhealthy: Ready says"),
            (conditions("Ready True", "VpcReady False"), "healthy/healthy: "),
            (conditions("Ready True", "Synced False ReconcileError"), "degraded/unhealthy: Synced says"),
            (conditions("VpcReady True", "SubnetsReady False"), "degraded/unhealthy: SubnetsReady says"),
            (conditions("Installed True", "Healthy Unknown"), "progressing/unknown: Healthy says"),
            (conditions("Available True", "Progressing True NewReplicaSetAvailable"), "healthy/healthy: "),
            (conditions("Available True", "Progressing True"), "progressing/unknown: Progressing says"),
            (conditions("Available True", "Degraded True"), "degraded/unhealthy: Degraded says"),
            (conditions("Degraded False"), "healthy/healthy: "),
            (conditions("Paused True", "Ready True"), "suspended/unknown: Paused says"),
            (conditions("NotReady True"), "degraded/unhealthy: NotReady says"),
            (conditions("PodsNotReady True"), "degraded/unhealthy: PodsNotReady says"),
            (conditions("NotSynced True", "NotHealthy False"), "degraded/unhealthy: NotSynced says"),
            (conditions("ReplicasNotReady False"), "healthy/healthy: "),
            (conditions("NoErrors True"), "healthy/healthy: "),
            (conditions("NoErrors False"), "degraded/unhealthy: NoErrors says"),
            (
                conditions("NotProgressing True"),
                "unknown/unknown: its status says nothing that is generally understood"
            ),
            (conditions("Accepted True", "DNSReady False Waiting"), "progressing/unhealthy: DNSReady says"),
            (conditions("TLSReady True", "IPReady False"), "degraded/unhealthy: IPReady says"),
            (conditions("Accepted True", "Registered False APIError"), "degraded/unhealthy: Registered says"),
            (conditions("Degraded Unknown"), "unknown/unknown: Degraded says"),
            (conditions("Stalled False", "Degraded Unknown"), "unknown/unknown: Degraded says"),
            (conditions("Ready True", "Degraded Unknown"), "healthy/healthy: "),
            (conditions("Sunny True"), "unknown/unknown: its status says nothing that is generally understood"),
            ("status: {conditions: []}", "progressing/unknown: its controller has not reported on it yet"),
            (
                "status: {parents: [{conditions: [{type: Accepted, status: 'True'}]}, "
                    + "{conditions: [{type: ResolvedRefs, status: 'False', message: no such service}]}]}",
                "degraded/unhealthy: no such service"
            ),
        ]
    )
    func ofConditions(rest: String, text: String) throws {
        try check("example.com/v1 Widget", rest, text)
    }

    @Test(
        "is read from words",
        arguments: [
            ("{phase: Running}", "healthy/healthy: "), ("{state: CREATED}", "healthy/healthy: "),
            ("{health: green}", "healthy/healthy: "), ("{healthy: true}", "healthy/healthy: "),
            ("{phase: Pending}", "progressing/unknown: phase is Pending"),
            ("{phase: ImportInProgress}", "progressing/unknown: phase is ImportInProgress"),
            ("{state: ConfigError, message: no key}", "degraded/unhealthy: state is ConfigError: no key"),
            ("{phase: Failed, reason: Quota}", "degraded/unhealthy: phase is Failed: Quota"),
            ("{phase: Suspended}", "suspended/unknown: phase is Suspended"),
            ("{state: NotFound}", "missing/unhealthy: state is NotFound"),
            ("{applicationState: {state: FAILED}}", "degraded/unhealthy: applicationState is FAILED"),
            ("{healthy: false}", "degraded/unhealthy: healthy is false"),
            ("{ready: false}", "progressing/unhealthy: ready is false"),
            ("{failureMessage: out of machines}", "degraded/unhealthy: out of machines"),
            ("{desiredState: Failed, phase: Active}", "healthy/healthy: "),
            ("{phase: Whatever}", "unknown/unknown: its status says nothing that is generally understood"),
            ("{environments: [{phase: success}, {phase: failure}]}", "degraded/unhealthy: phase is failure"),
            ("{phase: Successful, metricResults: [{phase: Failed}]}", "healthy/healthy: "),
            ("{statuses: {a: {state: Rejected, reason: bad}}}", "degraded/unhealthy: state is Rejected: bad"),
        ]
    )
    func ofWords(status: String, text: String) throws {
        try check("example.com/v1 Widget", "status: \(status)", text)
    }

    @Test(
        "is read from the counts of pods",
        arguments: [
            ("{readyReplicas: 2}", "healthy/healthy: "),
            ("{readyReplicas: 1}", "progressing/unhealthy: 1 of 2 pods are ready"),
            (
                "{readyReplicas: 2, updatedReplicas: 1, conditions: [{type: Available, status: 'True'}]}",
                "progressing/unhealthy: 1 of 2 pods are ready"
            ),
            ("{readyReplicas: 1, conditions: [{type: Ready, status: 'True'}]}", "healthy/healthy: "),
        ]
    )
    func ofCounts(status: String, text: String) throws {
        try check("example.com/v1 Widget", "spec: {replicas: 2}\nstatus: \(status)", text)
    }

    @Test(
        "is suspended when somebody has stopped it",
        arguments: [
            ("spec: {suspend: true}", ""), ("spec: {paused: true}", ""), ("spec: {strategy: {paused: true}}", ""),
            ("spec: {updateStrategy: {rollingUpdate: {paused: true}}}", ""),
            ("", "annotations: {cluster.x-k8s.io/paused: ''}"),
            ("", "annotations: {strimzi.io/pause-reconciliation: 'true'}"),
        ]
    )
    func suspended(rest: String, metadata: String) throws {
        let status = rest.isEmpty ? "status: {phase: Failed}" : rest
        try check("example.com/v1 Widget", status, metadata: metadata, "suspended/unknown: Widget is paused")
        try check(
            "example.com/v1 Widget",
            "spec: {suspend: false}",
            metadata: "annotations: {x/paused: 'false'}",
            "healthy/healthy: "
        )
    }

    @Test("of one without a status is good, unless its controller always writes one")
    func noStatus() throws {
        let notReported = "progressing/healthy: its controller has not reported on it yet"
        try check("example.com/v1 Widget", "spec: {}", "healthy/healthy: ")
        try check("example.com/v1 Widget", "status: null", "healthy/healthy: ")
        try check("cert-manager.io/v1 Certificate", "spec: {}", notReported)
        try check("infrastructure.cluster.x-k8s.io/v1 AWSCluster", "spec: {}", notReported)
        try check("infrastructure.cluster.x-k8s.io/v1 AWSMachineTemplate", "spec: {}", "healthy/healthy: ")
        try check("argoproj.io/v1alpha1 Rollout", "spec: {}", notReported)
        try check("argoproj.io/v1alpha1 AnalysisTemplate", "spec: {}", "healthy/healthy: ")
    }

    /// Samples of projects that many clusters have.
    @Test(
        "comes out right for well-known kinds",
        arguments: [
            (
                "argoproj.io/v1alpha1 Rollout",
                "spec: {replicas: 2}\nstatus: {phase: Paused, message: CanaryPauseStep, replicas: 2, readyReplicas: 2}",
                "suspended/unknown: phase is Paused: CanaryPauseStep"
            ),
            (
                "argoproj.io/v1alpha1 Rollout",
                """
                spec: {replicas: 2}
                status: {phase: Healthy, readyReplicas: 2, updatedReplicas: 2, conditions: [{type: Progressing, status: 'True', \
                reason: NewReplicaSetAvailable}, {type: Available, status: 'True'}, {type: Completed, status: 'True'}]}
                """,
                "healthy/healthy: "
            ),
            (
                "argoproj.io/v1alpha1 Rollout",
                """
                status: {phase: Degraded, message: "ProgressDeadlineExceeded: late", conditions: [{type: InvalidSpec, status: 'False'}]}
                """,
                "degraded/unhealthy: phase is Degraded: ProgressDeadlineExceeded: late"
            ),
            (
                "keda.sh/v1alpha1 ScaledObject",
                """
                status: {conditions: [{type: Ready, status: 'True'}, {type: Active, status: 'False'}, \
                {type: Fallback, status: 'False'}, {type: Paused, status: 'Unknown'}]}
                """,
                "healthy/healthy: "
            ),
            (
                "keda.sh/v1alpha1 ScaledObject",
                "status: {conditions: [{type: Ready, status: 'True'}, {type: Paused, status: 'True', message: by hand}]}",
                "suspended/unknown: by hand"
            ),
            (
                "cert-manager.io/v1 Certificate",
                """
                status: {conditions: [{type: Issuing, status: 'True', reason: DoesNotExist}, \
                {type: Ready, status: 'False', reason: DoesNotExist, message: no secret}]}
                """,
                "progressing/unknown: DoesNotExist"
            ),
            (
                "gateway.networking.k8s.io/v1 Gateway",
                """
                status: {conditions: [{type: Accepted, status: 'True'}, {type: Programmed, status: 'False', reason: AddressNotAssigned, \
                message: no address}], listeners: [{name: http, conditions: [{type: Programmed, status: 'True'}, \
                {type: Conflicted, status: 'False'}]}]}
                """,
                "degraded/unhealthy: no address"
            ),
            (
                "networking.istio.io/v1 VirtualService", "spec: {hosts: [a]}", "healthy/healthy: "
            ),
            (
                "networking.istio.io/v1 VirtualService",
                "status: {validationMessages: [{level: ERROR}], conditions: [{type: Reconciled, status: 'False', message: 1/2 proxies}]}",
                "degraded/unhealthy: 1/2 proxies"
            ),
            (
                "s3.aws.upbound.io/v1beta1 Bucket",
                "status: {conditions: [{type: Synced, status: 'True'}, {type: Ready, status: 'False', reason: Creating}]}",
                "progressing/unhealthy: Creating"
            ),
            (
                "postgresql.cnpg.io/v1 Cluster",
                "status: {phase: Cluster in healthy state, conditions: [{type: Ready, status: 'True'}], instances: 3, readyInstances: 3}",
                "healthy/healthy: "
            ),
        ]
    )
    func wellKnown(type: String, rest: String, text: String) throws {
        try check(type, rest, text)
    }

    @Test(
        "survives whatever a file may hold",
        arguments: [
            "v1 Pod", "v1 Namespace", "v1 Service", "v1 PersistentVolumeClaim", "apps/v1 Deployment",
            "apps/v1 StatefulSet",
            "apps/v1 DaemonSet", "apps/v1 ReplicaSet", "batch/v1 Job", "batch/v1 CronJob",
            "policy/v1 PodDisruptionBudget",
            "autoscaling/v2 HorizontalPodAutoscaler", "apiregistration.k8s.io/v1 APIService", "example.com/v1 Widget",
            "argoproj.io/v1alpha1 Rollout",
        ],
        [
            "spec: 3\nstatus: [1]", "spec: [x]\nstatus: text", "spec: null\nstatus: null",
            "status: {conditions: 7, phase: [x]}",
            "status: {conditions: [1, [], {}, {type: 3}, {type: Ready, status: 7, reason: [], message: {}}]}",
            "spec: {replicas: -9223372036854775808}\nstatus: {replicas: 9223372036854775807, updatedReplicas: -9223372036854775808}",
            "spec: {replicas: 1.5, paused: 1}\nstatus: {observedGeneration: -1, readyReplicas: many, availableReplicas: {}}",
            "status: {containerStatuses: [3, {state: 4, lastState: []}, {name: [], state: {waiting: {reason: 3}}}]}",
            "status: {phase: '', health: '', state: '-', parents: [[], 3, {conditions: {}}], statuses: [x]}",
            "status: {loadBalancer: [], failureMessage: [x], statuses: {a: 3, b: {state: {}}}, ready: 7, healthy: x}",
            "spec: {updateStrategy: OnDelete, strategy: [x], template: 3, restartPolicy: {}}\nstatus: {updateRevision: {}}",
        ]
    )
    func hostile(type: String, rest: String) throws {
        for metadata in ["generation: 2", "generation: x, annotations: [a], finalizers: {}", "deletionTimestamp: 3"] {
            let reason = try Health(type, rest, metadata: metadata).reason
            #expect(!reason.contains("\n"))
        }
    }
}
