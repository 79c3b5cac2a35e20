import FakeKubernetes
import Manifests
import Rollouts
import TestSupport
import Testing

@testable import KubernetesAPI
@testable import Stages

@Suite("A change by hand", .timeLimit(.minutes(5)))
struct ManualChangeTests {
    private static let workload = "\(Path.deployments)/orders"
    private static let container = "spec.template.spec.containers[name=web]"
    private static let strategic = "application/strategic-merge-patch+json"

    private static func containers(_ fields: Value) -> Value {
        ["spec": ["template": ["spec": ["containers": [fields]]]]]
    }

    private static let changes = [
        ManualChange(
            name: "of the number of pods",
            path: "\(workload)/scale?fieldManager=kubectl",
            body: ["spec": ["replicas": 7]],
            found: ["~ orders spec.replicas: 7 -> 4 (kubectl)"]
        ),
        ManualChange(
            name: "of an image",
            path: "\(workload)?fieldManager=kubectl-set",
            body: containers(["name": "web", "image": "evil:1"]),
            type: strategic,
            found: ["~ orders \(container).image: \"evil:1\" -> \"registry.test/shop/orders:1.4.0\" (kubectl-set)"]
        ),
        ManualChange(
            name: "of a label",
            path: "\(workload)?fieldManager=kubectl-label",
            body: ["metadata": ["labels": ["app": "other"]]],
            found: ["~ orders metadata.labels.app: \"other\" -> \"orders\" (kubectl-label)"]
        ),
        ManualChange(
            name: "that removes a label",
            path: "\(workload)?fieldManager=kubectl-label",
            body: ["metadata": ["labels": ["app": .null]]],
            found: ["~ orders metadata.labels.app: none -> \"orders\""]
        ),
        ManualChange(
            name: "that adds a label",
            path: "\(workload)?fieldManager=kubectl-label",
            body: ["metadata": ["labels": ["extra": "1"]]],
            found: ["~ orders metadata.labels.extra: \"1\" -> none (kubectl-label)"]
        ),
        ManualChange(
            name: "that adds a variable",
            path: "\(workload)?fieldManager=kubectl-set",
            body: containers(["name": "web", "env": [["name": "FOO", "value": "bar"]]]),
            type: strategic,
            found: ["~ orders \(container).env: [{\"name\":\"FOO\",\"value\":\"bar\"}] -> none (kubectl-set)"]
        ),
        ManualChange(
            name: "that adds a container",
            path: "\(workload)?fieldManager=kubectl-edit",
            body: containers(["name": "side", "image": "s:1", "imagePullPolicy": "Always"]),
            type: strategic,
            found: ["side"]
        ),
        ManualChange(
            name: "of a key",
            path: "\(Path.configMaps)/orders-settings?fieldManager=kubectl-edit",
            body: ["data": ["REGION": "us", "MORE": "x"]],
            found: [
                "~ orders-settings data.MORE: \"x\" -> none (kubectl-edit)",
                "~ orders-settings data.REGION: \"us\" -> \"eu\" (kubectl-edit)",
            ]
        ),
        ManualChange(
            name: "of a Secret, which stays secret",
            path: "/api/v1/namespaces/default/secrets/orders-db?fieldManager=kubectl-edit",
            body: ["data": ["dsn": "aHVudGVyMg==", "more": "aHVudGVyMw=="]],
            found: [
                "~ orders-db data.dsn: \"*****\" -> \"*****\" (kubectl-edit)",
                "~ orders-db data.more: \"*****\" -> none (kubectl-edit)",
            ]
        ),
        ManualChange(
            name: "that deletes",
            method: "DELETE",
            path: "\(Path.services)/orders",
            found: ["+ orders"]
        ),
        ManualChange(
            name: "of the marks",
            path: "\(Path.services)/orders?fieldManager=kubectl-label",
            body: ["metadata": ["labels": ["pipecd.dev/managed-by": .null]]],
            found: [
                "~ orders it lacks label pipecd.dev/managed-by, without which it does not count as the application's"
            ]
        ),
        ManualChange(
            name: "that restarts pods",
            path: "\(workload)?fieldManager=kubectl-rollout",
            body: ["spec": ["template": ["metadata": ["annotations": ["kubectl.kubernetes.io/restartedAt": "now"]]]]],
            found: []
        ),
        ManualChange(
            name: "of a controller",
            path: "\(workload)?fieldManager=some-controller",
            body: ["metadata": ["annotations": ["some/thing": "x"]]],
            found: []
        ),
        ManualChange(
            name: "of the commit that is noted",
            path: "\(workload)?fieldManager=kubectl-annotate",
            body: ["metadata": ["annotations": ["pipecd.dev/commit-hash": "other"]]],
            found: []
        ),
    ]

