import Manifests
import Testing

@testable import KubernetesAPI

@Suite("Readiness")
struct ReadinessTests {
    /// An object of a kind with these fields after its metadata.
    private static func readiness(_ type: String, _ metadata: String, _ rest: String) throws -> Readiness {
        let words = type.split(separator: " ")
        let resource = try LiveResource(
            yaml: "apiVersion: \(words[0])\nkind: \(words[1])\nmetadata: {name: x, namespace: n, \(metadata)}\n\(rest)"
        )
        return Readiness(of: resource)
    }

    @Test(
        "of a Deployment",
        arguments: [
            ("{replicas: 2}", "{observedGeneration: 1}", "in progress: its controller has not seen the change yet"),
            ("{replicas: 2}", "{}", "in progress: its controller has not seen the change yet"),
            (
                "{replicas: 2}", "{observedGeneration: 2, replicas: 3, updatedReplicas: 1}",
                "in progress: 1 of 2 pods are updated"
            ),
            (
                "{replicas: 2}", "{observedGeneration: 2, replicas: 3, updatedReplicas: 2}",
                "in progress: 1 old pods are still there"
            ),
            (
                "{replicas: 2}", "{observedGeneration: 2, replicas: 2, updatedReplicas: 2, availableReplicas: 1}",
                "in progress: 1 of 2 pods are available"
            ),
            (
                "{replicas: 2}", "{observedGeneration: 2, replicas: 2, updatedReplicas: 2, availableReplicas: 2}",
                "current"
            ),
            ("{replicas: 0}", "{observedGeneration: 2}", "current"),
            ("{}", "{observedGeneration: 2}", "in progress: 0 of 1 pods are updated"),
            ("{paused: true, replicas: 2}", "{observedGeneration: 2}", "unknown: it is paused"),
            (
                "{replicas: 2}",
                "{observedGeneration: 2, conditions: [{type: Progressing, status: 'False', reason: ProgressDeadlineExceeded, message: too slow}]}",
                "failed: progress deadline exceeded: too slow"
            ),
            (
                "{replicas: 2}",
                "{observedGeneration: 1, conditions: [{type: Progressing, status: 'False', reason: ProgressDeadlineExceeded}]}",
                "in progress: its controller has not seen the change yet"
            ),
            (
                "{replicas: 2}",
                "{observedGeneration: 2, conditions: [{type: ReplicaFailure, status: 'True', message: exceeded quota}]}",
                "failed: pods cannot be created: exceeded quota"
            ),
        ]
    )
    func deployment(spec: String, status: String, text: String) throws {
        let readiness = try Self.readiness("apps/v1 Deployment", "generation: 2", "spec: \(spec)\nstatus: \(status)")
        #expect(readiness.description == text)
    }

    @Test(
        "of a StatefulSet",
        arguments: [
            ("{replicas: 1}", "{}", "in progress: its controller has not seen the change yet"),
            ("{replicas: 2}", "{observedGeneration: 2, readyReplicas: 1}", "in progress: 1 of 2 pods are ready"),
            (
                "{replicas: 2}", "{observedGeneration: 2, readyReplicas: 2, replicas: 3}",
                "in progress: 1 pods too many are still there"
            ),
            (
                "{replicas: 2}",
                "{observedGeneration: 2, readyReplicas: 2, updatedReplicas: 1, updateRevision: b, currentRevision: a}",
                "in progress: 1 of 2 pods are updated"
            ),
            (
                "{replicas: 2}",
                "{observedGeneration: 2, readyReplicas: 2, updatedReplicas: 2, updateRevision: b, currentRevision: b}",
                "current"
            ),
            (
                "{replicas: 3, updateStrategy: {type: RollingUpdate, rollingUpdate: {partition: 1}}}",
                "{observedGeneration: 2, readyReplicas: 3, updatedReplicas: 1, updateRevision: b, currentRevision: a}",
                "in progress: 1 of 2 pods are updated"
            ),
            (
                "{replicas: 3, updateStrategy: {type: RollingUpdate, rollingUpdate: {partition: 1}}}",
                "{observedGeneration: 2, readyReplicas: 3, updatedReplicas: 2, updateRevision: b, currentRevision: a}",
                "current"
            ),
            (
                "{replicas: 1, updateStrategy: {type: OnDelete}}",
                "{observedGeneration: 2, readyReplicas: 1, updateRevision: b, currentRevision: a}", "current"
            ),
        ]
    )
    func statefulSet(spec: String, status: String, text: String) throws {
        let readiness = try Self.readiness("apps/v1 StatefulSet", "generation: 2", "spec: \(spec)\nstatus: \(status)")
        #expect(readiness.description == text)
    }

