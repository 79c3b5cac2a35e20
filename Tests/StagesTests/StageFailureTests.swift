import FakeKubernetes
import KubernetesAPI
import Manifests
import TestSupport
import Testing

@testable import Stages

@Suite("A stage that does not go well", .timeLimit(.minutes(5)))
struct StageFailureTests {
    private let files = [
        "a.yaml": [Text.deployment(), Text.service(), Text.configMap].joined(separator: "---\n")
    ]

    @Test("touches no cluster when a manifest is wrong")
    func badManifest() async throws {
        let bad = ["a.yaml": Text.configMap, "b.yaml": "kind: ConfigMap\n"]
        try await ApplicationFixture.with(bad) { application in
            try await Fleet.with(["eu", "us"]) { fleet in
                let report = try await fleet.run("K8S_PRIMARY_ROLLOUT", of: application)
                #expect(report.outcome == .failed)
                #expect(report.problems.joined().contains("b.yaml"), "\(report)")
                #expect(fleet.clusters.allSatisfy { $0.requests.isEmpty })
            }
        }
    }

    @Test("touches no cluster when one of them does not know a type")
    func unknownType() async throws {
        let custom = "apiVersion: acme.test/v1\nkind: Widget\nmetadata: {name: w}\n"
        try await ApplicationFixture.with(["a.yaml": Text.configMap + "---\n" + custom]) { application in
            try await Fleet.with(["eu", "us"]) { fleet in
                let definition: Value = [
                    "apiVersion": "apiextensions.k8s.io/v1", "kind": "CustomResourceDefinition",
                    "metadata": ["name": "widgets.acme.test"],
                    "spec": [
                        "group": "acme.test", "scope": "Namespaced", "names": ["plural": "widgets", "kind": "Widget"],
                        "versions": [
                            [
                                "name": "v1", "served": true, "storage": true,
                                "schema": ["openAPIV3Schema": ["type": "object"]],
                            ]
                        ],
                    ],
                ]
                let definitions = "/apis/apiextensions.k8s.io/v1/customresourcedefinitions"
                #expect(fleet.clusters[0].perform("POST", definitions, definition).code == 201)
                let report = try await fleet.run("K8S_PRIMARY_ROLLOUT", of: application)
                #expect(report.outcome == .failed)
                #expect(report.targets[0].error?.contains("because us cannot take part") == true, "\(report)")
                #expect(report.targets[1].error?.contains("no matches for kind \"Widget\"") == true, "\(report)")
                #expect(fleet.clusters.flatMap(\.requests).allSatisfy { $0.method == "GET" })
            }
        }
    }

    @Test("leaves the other clusters running when one does not let us read")
    func forbiddenReads() async throws {
        try await ApplicationFixture.with(files) { application in
            try await Fleet.with(["eu", "us"]) { fleet in
                fleet.clusters[1].inject(.forbidden(verbs: [.get, .list], resource: "deployments"))
                let report = try await fleet.run("K8S_CANARY_ROLLOUT", of: application)
                #expect(report.targets.map(\.outcome) == [.succeeded, .failed], "\(report)")
            }
        }
    }

    @Test("does not write over another application's object, and says whose it is")
    func takenName() async throws {
        try await ApplicationFixture.with(files) { application in
            try await Fleet.with(["eu"]) { fleet in
                var theirs = Live.object("v1", "ConfigMap", "orders-settings-canary", variant: "primary")
                theirs["metadata"]?["uid"] = Value?.none
                theirs["metadata"]?["resourceVersion"] = Value?.none
                theirs["metadata"]?["annotations"]?["pipecd.dev/application"] = "another"
                let path = "/api/v1/namespaces/default/configmaps"
                #expect(fleet.clusters[0].perform("POST", path, theirs).code == 201)
                let report = try await fleet.run("K8S_CANARY_ROLLOUT", of: application)
                let error = report.targets[0].error ?? ""
                #expect(error.contains("is there already and belongs to application \"another\""), "\(error)")
                #expect(fleet.clusters[0].requests.allSatisfy { $0.method == "GET" })
            }
        }
    }

