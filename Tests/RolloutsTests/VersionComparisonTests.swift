import Manifests
import Rollouts
import Testing

@Suite("A comparison of two versions")
struct VersionComparisonTests {
    typealias Case = (old: [String], new: [String], code: String, text: String)

    private static let deployment = Fixture.deployment()

    @Test(
        "STR-01 to STR-12, STR-14, STR-16, STR-17 names the first reason that fits",
        arguments: [
            ([], [deployment], "no-running-workload", "the running version has no workload to compare with"),
            ([deployment], [], "no-new-workload", "the new version has no workload"),
            (
                [deployment], [Fixture.deployment(image: "registry.test/shop/orders:1.5.0")],
                "image-changed", "images change: orders 1.4.0 -> 1.5.0"
            ),
            (
                [deployment], [Fixture.deployment(image: "registry.test/shop/cart:0.9")],
                "image-changed", "images change: orders:1.4.0 -> cart:0.9"
            ),
            (
                [deployment], [Fixture.deployment(replicas: "6")],
                "scaled", "only numbers of pods change: Deployment/orders 4 -> 6"
            ),
            (
                [deployment.replacing("  replicas: 4\n", with: "")], [Fixture.deployment(replicas: "2")],
                "scaled", "only numbers of pods change: Deployment/orders unset -> 2"
            ),
            (
                [deployment], [deployment.replacing("{name: web", with: "{name: front")],
                "template-changed", "the pod template of Deployment/orders changes"
            ),
            (
                [deployment, Fixture.configMap], [deployment, Fixture.configMap.replacing("info", with: "debug")],
                "config-updated", "ConfigMap/orders-settings changes"
            ),
            ([deployment, Fixture.configMap], [deployment], "config-deleted", "1 ConfigMap or Secret is removed"),
            ([deployment], [deployment, Fixture.secret], "config-added", "1 ConfigMap or Secret is added"),
            (
                [deployment.replacing("{name: orders,", with: "{name: orders, namespace: default,")], [deployment],
                "nothing-special", "nothing changes that needs the pipeline"
            ),
            (
                [twoContainers("web:1", "side:2")], [twoContainers("side:2", "web:1")],
                "image-changed", "images change: web:1 -> side:2, side:2 -> web:1"
            ),
            (
                [Fixture.deployment(name: "b", replicas: "3"), Fixture.deployment(name: "a", replicas: "2")],
                [Fixture.deployment(name: "b", replicas: "5"), Fixture.deployment(name: "a", replicas: "4")],
                "scaled", "only numbers of pods change: Deployment/a 2 -> 4, Deployment/b 3 -> 5"
            ),
            (
                [deployment, config("a")], [deployment, config("b")],
                "config-replaced", "ConfigMap/a is gone, and another ConfigMap or Secret is new"
            ),
            ([deployment], [deployment], "nothing-special", "nothing changes that needs the pipeline"),
        ] as [Case]
    )
    func reasons(_ example: Case) throws {
        let reason = try compare(example.old, example.new)
        #expect(reason.code == example.code && "\(reason)" == example.text)
        let quick = ["no-running-workload", "no-new-workload", "scaled", "nothing-special"]
        #expect(reason.strategy == (quick.contains(example.code) ? .quickSync : .pipeline))
    }