    private static let files = [
        "a.yaml": [Text.deployment(), Text.service(), Text.configMap, Text.secret].joined(separator: "---\n")
    ]

    @Test("is found by path, on that cluster only", arguments: changes)
    func found(change: ManualChange) async throws {
        try await ApplicationFixture.with(Self.files) { application in
            try await Fleet.with(["eu", "us"]) { fleet in
                try await fleet.succeed("K8S_SYNC", of: application)
                change.make(in: fleet.clusters[1])
                let drifts = try await fleet.drift(of: application)
                #expect(drifts.map(\.target) == ["eu", "us"] && drifts[0].lines == [], "\(drifts[0].lines)")
                if change.found == ["side"] {
                    let difference = drifts[1].comparison?.changed.flatMap(\.differences) ?? []
                    #expect(difference.map { "\($0.path)" } == ["spec.template.spec.containers[name=side]"])
                } else {
                    #expect(drifts[1].lines == change.found)
                }
            }
        }
    }

    @Test("of the number of pods is found where it leaves no trace, too")
    func scaledWithoutOwner() async throws {
        var options = FakeClusterOptions()
        options.version = "v1.20.2"
        try await ApplicationFixture.with(Self.files) { application in
            try await Fleet.with(["eu"], options: options) { fleet in
                try await fleet.succeed("K8S_SYNC", of: application)
                #expect(try await fleet.drift(of: application).flatMap(\.lines) == [])
                Self.changes[0].make(in: fleet.clusters[0])
                #expect(try await fleet.drift(of: application).flatMap(\.lines) == ["~ orders spec.replicas: 7 -> 4"])
            }
        }
    }

    @Test("does not count where nothing else stands below what a person has added")
    func ignoredAddition() async throws {
        let rule =
            "driftDetection: {ignoreFields: [\"apps/v1:Deployment:default:orders#spec.template.spec.nodeSelector.zone\"]}"
        try await ApplicationFixture.with(Self.files) { application in
            try await Fleet.with(["eu"]) { fleet in
                try await fleet.succeed("K8S_SYNC", of: application)
                ManualChange(
                    name: "zone",
                    path: "\(Self.workload)?fieldManager=kubectl-edit",
                    body: ["spec": ["template": ["spec": ["nodeSelector": ["zone": "a"]]]]],
                    found: []
                ).make(in: fleet.clusters[0])
                #expect(try await fleet.drift(of: application)[0].lines.count == 1)
                let path = "\(application.directory)/app.pipecd.yaml"
                let text = try TestFiles.text(path)
                try TestFiles.write(text.replacing("spec:\n", with: "spec:\n  \(rule)\n"), to: path)
                #expect(try await fleet.drift(of: application)[0].lines == [])
            }
        }
    }

