import Manifests
import Testing

@testable import KubernetesAPI

/// An object with a status, and what PipeCD says of it.
struct HealthCase: Sendable {
    let type: String
    let metadata: String
    let rest: String
    let status: Health.PipeCDStatus
    let reason: String

    init(
        _ type: String,
        _ rest: String,
        _ status: Health.PipeCDStatus,
        _ reason: String = "",
        metadata: String = ""
    ) {
        self.type = type
        self.rest = rest
        self.status = status
        self.reason = reason
        self.metadata = metadata
    }

    var health: Health {
        get throws { try Health(type, rest, metadata: metadata) }
    }
}

extension Health {
    /// The health of an object named `cart`.
    ///
    /// - Parameters:
    ///   - type: API version and kind, with a space between.
    ///   - rest: The fields after the metadata.
    ///   - metadata: What the metadata has beside the name.
    /// - Throws: `ManifestError` when that is no YAML.
    init(_ type: String, _ rest: String, metadata: String = "") throws {
        let words = type.split(separator: " ")
        self.init(
            of: try LiveResource(
                yaml: "apiVersion: \(words[0])\nkind: \(words[1])\nmetadata: {name: cart, \(metadata)}\n\(rest)"
            )
        )
    }
}

@Suite("Health as PipeCD knows it")
struct HealthCaseTests {
    private func check(_ cases: [HealthCase]) throws {
        for example in cases {
            let health = try example.health
            #expect(health.pipeCDStatus == example.status, "\(example.rest): \(health.reason)")
            #expect(health.reason == example.reason)
        }
    }

    @Test("HEALTH-01 to HEALTH-06, HEALTH-36 of a Deployment")
    func deployment() throws {
        let type = "apps/v1 Deployment"
        try check([
            HealthCase(type, "spec: {paused: true, replicas: 3}", .unknown, "Deployment is paused"),
            HealthCase(
                type,
                """
                spec: {replicas: 3}
                status:
                  observedGeneration: 1
                  conditions: [{type: Progressing, status: 'False', reason: ProgressDeadlineExceeded}]
                """,
                .unhealthy,
                "Deployment \"cart\" exceeded its progress deadline",
                metadata: "generation: 1"
            ),
            HealthCase(type, "spec: {}", .unknown, "The number of desired replicas is unspecified"),
            HealthCase(
                type,
                "spec: {replicas: 5}\nstatus: {replicas: 6, updatedReplicas: 2, availableReplicas: 5}",
                .unhealthy,
                "Waiting for remaining 2/5 replicas to be updated"
            ),
            HealthCase(
                type,
                "spec: {replicas: 4}\nstatus: {replicas: 4, updatedReplicas: 4, availableReplicas: 1}",
                .unhealthy,
                "Waiting for remaining 3/4 replicas to be available"
            ),
            HealthCase(
                type,
                "spec: {replicas: 2}\nstatus: {replicas: 2, updatedReplicas: 2, availableReplicas: 2}",
                .healthy
            ),
            HealthCase(type, "spec: {replicas: three}", .unknown),
        ])
    }

    @Test("HEALTH-07 to HEALTH-11 of a StatefulSet")
    func statefulSet() throws {
        let type = "apps/v1 StatefulSet"
        try check([
            HealthCase(
                type,
                "spec: {replicas: 2}\nstatus: {}",
                .unhealthy,
                "Waiting for statefulset spec update to be observed",
                metadata: "generation: 1"
            ),
            HealthCase(
                type,
                "spec: {}\nstatus: {observedGeneration: 1}",
                .unhealthy,
                "The number of desired replicas is unspecified"
            ),
            HealthCase(
                type,
                "spec: {replicas: 3}\nstatus: {observedGeneration: 1, readyReplicas: 1}",
                .unhealthy,
                "The number of ready replicas (1) is different from the desired number (3)"
            ),
            HealthCase(
                type,
                """
                spec: {replicas: 6, updateStrategy: {type: RollingUpdate, rollingUpdate: {partition: 2}}}
                status: {observedGeneration: 1, readyReplicas: 6, updatedReplicas: 3}
                """,
                .unhealthy,
                "Waiting for partitioned roll out to finish because 3 out of 4 new pods have been updated"
            ),
            HealthCase(
                type,
                """
                spec: {replicas: 2}
                status: {observedGeneration: 1, readyReplicas: 2, updateRevision: cart-1, currentRevision: cart-1}
                """,
                .healthy
            ),
        ])
    }