    @Test("STR-13, BEYOND-08 takes no notice of the marks of another commit")
    func marks() throws {
        let old = try loaded(Fixture.deployment(), Fixture.configMap, commit: "c0ffee1")
        let new = try loaded(Fixture.deployment(replicas: "6"), Fixture.configMap, commit: "c0ffee2")
        #expect(VersionComparison(running: old, new: new, workloads: []).reason().code == "scaled")
        let unmarked = try manifests(Fixture.deployment(), Fixture.configMap)
        #expect(VersionComparison(running: old, new: unmarked, workloads: []).reason() == .nothingSpecial)
        let hashed = Fixture.deployment().replacing(
            "metadata: {labels: {app: orders}}\n    spec",
            with: "metadata: {labels: {app: orders}, annotations: {pipecd.dev/config-hash: x}}\n    spec"
        )
        #expect(try compare([hashed], [Fixture.deployment()]) == .nothingSpecial)
        let ordered = Fixture.configMap.replacing("settings}", with: "settings, annotations: {pipecd.dev/order: '1'}}")
        #expect(
            try compare([Self.deployment, ordered], [Self.deployment, Fixture.configMap]).code == "config-updated"
        )
    }

    @Test("STR-15 looks at the selected workloads only")
    func selected() throws {
        func texts(_ tag: String) -> [String] {
            ["orders", "cart"].map { Fixture.deployment(name: $0, image: "registry.test/\($0):\(tag)") }
        }
        let reason = try compare(texts("1"), texts("2"), workloads: [ResourceReference(name: "cart")])
        #expect("\(reason)" == "images change: cart 1 -> 2")
    }

    @Test("counts StatefulSets that are selected, and no others")
    func statefulSets() throws {
        func text(_ tag: String) -> String {
            Fixture.deployment(image: "db:\(tag)").replacing("kind: Deployment", with: "kind: StatefulSet")
        }
        #expect(try compare([text("1")], [text("2")]) == .noRunningWorkload)
        let reason = try compare([text("1")], [text("2")], workloads: [ResourceReference(kind: "StatefulSet")])
        #expect("\(reason)" == "images change: db 1 -> 2")
    }

    @Test(
        "lists images in the order of the text of their paths, and tells what they differ in",
        arguments: [
            (
                ["a:1", "b:1", "c:1", "d:1", "e:1", "f:1", "g:1", "h:1", "i:1", "j:1", "k:1"],
                ["a:1", "b:1", "c:2", "d:1", "e:1", "f:1", "g:1", "h:1", "i:1", "j:1", "k:2"],
                "k 1 -> 2, c 1 -> 2"
            ),
            (["one.test/web:1"], ["two.test/web:1"], "one.test/web:1 -> two.test/web:1"),
            (["web:1@sha256:a"], ["web:1@sha256:b"], "web:1@sha256:a -> web:1@sha256:b"),
            (["web"], ["web:2"], "web no version -> 2"), (["web"], ["shop@sha256:a"], "web -> shop@sha256:a"),
        ] as [([String], [String], String)]
    )
    func images(old: [String], new: [String], text: String) throws {
        let reason = try compare([containers(old)], [containers(new)])
        #expect("\(reason)" == "images change: \(text)")
    }

    @Test(
        "sees changes of the pod template other than images",
        arguments: [
            ("initContainers: [{name: i, image: 'i:1'}]", "initContainers: [{name: i, image: 'i:2'}]"),
            ("containers: [{name: a, image: 'a:1'}]", "containers: []"),
            ("hostNetwork: false", ""), ("nodeName: a", "nodeName: b"),
            ("containers: [{name: a, command: [x]}]", "containers: [{name: a, command: [x, y]}]"),
            ("volumes: [{name: v, emptyDir: {sizeLimit: 1Gi}}]", "volumes: [{name: v, emptyDir: {sizeLimit: 1G}}]"),
            ("nodeSelector: {limits: '1000m'}", "nodeSelector: {limits: '1'}"),
            ("nodeSelector: {sizeLimit: '1024Mi'}", "nodeSelector: {sizeLimit: 1Gi}"),
        ] as [(String, String)]
    )
    func templates(old: String, new: String) throws {
        #expect(try compare([pod(old)], [pod(new)]).code == "template-changed")
    }

    @Test(
        "sees no change where the same is written in another way",
        arguments: [
            (limits("cpu: 1000m"), limits("cpu: 1")), (limits("cpu: '1.50'"), limits("cpu: 1500m")),
            (limits("memory: 1Gi"), limits("memory: 1024Mi")), (limits("memory: 1e3"), limits("memory: 1k")),
            (limits("memory: 1G"), limits("memory: 1000M")), (limits("cpu: 0.5"), limits("cpu: 500m")),
            (limits("cpu: 0"), limits("cpu: '0Gi'")),
            ("volumes: [{name: v, emptyDir: {sizeLimit: 1Gi}}]", "volumes: [{name: v, emptyDir: {sizeLimit: 1024Mi}}]"),
            ("nodeSelector: null", "nodeSelector: {}"), ("hostname: ''", "hostname: null"),
            ("priority: 1", "priority: 1.0"), ("a: 1, b: 2", "b: 2, a: 1"),
        ] as [(String, String)]
    )
    func same(old: String, new: String) throws {
        #expect(try compare([pod(old)], [pod(new)]) == .nothingSpecial)
    }

    @Test(
        "sees a change of amounts that it cannot read, and never traps",
        arguments: [
            "9999999999999999999", "8Ei", "1.x", "Gi", "1e999", "1e99999999999999999999",
            "1e-9223372036854775808", "1e9223372036854775807", "1e-100", "--1", "", "1 Gi", "e",
        ]
    )
    func badQuantities(amount: String) throws {
        let reason = try compare([pod(Self.limits("memory: '\(amount)'"))], [pod(Self.limits("memory: 17"))])
        #expect(reason.code == "template-changed")
    }

    @Test(
        "reads a Secret's texts and data alike",
        arguments: [
            ("data: {k: dmFsdWU=}", "stringData: {k: value}", false),
            ("stringData: {k: value}", "data: {k: dmFsdWU=}", false),
            ("data: {k: b2xk}, stringData: {k: value}", "data: {k: dmFsdWU=}", false),
            ("data: {k: b2xk}", "stringData: {k: value}", true),
            ("stringData: {k: 1}", "stringData: {k: 2}", true), ("stringData: []", "data: {}", false),
            ("stringData: [a]", "stringData: [b]", true), ("stringData: a", "data: {}", true),
        ] as [(String, String, Bool)]
    )
    func secrets(old: String, new: String, isChange: Bool) throws {
        func secret(_ fields: String) -> String { "{apiVersion: v1, kind: Secret, metadata: {name: s}, \(fields)}" }
        let reason = try compare([Self.deployment, secret(old)], [Self.deployment, secret(new)])
        #expect(reason.code == (isChange ? "config-updated" : "nothing-special"))
    }

    @Test(
        "takes no text of a ConfigMap for an amount",
        arguments: [
            ("sizeLimit: 1024Mi", "sizeLimit: 1Gi"), ("divisor: '1.0'", "divisor: '1'"),
            ("limits: {cpu: 1000m}", "limits: {cpu: 1}"),
        ]
    )
    func texts(old: String, new: String) throws {
        func config(_ data: String) -> String {
            "{apiVersion: v1, kind: ConfigMap, metadata: {name: c}, data: {\(data)}}"
        }
        let reason = try compare([Self.deployment, config(old)], [Self.deployment, config(new)])
        #expect(reason.code == "config-updated")
    }

    @Test("names the first of several changed or replaced objects by key, whatever their order")
    func sorted() throws {
        let old = [Self.deployment, Self.config("b"), Self.config("a")]
        let changed = [Self.deployment, Self.config("b", "2"), Self.config("a", "2")]
        #expect("\(try compare(old, changed))" == "ConfigMap/a changes")
        let replaced = [Self.deployment, Self.config("p"), Self.config("q")]
        #expect(try compare(old, replaced).code == "config-replaced")
        #expect("\(try compare(old, replaced))".hasPrefix("ConfigMap/a is gone"))
        #expect("\(try compare(old, [Self.deployment]))" == "2 ConfigMaps and Secrets are removed")
    }

    @Test("leaves workloads out that only one version has")
    func unpaired() throws {
        let reason = try compare([Self.deployment], [Self.deployment, Fixture.deployment(name: "cart", image: "x:1")])
        #expect(reason == .nothingSpecial)
    }

    private func compare(_ old: [String], _ new: [String], workloads: [ResourceReference] = []) throws
        -> StrategyReason
    {
        let old = try manifests(old.joined(separator: "\n---\n"))
        let new = try manifests(new.joined(separator: "\n---\n"))
        return VersionComparison(running: old, new: new, workloads: workloads).reason()
    }

    private static func config(_ name: String, _ text: String = "1") -> String {
        "{apiVersion: v1, kind: ConfigMap, metadata: {name: \(name)}, data: {k: '\(text)'}}"
    }

    private static func limits(_ text: String) -> String {
        "containers: [{name: a, resources: {limits: {\(text)}}}]"
    }

    private static func twoContainers(_ first: String, _ second: String) -> String {
        Fixture.deployment().replacing(
            "- {name: web, image: \"registry.test/shop/orders:1.4.0\", ports: [{containerPort: 8080}]}",
            with: "- {name: a, image: '\(first)'}\n        - {name: b, image: '\(second)'}"
        )
    }

    private func containers(_ images: [String]) -> String {
        let list = images.enumerated().map { "{name: c\($0.offset), image: '\($0.element)'}" }
        return pod("containers: [\(list.joined(separator: ", "))]")
    }

    private func pod(_ fields: String) -> String {
        """
        apiVersion: apps/v1
        kind: Deployment
        metadata: {name: orders}
        spec: {template: {spec: {\(fields)}}}
        """
    }
}