    @Test("writes no Service that would select pods which cannot come")
    func otherSelector() async throws {
        let stages = "[{name: K8S_TRAFFIC_ROUTING, with: {all: primary}}]"
        let labelled = ["a.yaml": Text.deployment(variant: true) + "---\n" + Text.service(variant: true)]
        try await Fleet.with(["eu"]) { fleet in
            try await ApplicationFixture.with(files) { application in
                let first = try await fleet.run("K8S_PRIMARY_ROLLOUT", of: application)
                #expect(first.outcome == .succeeded)
            }
            let before = fleet.versions(Path.services, ["orders"])
            try await ApplicationFixture.with(labelled, stages: stages) { application in
                let report = try await fleet.run("K8S_PRIMARY_ROLLOUT", of: application)
                let error = report.targets[0].error ?? ""
                #expect(
                    error.contains("Deployment/default/orders: spec.selector differs from the live one"),
                    "\(error)"
                )
                #expect(fleet.versions(Path.services, ["orders"]) == before)
            }
        }
    }

    @Test("reports every step of a phase that failed")
    func severalFailures() async throws {
        let second = Text.configMap.replacing("orders-settings", with: "more-settings")
        try await ApplicationFixture.with(["a.yaml": Text.configMap + "---\n" + second]) { application in
            try await Fleet.with(["eu"]) { fleet in
                fleet.clusters[0].inject(.forbidden(verbs: [.patch], resource: "configmaps"))
                let error = try await fleet.run("K8S_PRIMARY_ROLLOUT", of: application).targets[0].error ?? ""
                #expect(error.contains("orders-settings") && error.contains("more-settings"), "\(error)")
            }
        }
    }

    @Test("E50 deletes all it can when one object cannot be deleted")
    func refusedDelete() async throws {
        try await ApplicationFixture.with(files) { application in
            try await Fleet.with(["eu"]) { fleet in
                let canary = try await fleet.run("K8S_CANARY_ROLLOUT", "{createService: true}", of: application)
                #expect(canary.outcome == .succeeded, "\(canary)")
                fleet.clusters[0].inject(.forbidden(verbs: [.delete], resource: "services"))
                let report = try await fleet.run("K8S_CANARY_CLEAN", of: application)
                #expect(report.outcome == .failed)
                #expect(report.targets[0].changes.map(\.resource.kind) == ["Deployment", "ConfigMap"])
                #expect(report.targets[0].left.map(\.kind) == ["Service"])
            }
        }
    }

    @Test("APL-05 finishes the phase that fails, starts no later one, and says what was not done")
    func refusedObject() async throws {
        try await ApplicationFixture.with(files) { application in
            try await Fleet.with(["eu"]) { fleet in
                fleet.clusters[0].inject(.forbidden(verbs: [.patch], resource: "services"))
                let report = try await fleet.run("K8S_PRIMARY_ROLLOUT", of: application)
                let target = report.targets[0]
                #expect(target.outcome == .failed)
                #expect(target.changes.map(\.resource.kind) == ["ConfigMap"])
                #expect(target.left.map(\.kind) == ["Service", "Deployment"])
                #expect(fleet.clusters[0].object("\(Path.deployments)/orders") == nil)
            }
        }
    }

    @Test("with failFast does not start the clusters that have not started")
    func failFast() async throws {
        let plugin = "{failurePolicy: failFast, concurrency: {clusters: 1}}"
        try await ApplicationFixture.with(files, plugin: plugin) { application in
            try await Fleet.with { fleet in
                fleet.clusters[0].inject(.forbidden(verbs: [.patch], resource: "configmaps"))
                let report = try await fleet.run("K8S_PRIMARY_ROLLOUT", of: application)
                #expect(report.targets.map(\.outcome) == [.failed, .cancelled, .cancelled])
                #expect(fleet.clusters[1].requests.allSatisfy { $0.method == "GET" })
            }
        }
    }

    @Test("stops between two objects when asked to, and is cancelled, not failed", .tags(.cancellation))
    func stopped() async throws {
        try await ApplicationFixture.with(files) { application in
            try await Fleet.with { fleet in
                let stop = StopSignal()
                let report = try await fleet.run("K8S_PRIMARY_ROLLOUT", of: application, stop: stop) { event in
                    if case .changed = event.kind { stop.request() }
                }
                #expect(report.outcome == .cancelled)
                #expect(report.targets.allSatisfy { !$0.left.isEmpty })
                let writes = fleet.clusters.flatMap(\.requests).filter { $0.method == "PATCH" }
                #expect(writes.count == report.targets.flatMap(\.changes).count)
            }
        }
    }

    @Test("stops waiting for readiness when asked to", .tags(.cancellation))
    func stoppedWaiting() async throws {
        let pending = Text.deployment().replacing(
            "metadata: {labels: {app: orders}}",
            with: "metadata: {labels: {app: orders}, annotations: {fake.flotilla.dev/pods: never-ready}}"
        )
        try await ApplicationFixture.with(["a.yaml": pending]) { application in
            try await Fleet.with(["eu"]) { fleet in
                let stop = StopSignal()
                let report = try await fleet.run("K8S_PRIMARY_ROLLOUT", of: application, stop: stop) { event in
                    if case .waiting = event.kind { stop.request() }
                }
                #expect(report.targets[0].outcome == .cancelled)
                #expect(report.targets[0].left.isEmpty)
            }
        }
    }

    @Test("says after the deadline what is missing")
    func deadline() async throws {
        let pending = Text.deployment().replacing(
            "metadata: {labels: {app: orders}}",
            with: "metadata: {labels: {app: orders}, annotations: {fake.flotilla.dev/pods: never-ready}}"
        )
        try await ApplicationFixture.with(["a.yaml": pending]) { application in
            try await Fleet.with(["eu"]) { fleet in
                let options = "{readiness: {deadline: 200ms}}"
                let report = try await fleet.run("K8S_PRIMARY_ROLLOUT", options, of: application)
                let error = report.targets[0].error ?? ""
                #expect(error.contains("not ready after 200ms"), "\(error)")
                #expect(error.contains("Deployment/default/orders"), "\(error)")
            }
        }
    }

    @Test("never writes a Secret's value into a report")
    func secret() async throws {
        try await ApplicationFixture.with(["a.yaml": Text.secret]) { application in
            try await Fleet.with(["eu"]) { fleet in
                let message =
                    "Secret \"orders-db\" is invalid: data[dsn]: Invalid value: \"cG9zdGdyZXM6Ly91OnBAZGIvb3JkZXJz\""
                let effect = Fault.Effect.status(code: 422, reason: "Invalid", message: message)
                fleet.clusters[0].inject(Fault(effect, verbs: [.patch], resource: "secrets"))
                let report = try await fleet.run("K8S_PRIMARY_ROLLOUT", of: application)
                #expect(report.outcome == .failed)
                #expect(!"\(report)".contains("cG9zdGdyZXM6Ly91OnBAZGIvb3JkZXJz"))
            }
        }
    }
}