    @Test(
        "of a DaemonSet",
        arguments: [
            ("{}", "in progress: its controller has not seen the change yet"),
            (
                "{observedGeneration: 2, desiredNumberScheduled: 2, updatedNumberScheduled: 1}",
                "in progress: 1 of 2 pods are updated"
            ),
            (
                "{observedGeneration: 2, desiredNumberScheduled: 2, updatedNumberScheduled: 2, numberAvailable: 1}",
                "in progress: 1 of 2 pods are available"
            ),
            (
                "{observedGeneration: 2, desiredNumberScheduled: 2, updatedNumberScheduled: 2, numberAvailable: 2}",
                "current"
            ),
            ("{observedGeneration: 2}", "current"),
        ]
    )
    func daemonSet(status: String, text: String) throws {
        let readiness = try Self.readiness("apps/v1 DaemonSet", "generation: 2", "status: \(status)")
        #expect(readiness.description == text)
    }

    @Test(
        "of other built-in kinds",
        arguments: [
            (
                "apps/v1 ReplicaSet",
                "spec: {replicas: 2}\nstatus: {observedGeneration: 1, availableReplicas: 1, replicas: 2}",
                "in progress: 1 of 2 pods are available"
            ),
            ("apps/v1 ReplicaSet", "spec: {replicas: 0}\nstatus: {observedGeneration: 1}", "current"),
            ("batch/v1 Job", "status: {}", "in progress: the job has not started"),
            ("batch/v1 Job", "status: {startTime: t, active: 1}", "current"),
            ("batch/v1 Job", "spec: {suspend: true}", "current"),
            ("batch/v1 Job", "status: {conditions: [{type: Complete, status: 'True'}]}", "current"),
            (
                "batch/v1 Job",
                "status: {startTime: t, conditions: [{type: Failed, status: 'True', reason: BackoffLimitExceeded}]}",
                "failed: the job failed: BackoffLimitExceeded"
            ),
            ("v1 Pod", "status: {phase: Pending}", "in progress: the pod is starting"),
            (
                "v1 Pod",
                "status: {phase: Pending, conditions: [{type: PodScheduled, status: 'False', reason: Unschedulable, message: no node}]}",
                "in progress: the pod is not scheduled: no node"
            ),
            ("v1 Pod", "status: {phase: Running}", "in progress: the pod is not ready"),
            ("v1 Pod", "status: {phase: Running, conditions: [{type: Ready, status: 'True'}]}", "current"),
            ("v1 Pod", "status: {phase: Succeeded}", "current"),
            (
                "v1 Pod", "status: {phase: Failed, reason: Evicted, message: no memory}",
                "failed: pod x: Evicted: no memory"
            ),
            ("v1 Namespace", "status: {phase: Active}", "current"),
            ("v1 Namespace", "status: {phase: Terminating}", "terminating"),
            ("v1 PersistentVolumeClaim", "status: {phase: Pending}", "current"),
            ("v1 Service", "spec: {type: LoadBalancer}", "current"),
            ("v1 ConfigMap", "data: {a: b}", "current"),
            (
                "apiextensions.k8s.io/v1 CustomResourceDefinition", "status: {}",
                "in progress: the definition is not established yet"
            ),
            (
                "apiextensions.k8s.io/v1 CustomResourceDefinition",
                "status: {conditions: [{type: Established, status: 'True'}]}", "current"
            ),
            (
                "apiextensions.k8s.io/v1 CustomResourceDefinition",
                "status: {conditions: [{type: NamesAccepted, status: 'False', message: taken}]}",
                "failed: its names are not accepted: taken"
            ),
            (
                "apiregistration.k8s.io/v1 APIService",
                "status: {conditions: [{type: Available, status: 'False', message: m}]}",
                "in progress: not available: m"
            ),
        ]
    )
    func others(type: String, rest: String, text: String) throws {
        #expect(try Self.readiness(type, "generation: 1", rest).description == text)
    }

    @Test(
        "of custom resources, by what most controllers agree on",
        arguments: [
            ("spec: {}", "current"),
            ("status: {anything: else}", "current"),
            ("status: {observedGeneration: 1}", "in progress: its controller has not seen the change yet"),
            ("status: {conditions: [{type: Stalled, status: 'True', message: m}]}", "failed: stalled: m"),
            ("status: {conditions: [{type: Reconciling, status: 'True', message: m}]}", "in progress: m"),
            ("status: {conditions: [{type: Ready, status: 'True'}]}", "current"),
            ("status: {conditions: [{type: Ready, status: 'False', message: m}]}", "in progress: not ready: m"),
            (
                "status: {conditions: [{type: Available, status: Unknown}]}",
                "in progress: not ready: Available is Unknown"
            ),
            (
                "status: {conditions: [{type: Ready, status: 'True', observedGeneration: 1}]}",
                "in progress: its controller has not seen the change yet"
            ),
            ("status: 3", "current"),
            ("status: {conditions: [3, {}, {type: Ready}]}", "in progress: not ready: Ready is Unknown"),
        ]
    )
    func custom(rest: String, text: String) throws {
        #expect(try Self.readiness("example.com/v1 Widget", "generation: 2", rest).description == text)
    }