    @Test("does not count where the application file says so, or the object")
    func ignored() async throws {
        let rule =
            "driftDetection: {ignoreFields: [\"apps/v1:Deployment:default:orders#spec.template.spec.containers.0.image\"]}"
        try await ApplicationFixture.with(Self.files) { application in
            try await Fleet.with(["eu"]) { fleet in
                try await fleet.succeed("K8S_SYNC", of: application)
                Self.changes[1].make(in: fleet.clusters[0])
                #expect(try await fleet.drift(of: application)[0].lines.count == 1)
                let path = "\(application.directory)/app.pipecd.yaml"
                let text = try TestFiles.text(path)
                try TestFiles.write(text.replacing("spec:\n", with: "spec:\n  \(rule)\n"), to: path)
                #expect(try await fleet.drift(of: application)[0].lines == [])
                try TestFiles.write(text, to: path)
                ManualChange(
                    name: "ignore",
                    path: "\(Self.workload)?fieldManager=kubectl-annotate",
                    body: ["metadata": ["annotations": ["pipecd.dev/ignore-drift-detection": "true"]]],
                    found: []
                ).make(in: fleet.clusters[0])
                #expect(try await fleet.drift(of: application)[0].lines == [])
            }
        }
    }
}

@Suite("What a deployment leaves", .timeLimit(.minutes(5)))
struct CleanDeploymentTests {
    private static let istio = """
        [{name: K8S_CANARY_ROLLOUT}, {name: K8S_TRAFFIC_ROUTING, with: {canary: 30}}, {name: K8S_PRIMARY_ROLLOUT}, \
        {name: K8S_TRAFFIC_ROUTING, with: {all: primary}}, {name: K8S_CANARY_CLEAN}]
        """
    private static let selector = """
        [{name: K8S_CANARY_ROLLOUT}, {name: K8S_TRAFFIC_ROUTING, with: {all: canary}}, \
        {name: K8S_PRIMARY_ROLLOUT, with: {createService: true}}, {name: K8S_TRAFFIC_ROUTING, with: {all: primary}}]
        """

    @Test(
        "is as Git wants it, whatever the server fills in",
        arguments: ["v1.20.2", "v1.32.0"],
        ["K8S_SYNC", "K8S_PRIMARY_ROLLOUT"]
    )
    func defaults(version: String, stage: String) async throws {
        var options = FakeClusterOptions()
        options.version = version
        let files = [
            "a.yaml": [Text.deployment(), Text.service(), Text.configMap, Text.secret].joined(separator: "---\n")
        ]
        try await ApplicationFixture.with(
            files,
            stages: Self.selector.replacing("{name: K8S_TRAFFIC_ROUTING, with: {all: canary}}, ", with: "").replacing(
                ", {name: K8S_TRAFFIC_ROUTING, with: {all: primary}}",
                with: ""
            )
        ) { application in
            try await Fleet.with(["eu"], options: options) { fleet in
                try await fleet.succeed(stage, of: application)
                let drift = try await fleet.drift(of: application)[0]
                #expect(drift.lines == [] && drift.notes == [] && drift.variants == [], "\(drift)")
            }
        }
    }

