import FakeKubernetes
import KubernetesAPI
import Manifests
import TestSupport
import Testing

@testable import Stages

/// Manifests with annotations that say how they are written.
enum Annotated {
    static let configMaps = "/api/v1/namespaces/default/configmaps"

    /// The ConfigMap with one more annotation and other data.
    static func configMap(_ annotation: String, data: String = "{LOG_LEVEL: info, REGION: eu}") -> String {
        """
        apiVersion: v1
        kind: ConfigMap
        metadata: {name: orders-settings, annotations: {\(annotation)}}
        data: \(data)

        """
    }

    static let replace = "pipecd.dev/sync-by-replace: enabled"
    static let forceReplace = "pipecd.dev/force-sync-by-replace: enabled"
}

@Suite("The annotations of a manifest decide how it is written", .timeLimit(.minutes(5)))
struct WriteModeTests {
    @Test(
        "APL-02 in this order",
        arguments: [
            ("a: b", "apply"), ("pipecd.dev/server-side-apply: \"true\"", "apply"), (Annotated.replace, "replace"),
            ("pipecd.dev/sync-by-replace: \"true\"", "apply"), (Annotated.forceReplace, "replace force"),
            ("\(Annotated.replace), \(Annotated.forceReplace)", "replace force"),
            ("\(Annotated.replace), pipecd.dev/server-side-apply: \"true\"", "replace"),
        ]
    )
    func planned(annotations: String, action: String) async throws {
        try await ApplicationFixture.with(["a.yaml": Annotated.configMap(annotations)]) { application in
            let plan = try await application.plan("K8S_PRIMARY_ROLLOUT")
            let step = try #require(plan.clusters.first?.steps.first)
            guard case .replace(_, let force) = step else {
                #expect(step.action == action)
                return
            }
            #expect(action == (force ? "replace force" : "replace"))
            #expect(step.action == "replace")
            #expect(step.manifest?.name == "orders-settings")
        }
    }

    @Test("APL-03 replace creates, takes away what is dropped, and says when nothing changed")
    func replaced() async throws {
        try await Fleet.with(["eu", "us"]) { fleet in
            let path = "\(Annotated.configMaps)/orders-settings"
            for (data, change) in [
                ("{A: x, B: z}", Change.created), ("{A: x, B: z}", .unchanged), ("{A: x}", .configured),
            ] {
                let files = ["a.yaml": Annotated.configMap(Annotated.replace, data: data)]
                try await ApplicationFixture.with(files) { application in
                    let report = try await fleet.run("K8S_PRIMARY_ROLLOUT", of: application)
                    #expect(report.outcome == .succeeded, "\(report)")
                    #expect(report.targets.map { $0.changes.map(\.change) } == [[change], [change]])
                }
                let wanted = try YAML.documents(in: Array(data.utf8), file: "data").first?.value
                #expect(fleet.clusters.allSatisfy { $0.object(path)?["data"] == wanted })
            }
            #expect(fleet.clusters.flatMap(\.requests).allSatisfy { $0.method != "PATCH" })
        }
    }

    @Test("APL-04, APL-08 force replace creates what is missing, and fails when it may not", arguments: [true, false])
    func missing(isAllowed: Bool) async throws {
        try await ApplicationFixture.with(["a.yaml": Annotated.configMap(Annotated.forceReplace)]) { application in
            try await Fleet.with(["eu"]) { fleet in
                if !isAllowed { fleet.clusters[0].inject(.forbidden(verbs: [.create], resource: "configmaps")) }
                let report = try await fleet.run("K8S_PRIMARY_ROLLOUT", of: application)
                #expect(report.targets[0].outcome == (isAllowed ? .succeeded : .failed), "\(report)")
                #expect(report.targets[0].changes.map(\.change) == (isAllowed ? [.created] : []))
                let live = fleet.clusters[0].object("\(Annotated.configMaps)/orders-settings")
                #expect((live != nil) == isAllowed)
            }
        }
    }