    @Test(
        "of a custom resource that says to have failed for good is a failure, once it is about the change",
        arguments: [
            ("observedGeneration: 2, phase: Failed, message: m", "failed: phase is Failed: m"),
            ("observedGeneration: 2, state: PartiallyFailed", "failed: state is PartiallyFailed"),
            (
                "conditions: [{type: Degraded, status: 'True', message: m, observedGeneration: 2}]", "failed: m"
            ),
            (
                """
                observedGeneration: 2, conditions: [{type: Ready, status: 'True'}, \
                {type: Synced, status: 'False', reason: SyncFailed, message: m}]
                """, "failed: m"
            ),
            // It may be about the object before the change.
            ("phase: Failed", "current"), ("conditions: [{type: Degraded, status: 'True'}]", "current"),
            (
                "phase: Failed, conditions: [{type: A, status: 'True', observedGeneration: 2}, {type: B, status: 'True'}]",
                "current"
            ),
            // What is tried again may come right.
            (
                "observedGeneration: 2, conditions: [{type: Synced, status: 'False', reason: ReconcileError}]",
                "current"
            ),
            ("observedGeneration: 2, conditions: [{type: Warning, status: 'True'}]", "current"),
            ("observedGeneration: 2, state: NotFailed", "current"),
            ("observedGeneration: 2, phase: FailedOver", "current"),
            ("observedGeneration: 2, lastBackupState: Failed", "current"),
            ("observedGeneration: 2, conditions: [{type: BackupFailed, status: 'True'}]", "current"),
            ("observedGeneration: 2, state: Error", "current"), ("observedGeneration: 2, phase: Pending", "current"),
            ("observedGeneration: 2, parents: [{conditions: [{type: Degraded, status: 'True'}]}]", "current"),
            (
                "observedGeneration: 2, phase: Failed, conditions: [{type: Ready, status: 'False', message: m}]",
                "in progress: not ready: m"
            ),
        ]
    )
    func failedForGood(status: String, text: String) throws {
        #expect(try Self.readiness("example.com/v1 Widget", "generation: 2", "status: {\(status)}").description == text)
    }

    @Test("of a custom resource that was just made, or is paused, needs no word on what its controller has seen")
    func failedAsNew() throws {
        let read = { try Self.readiness("example.com/v1 Widget", "generation: 1", $0).description }
        #expect(try read("status: {phase: Failed}") == "failed: phase is Failed")
        #expect(try read("spec: {paused: true}\nstatus: {phase: Failed}") == "current")
    }

    @Test("of numbers that no server should send is no trouble", arguments: [Int.min, Int.max])
    func absurd(number: Int) throws {
        let counts = ["replicas", "updatedReplicas", "availableReplicas", "readyReplicas", "observedGeneration"]
        let status = counts.map { "\($0): \(number)" }.joined(separator: ", ")
        for kind in ["Deployment", "StatefulSet", "DaemonSet", "ReplicaSet"] {
            let spec = "{replicas: \(number), updateStrategy: {rollingUpdate: {partition: \(number)}}}"
            _ = try Self.readiness("apps/v1 \(kind)", "generation: \(number)", "spec: \(spec)\nstatus: {\(status)}")
        }
    }

    @Test("of anything being deleted is terminating")
    func terminating() throws {
        let readiness = try Self.readiness("v1 ConfigMap", "deletionTimestamp: '2026-01-01T00:00:00Z'", "data: {}")
        #expect(readiness == .terminating)
        #expect(!readiness.isSettled && !readiness.isFailure)
    }

    @Test("is waited for only where it can be anything else than current")
    func needsWaiting() {
        let waiting = [
            GroupKind(group: "apps", kind: "Deployment"), GroupKind(kind: "Pod"),
            GroupKind(group: "example.com", kind: "Widget"),
            GroupKind(group: "gateway.networking.k8s.io", kind: "Gateway"),
        ]
        let others = [
            GroupKind(kind: "ConfigMap"), GroupKind(kind: "Service"),
            GroupKind(group: "networking.k8s.io", kind: "Ingress"),
            GroupKind(group: "rbac.authorization.k8s.io", kind: "Role"),
        ]
        #expect(waiting.allSatisfy { Readiness.needsWaiting($0) })
        #expect(!others.contains { Readiness.needsWaiting($0) })
    }

    @Test("of a target is bound to our own write")
    func target() throws {
        let cart = try LiveResource(
            yaml: """
                apiVersion: apps/v1
                kind: Deployment
                metadata: {name: cart, namespace: shop, uid: u1, generation: 3}
                spec: {replicas: 0}
                status: {observedGeneration: 3}
                """
        )
        let target = { (generation: Int, uid: String) in
            ReadinessTarget(mapping: .deployments, namespace: "shop", name: "cart", generation: generation, uid: uid)
        }
        #expect(target(3, "u1").readiness(of: cart) == .current)
        #expect(target(4, "u1").readiness(of: cart) == .inProgress("the server does not show the change yet"))
        #expect(target(3, "u2").readiness(of: cart).isFailure)
        #expect(target(3, "u1").readiness(of: nil) == .notFound)
        #expect(ReadinessTarget(cart, mapping: .deployments) == target(3, "u1"))
    }
}