    @Test("stays as Git wants it while a canary gets traffic, which is a note")
    func split() async throws {
        let text = [Text.deployment(), Text.service(), Text.virtualService].joined(separator: "---\n")
        try await ApplicationFixture.with(["a.yaml": text], plugin: Text.istio, stages: Self.istio) { application in
            try await Fleet.with(["eu"]) { fleet in
                for stage in ["K8S_PRIMARY_ROLLOUT", "K8S_CANARY_ROLLOUT"] {
                    try await fleet.succeed(stage, of: application)
                }
                var drift = try await fleet.drift(of: application)[0]
                #expect(drift.lines == [] && drift.notes == [], "\(drift)")
                #expect(drift.variants.map(\.name) == ["orders-canary"])
                #expect(
                    try await fleet.run("K8S_TRAFFIC_ROUTING", "{canary: 30}", of: application).outcome == .succeeded
                )
                drift = try await fleet.drift(of: application)[0]
                #expect(drift.lines == [], "\(drift)")
                #expect(drift.notes == ["VirtualService/default/orders-routes: canary gets 30%"])
                #expect(
                    try await fleet.run("K8S_TRAFFIC_ROUTING", "{all: primary}", of: application).outcome == .succeeded
                )
                drift = try await fleet.drift(of: application)[0]
                #expect(drift.lines == [] && drift.notes == [], "\(drift)")
                // A split that no stage makes.
                let route: Value = [
                    "spec": [
                        "http": [
                            [
                                "name": "main",
                                "route": [
                                    ["destination": ["host": "orders", "subset": "primary"], "weight": 1],
                                    ["destination": ["host": "orders", "subset": "canary"], "weight": 99],
                                ],
                            ]
                        ]
                    ]
                ]
                let path = "\(Path.virtualServices)/orders-routes?fieldManager=kubectl-edit"
                fleet.clusters[0].perform("PATCH", path, route, contentType: "application/merge-patch+json")
                #expect(try await fleet.drift(of: application)[0].lines.isEmpty == false)
            }
        }
    }

    @Test("stays as Git wants it while the Service selects the canary")
    func selected() async throws {
        let text = [Text.deployment(variant: true), Text.service(variant: true)].joined(separator: "---\n")
        try await ApplicationFixture.with(
            ["a.yaml": text],
            plugin: "{service: {name: orders}}",
            stages: Self.selector
        ) { application in
            try await Fleet.with(["eu"]) { fleet in
                for stage in ["K8S_PRIMARY_ROLLOUT", "K8S_CANARY_ROLLOUT"] {
                    try await fleet.succeed(stage, of: application)
                }
                #expect(
                    try await fleet.run("K8S_TRAFFIC_ROUTING", "{all: canary}", of: application).outcome == .succeeded
                )
                let drift = try await fleet.drift(of: application)[0]
                #expect(drift.lines == [] && drift.notes == ["Service/default/orders: canary gets 100%"], "\(drift)")
            }
        }
    }

    @Test("keeps the number of pods of an autoscaler", arguments: ["v1.20.2", "v1.32.0"], [true, false])
    func autoscaled(version: String, isInGit: Bool) async throws {
        var options = FakeClusterOptions()
        options.version = version
        let scaler = isInGit ? "---\n" + Scaler.text : ""
        try await ApplicationFixture.with(["a.yaml": Text.deployment() + scaler]) { application in
            try await Fleet.with(["eu"], options: options) { fleet in
                try await fleet.succeed("K8S_SYNC", of: application)
                if !isInGit { try Scaler.make(in: fleet.clusters[0]) }
                Scaler.scale(fleet.clusters[0], to: 7)
                #expect(try await fleet.drift(of: application)[0].lines == [])
            }
        }
    }

    @Test("differs when Git has moved on, and when Git has less")
    func movedOn() async throws {
        try await ApplicationFixture.with(["a.yaml": Text.deployment(), "b.yaml": Text.configMap]) { application in
            try await Fleet.with(["eu"]) { fleet in
                try await fleet.succeed("K8S_SYNC", of: application)
                try TestFiles.write(Text.deployment(replicas: 5), to: "\(application.directory)/a.yaml")
                try TestFiles.write(Text.service(), to: "\(application.directory)/b.yaml")
                let lines = try await fleet.drift(of: application)[0].lines
                #expect(lines == ["+ orders", "- orders-settings", "~ orders spec.replicas: 4 -> 5"])
            }
        }
    }

    @Test("INF-05 is the same when a type is left out, on both sides")
    func excluded() async throws {
        try await ApplicationFixture.with(["a.yaml": Text.secret + "---\n" + Text.configMap]) { application in
            try await Fleet.with(["eu"]) { fleet in
                try await fleet.succeed("K8S_SYNC", of: application)
                var informer = AppStateInformer()
                informer.excludeResources = [AppStateInformer.Matcher(apiVersion: "v1", kind: "Secret")]
                let target = DeployTarget(name: "eu", access: fleet.targets[0].access, informer: informer)
                let narrowed = Fleet(clusters: fleet.clusters, targets: [target])
                #expect(try await narrowed.drift(of: application)[0].lines == [])
                fleet.clusters[0].perform("DELETE", "/api/v1/namespaces/default/secrets/orders-db")
                #expect(try await narrowed.drift(of: application)[0].lines == [])
                #expect(try await fleet.drift(of: application)[0].lines == ["+ orders-db"])
            }
        }
    }
}