    @Test("a route is server-side apply whatever the annotations say, over what replacing had written, too")
    func routed() async throws {
        let plain = Text.service(variant: true)
        let annotated = plain.replacing(
            "metadata: {name: orders}",
            with: "metadata: {name: orders, annotations: {\(Annotated.replace)}}"
        )
        let stages = "[{name: K8S_TRAFFIC_ROUTING, with: {all: primary}}]"
        try await Fleet.with(["eu"]) { fleet in
            for service in [plain, annotated, plain] {
                let files = ["a.yaml": Text.deployment(variant: true) + "---\n" + service]
                try await ApplicationFixture.with(files, stages: stages) { application in
                    let rollout = try await fleet.run("K8S_PRIMARY_ROLLOUT", of: application)
                    #expect(rollout.outcome == .succeeded, "\(rollout)")
                    fleet.clusters[0].clearRequests()
                    let report = try await fleet.run("K8S_TRAFFIC_ROUTING", "{all: primary}", of: application)
                    #expect(report.outcome == .succeeded, "\(report)")
                    let writes = fleet.clusters[0].requests.map(\.method).filter { $0 != "GET" }
                    #expect(Set(writes) == ["PATCH"])
                }
                let live = fleet.clusters[0].object("\(Path.services)/orders")
                #expect(live?[path: "spec", "selector", "pipecd.dev/variant"] == "primary")
                #expect(
                    (live?[path: "metadata", "annotations", "pipecd.dev/sync-by-replace"] != nil)
                        == (service == annotated)
                )
            }
        }
    }

    @Test("force replace puts a new object in the place of one with a field that cannot change")
    func forceReplaced() async throws {
        try await Fleet.with(["eu"]) { fleet in
            let path = "\(Path.deployments)/orders"
            try await ApplicationFixture.with(["a.yaml": Text.deployment()]) { application in
                let report = try await fleet.run("K8S_PRIMARY_ROLLOUT", of: application)
                #expect(report.outcome == .succeeded, "\(report)")
            }
            let uid = fleet.clusters[0].object(path)?[path: "metadata", "uid"]
            let changed = Text.deployment(variant: true)
            try await ApplicationFixture.with(["a.yaml": changed]) { application in
                let report = try await fleet.run("K8S_PRIMARY_ROLLOUT", of: application)
                #expect(report.outcome == .failed)
                #expect(report.targets[0].error?.contains("force-sync-by-replace: enabled") == true, "\(report)")
            }
            let annotated = changed.replacing(
                "labels: {app: orders}}\nspec",
                with: "labels: {app: orders}, annotations: {\(Annotated.forceReplace)}}\nspec"
            )
            try await ApplicationFixture.with(["a.yaml": annotated]) { application in
                let report = try await fleet.run("K8S_PRIMARY_ROLLOUT", of: application)
                #expect(report.outcome == .succeeded, "\(report)")
                #expect(report.targets[0].changes.map(\.change) == [.configured])
            }
            let live = try #require(fleet.clusters[0].object(path))
            #expect(live[path: "metadata", "uid"] != uid)
            #expect(live[path: "spec", "selector", "matchLabels", "pipecd.dev/variant"] == "primary")
            #expect(live[path: "status", "readyReplicas"] == 4)
        }
    }

    @Test("force replace of data is refused before anything is written, unless that is allowed")
    func destructive() async throws {
        let claim = { (annotations: String) in
            """
            apiVersion: v1
            kind: PersistentVolumeClaim
            metadata: {name: orders-data, annotations: {\(annotations)}}
            spec: {accessModes: [ReadWriteOnce], resources: {requests: {storage: 1Gi}}}

            """
        }
        let path = "/api/v1/namespaces/default/persistentvolumeclaims/orders-data"
        try await Fleet.with(["eu"]) { fleet in
            let cluster = fleet.clusters[0]
            let files = ["a.yaml": claim(Annotated.forceReplace) + "---\n" + Text.configMap]
            let uid = try await ApplicationFixture.with(files) { application in
                let first = try await fleet.run("K8S_PRIMARY_ROLLOUT", of: application)
                #expect(first.outcome == .succeeded, "\(first)")
                let uid = cluster.object(path)?[path: "metadata", "uid"]
                cluster.clearRequests()
                let report = try await fleet.run("K8S_PRIMARY_ROLLOUT", of: application)
                #expect(report.outcome == .failed)
                #expect(report.targets[0].error?.contains("destroys the data on the volume") == true, "\(report)")
                #expect(cluster.requests.allSatisfy { $0.method == "GET" })
                #expect(cluster.object(path)?[path: "metadata", "uid"] == uid)
                return uid
            }
            let allowed = "\(Annotated.forceReplace), pipecd.dev/allow-destructive-replace: \"true\""
            try await ApplicationFixture.with(["a.yaml": claim(allowed)]) { application in
                let report = try await fleet.run("K8S_PRIMARY_ROLLOUT", of: application)
                #expect(report.outcome == .succeeded, "\(report)")
            }
            #expect(cluster.object(path)?[path: "metadata", "uid"] != uid)
        }
    }
}