    @Test("HEALTH-12 to HEALTH-16 of a ReplicaSet")
    func replicaSet() throws {
        let type = "apps/v1 ReplicaSet"
        let notObserved =
            "Waiting for rollout to finish because observed replica set generation less than desired generation"
        try check([
            HealthCase(type, "spec: {replicas: 1}\nstatus: {}", .unhealthy, notObserved, metadata: "generation: 1"),
            HealthCase(
                type,
                """
                spec: {replicas: 2}
                status:
                  observedGeneration: 1
                  conditions: [{type: ReplicaFailure, status: 'True', message: quota exceeded}]
                """,
                .unhealthy,
                "quota exceeded",
                metadata: "generation: 1"
            ),
            HealthCase(
                type,
                "spec: {}\nstatus: {observedGeneration: 1}",
                .unhealthy,
                "The number of desired replicas is unspecified"
            ),
            HealthCase(
                type,
                "spec: {replicas: 3}\nstatus: {observedGeneration: 1, replicas: 3, availableReplicas: 3, readyReplicas: 2}",
                .unhealthy,
                "The number of ready replicas (2) is different from the desired number (3)"
            ),
            HealthCase(type, "spec: {replicas: 0}\nstatus: {observedGeneration: 1}", .healthy),
        ])
    }

    @Test(
        "HEALTH-17 to HEALTH-23 of a DaemonSet",
        arguments: [
            (
                nil,
                "Waiting for rollout to finish because observed daemon set generation less than desired generation"
            ),
            (
                [4, 1, 4, 0, 0],
                "Waiting for daemon set \"cart\" rollout to finish because 1 out of 4 new pods have been updated"
            ),
            (
                [4, 4, 2, 0, 0],
                "Waiting for daemon set \"cart\" rollout to finish because 2 of 4 updated pods are available"
            ),
            (
                [4, 4, 4, 0, 1],
                "1 nodes that should be running the daemon pod and have none of the daemon pod running and available"
            ),
            ([4, 4, 4, 0, 0], ""),
            (
                [4, 1, 1, 1, 1],
                "Waiting for daemon set \"cart\" rollout to finish because 1 out of 4 new pods have been updated"
            ),
            (
                [4, 4, 4, 2, 2],
                "2 nodes that are running the daemon pod, but are not supposed to run the daemon pod"
            ),
        ] as [([Int]?, String)]
    )
    func daemonSet(counts: [Int]?, reason: String) throws {
        let names = [
            "desiredNumberScheduled", "updatedNumberScheduled", "numberAvailable", "numberMisscheduled",
            "numberUnavailable",
        ]
        let fields = zip(names, counts ?? []).map { "\($0): \($1)" }
        let status = counts == nil ? "" : (["observedGeneration: 1"] + fields).joined(separator: ", ")
        let health = try Health(
            "apps/v1 DaemonSet",
            "spec: {}\nstatus: {\(status)}",
            metadata: counts == nil ? "generation: 1" : ""
        )
        #expect(health.reason == reason)
        #expect(health.pipeCDStatus == (reason.isEmpty ? .healthy : .unhealthy))
    }

    @Test(
        "HEALTH-24 to HEALTH-31 of a Pod",
        arguments: [
            ("Always", "phase: Running, message: all good", .healthy, "all good"),
            (
                "Always", "phase: Running, containerStatuses: [\(waiting("c0", "ErrImagePull", "no such image"))]",
                .unhealthy, "no such image"
            ),
            (
                "Always", "phase: Running, containerStatuses: [\(waiting("c0", "CrashLoopBackOff", "back-off 5m"))]",
                .unhealthy, "back-off 5m"
            ),
            (
                "Always",
                """
                phase: Running, containerStatuses: [\(waiting("c0", "ErrImagePull", "no such image")), \
                \(waiting("c1", "ContainerCreating", "wait")), \
                \(waiting("c2", "CreateContainerConfigError", "no secret"))]
                """,
                .unhealthy, "no such image, no secret"
            ),
            (
                "OnFailure", "phase: Running, containerStatuses: [\(waiting("c0", "ErrImagePull", "no such image"))]",
                .healthy, ""
            ),
            ("Always", "phase: Pending, message: 0/3 nodes are available", .unhealthy, "0/3 nodes are available"),
            ("Always", "phase: Failed, message: evicted", .unhealthy, "evicted"),
            ("Always", "phase: Unknown", .unhealthy, ""),
        ] as [(String, String, Health.PipeCDStatus, String)]
    )
    func pod(policy: String, status: String, expected: Health.PipeCDStatus, reason: String) throws {
        let spec = "spec: {restartPolicy: \(policy), containers: [{name: c0, image: x}]}"
        let health = try Health("v1 Pod", "\(spec)\nstatus: {\(status)}")
        #expect(health.pipeCDStatus == expected)
        #expect(health.reason == reason)
    }

    private static func waiting(_ name: String, _ reason: String, _ message: String) -> String {
        """
        {name: \(name), image: x, imageID: '', ready: false, restartCount: 0, \
        state: {waiting: {reason: \(reason), message: \(message)}}}
        """
    }

    @Test("HEALTH-32 to HEALTH-34 of kinds that PipeCD's own plugin does not know")
    func others() throws {
        try check([
            HealthCase("v1 Service", "spec: {type: ClusterIP}", .healthy),
            HealthCase("v1 ConfigMap", "", .healthy, "\"cart\" was applied successfully"),
            HealthCase(
                "batch/v1 Job",
                "spec: {template: {}}\nstatus: {conditions: [{type: Failed, status: 'True', message: deadline}]}",
                .unhealthy,
                "deadline"
            ),
        ])
    }
}
