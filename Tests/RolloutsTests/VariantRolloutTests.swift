import Manifests
import Rollouts
import Testing

@Suite("A canary rollout")
struct VariantRolloutTests {
    /// The objects of a canary rollout with options and settings from YAML.
    private func canary(_ objects: [Manifest], _ with: String, _ settings: String = "{}") throws -> [Manifest] {
        let spec = try spec(settings)
        guard case .canaryRollout(let options) = try options(with, for: .canaryRollout, spec: spec).details else {
            return []
        }
        return try VariantRollout.manifests(for: .canary, from: objects, spec: spec, options: options)
    }

    @Test("CAN-01 makes a smaller Deployment beside the primary")
    func deployment() throws {
        let expected = """
            apiVersion: apps/v1
            kind: Deployment
            metadata:
              name: orders-canary
              labels:
                app: orders
                pipecd.dev/variant: canary
                pipecd.dev/managed-by: piped
                pipecd.dev/piped: agent-7
                pipecd.dev/application: app-orders
                pipecd.dev/commit-hash: c0ffee2
              annotations:
                pipecd.dev/variant: canary
                pipecd.dev/managed-by: piped
                pipecd.dev/piped: agent-7
                pipecd.dev/application: app-orders
                pipecd.dev/commit-hash: c0ffee2
                pipecd.dev/original-api-version: apps/v1
                pipecd.dev/resource-key: apps:Deployment::orders-canary
                pipecd.dev/deploy-target: eu
            spec:
              replicas: 2
              selector: {matchLabels: {app: orders, pipecd.dev/variant: canary}}
              template:
                metadata: {labels: {app: orders, pipecd.dev/variant: canary}}
                spec:
                  containers:
                    - {name: web, image: "registry.test/shop/orders:1.4.0", ports: [{containerPort: 8080}]}
            """
        let copies = try canary(loaded(Fixture.deployment()), "replicas: 50%")
        #expect(copies.map(\.object) == [try value(expected)])
    }

    @Test("CAN-02 replaces another variant in selector and pod labels")
    func labelled() throws {
        let copies = try canary(loaded(Fixture.labelledDeployment), "replicas: 1")
        #expect(copies.map(\.name) == ["orders-canary"])
        #expect(copies[0][path: "spec", "replicas"] == 1)
        let labels: Value = ["app": "orders", "pipecd.dev/variant": "canary"]
        #expect(copies[0][path: "spec", "selector", "matchLabels"] == labels)
        #expect(copies[0][path: "spec", "template", "metadata", "labels"] == labels)
    }

    @Test("CAN-03 makes a Service of its own when asked to")
    func service() throws {
        let objects = try loaded(Fixture.deployment(), Fixture.service)
        let copies = try canary(objects, "{replicas: 50%, createService: true}", "service: {name: orders}")
        #expect(copies.map(\.key.description) == [":Service::orders-canary", "apps:Deployment::orders-canary"])
        let expected = """
            type: ClusterIP
            selector: {app: orders, pipecd.dev/variant: canary}
            ports: [{name: http, port: 80, targetPort: 8080}]
            """
        #expect(copies[0][path: "spec"] == (try value(expected)))
        #expect(copies[0].annotations["pipecd.dev/resource-key"] == ":Service::orders-canary")
        #expect(copies[0].labels["pipecd.dev/variant"] == "canary")
    }

    @Test("CAN-04 makes no Service otherwise")
    func noService() throws {
        let copies = try canary(loaded(Fixture.deployment(), Fixture.service), "replicas: 50%")
        #expect(copies.map(\.key.description) == ["apps:Deployment::orders-canary"])
    }

    @Test("CAN-06 copies ConfigMaps and Secrets and uses the copies, never foreign ones")
    func configs() throws {
        let objects = try loaded(Fixture.configuredDeployment, Fixture.configMap, Fixture.secret)
        let copies = try canary(objects, "{}")
        let keys = [
            ":ConfigMap::orders-settings-canary", ":Secret::orders-db-canary", "apps:Deployment::orders-canary",
        ]
        #expect(copies.map(\.key.description) == keys)
        #expect(copies[0][path: "data"] == objects[1][path: "data"])
        #expect(copies[1][path: "data"] == objects[2][path: "data"])
        let references = ConfigReferences(in: copies[2])
        #expect(references.configMaps == ["orders-settings-canary", "platform-defaults"])
        #expect(references.secrets == ["orders-db-canary"])
        let container = copies[2][path: "spec", "template", "spec", "containers"]?.array?.first
        let env = container?["env"]?.array ?? []
        #expect(env[0][path: "valueFrom", "secretKeyRef"] == ["name": "orders-db-canary", "key": "dsn"])
        #expect(env[1][path: "valueFrom", "configMapKeyRef"] == ["name": "platform-defaults", "key": "tz"])
    }

    @Test("CAN-07 gives copies the marks of their own name")
    func resourceKey() throws {
        let objects = try loaded(Fixture.configuredDeployment, Fixture.configMap, Fixture.secret)
        let copy = try canary(objects, "{}")[0]
        #expect(copy.annotations["pipecd.dev/resource-key"] == ":ConfigMap::orders-settings-canary")
        #expect(copy.annotations["pipecd.dev/commit-hash"] == "c0ffee2")
        #expect(copy.labels["pipecd.dev/variant"] == "canary" && copy.annotations["pipecd.dev/variant"] == "canary")
    }

    @Test(
        "CAN-05, CAN-08, CAN-11, CAN-13 E1 E2 E5 fails with a reason when there is nothing to copy",
        arguments: [
            ("", "{}", "{}", "there are no manifests to roll out"),
            (Fixture.service, "{}", "{}", "no workload found: there is no Deployment; set workloads"),
            (
                Fixture.deployment(), "{}", "workloads: [{name: cart}, {kind: StatefulSet}]",
                "no workload found: there is no Deployment/cart, StatefulSet; correct workloads"
            ),
            (
                Fixture.deployment() + "\n---\n" + Fixture.service, "createService: true", "service: {name: checkout}",
                "no Service named \"checkout\" found; add it, or set service.name"
            ),
            (Fixture.deployment(), "createService: true", "{}", "no Service found; add one"),
            (
                Fixture.deployment(), "patches: [{target: {kind: Deployment, name: payments}}]", "{}",
                "no object of kind \"Deployment\" with name \"payments\" to patch; correct the target of the patch"
            ),
            (Fixture.deployment(replicas: "many"), "{}", "{}", nil),
            (
                Fixture.deployment(replicas: "many"), "replicas: 50%", "{}",
                "Deployment/orders: spec.replicas must be a count of pods, found a string"
            ),
            (
                Fixture.deployment().replacing("name: web,", with: "name: web, env: [{name: A, value: 5}],"), "{}",
                "{}",
                "Deployment/orders: spec.template.spec.containers[0].env \"A\" must be a string (quote it), found an integer"
            ),
            (
                Fixture.deployment().replacing("{matchLabels: {app: orders}}", with: "{matchLabels: {app: 5}}"), "{}",
                "{}",
                "Deployment/orders: spec.selector.matchLabels.app must be a string (quote it), found an integer"
            ),
            (
                Fixture.deployment().replacing("{matchLabels: {app: orders}}", with: "{matchLabels: []}"), "{}", "{}",
                "Deployment/orders: spec.selector.matchLabels must be a mapping, found a list"
            ),
        ] as [(String, String, String, String?)]
    )
    func refused(objects: String, with: String, settings: String, text: String?) throws {
        let objects = try manifests(objects)
        #expect(message { _ = try canary(objects, with, settings) } == text)
    }

    @Test("CAN-09 copies only the chosen workloads, each once")
    func chosen() throws {
        let objects = try loaded(Fixture.deployment(), Fixture.deployment(name: "worker"))
        #expect(try canary(objects, "{}", "workloads: [{name: worker}]").map(\.name) == ["worker-canary"])
        let all = try canary(objects, "{}", "workloads: [{name: worker}, {kind: Deployment}]")
        #expect(all.map(\.name) == ["worker-canary", "orders-canary"])
    }

    @Test("CAN-14 carries the marks of the commit and the variant")
    func marks() throws {
        let copy = try canary(loaded(Fixture.deployment()), "replicas: 1")[0]
        #expect(copy.labels["pipecd.dev/commit-hash"] == "c0ffee2" && copy.labels["pipecd.dev/variant"] == "canary")
    }

    @Test("CAN-17 lists Services, ConfigMaps, Secrets and workloads in this order")
    func order() throws {
        let objects = try loaded(Fixture.deployment(), Fixture.secret, Fixture.service, Fixture.configMap)
        let kinds = try canary(objects, "createService: true").map(\.kind)
        #expect(kinds == ["Service", "ConfigMap", "Secret", "Deployment"])
    }

    @Test(
        "BEYOND-29 E12 E13 E14 counts its pods from the option and the primary",
        arguments: [
            ("4", "{}", 1), ("0", "{}", 1), ("0", "replicas: 50%", 0), ("0", "replicas: 3", 3),
            ("null", "replicas: 3", 3),
            ("null", "replicas: 50%", 1), ("null", "{}", 1), ("4", "replicas: 0", 0), ("3", "replicas: 10%", 1),
            ("4", "replicas: '0'", 0), ("4", "replicas: 0%", 0), ("null", "replicas: 250%", 3),
        ] as [(String, String, Int)]
    )
    func replicas(written: String, with: String, pods: Int) throws {
        let copies = try canary(loaded(Fixture.deployment(replicas: written)), with)
        #expect(copies[0][path: "spec", "replicas"] == .int(pods))
    }

    @Test("BEYOND-13 E15 refuses a name that an object in Git has")
    func taken() throws {
        let objects = try loaded(Fixture.deployment(), Fixture.deployment(name: "orders-canary"))
        let expected =
            "Deployment/orders-canary: the copy would overwrite Deployment/orders-canary in Git; "
            + "use another suffix, or rename that object"
        #expect(message { _ = try canary(objects, "{}", "workloads: [{name: orders}]") } == expected)
    }

    @Test(
        "E57 refuses names that are too long or no names",
        arguments: [
            (
                Fixture.service.replacing("name: orders", with: "name: " + String(repeating: "s", count: 60)), "canary",
                63
            ),
            (Fixture.service, "1.0", 63),
            (Fixture.configMap.replacing("orders-settings", with: String(repeating: "c", count: 250)), "canary", 253),
        ] as [(String, String, Int)]
    )
    func names(object: String, suffix: String, limit: Int) throws {
        let objects = try loaded(Fixture.deployment(), object)
        let options = VariantRolloutOptions(suffix: suffix, createService: object.contains("Service"))
        let text = message {
            _ = try VariantRollout.manifests(for: .canary, from: objects, spec: PluginSpec(), options: options)
        }
        let name = objects[1].name
        let expected =
            "\(objects[1].key.shortDescription): the copy cannot be named \"\(name)-\(suffix)\": "
            + "at most \(limit) lower-case letters, digits and \"-\"; change the suffix"
        #expect(text == expected)
    }

    @Test("REWR-01 renames what is part of the load and touches nothing else")
    func rewritten() throws {
        func workload(_ name: String, _ marks: String, _ selector: String, _ labels: String, _ pod: String) -> String {
            """
            apiVersion: apps/v1
            kind: Deployment
            metadata: {name: \(name)\(marks)}
            spec:
              novelField: {kept: [1, 2.5, null]}
              selector: {matchExpressions: [{key: app, operator: Exists}]\(selector)}
              template:
                metadata: {labels: {app: cart\(labels)}}
                spec: \(pod)
            """
        }
        func config(_ kind: String, _ name: String) -> String {
            "{apiVersion: v1, kind: \(kind), metadata: {name: \(name)}}"
        }
        let variant = "pipecd.dev/variant: canary"
        let original = workload("cart", "", "", "", ReferenceTests.everywhere)
        let configs = [config("ConfigMap", "env"), config("ConfigMap", "boot"), config("Secret", "db")]
        let objects = try manifests(([original] + configs).joined(separator: "\n---\n"))
        var copy = try #require(try canary(objects, "replicas: 1").last)
        #expect(copy.key.description == "apps:Deployment::cart-canary")
        #expect(copy[path: "spec", "template", "metadata", "annotations"]?.mapping?.keys == [MarkKey.configHash])
        copy.remove(at: ["spec", "template", "metadata", "annotations"])
        let pod = ["env", "boot", "db"].reduce(ReferenceTests.everywhere) { pod, name in
            pod.replacing("{name: \(name)", with: "{name: \(name)-canary")
        }
        let marks =
            ", labels: {\(variant)}, annotations: {\(variant), \(MarkKey.resourceKey): 'apps:Deployment::cart-canary'}"
        let selector = ", matchLabels: {\(variant)}"
        let expected = workload("cart-canary", marks, selector, ", \(variant)", pod) + "\n  replicas: 1\n"
        #expect(copy.object == (try value(expected)))
        let names = ["flags", "all", "api", "tls", "env-canary", "boot-canary", "db-canary"]
        #expect(names.allSatisfy(pod.contains))
    }

    @Test(
        "BEYOND-26 E24 renames wherever pods name ConfigMaps and Secrets",
        arguments: [
            "volumes: [{projected: {sources: [{configMap: {name: orders-settings}}, {secret: {name: orders-db}}]}}]",
            "ephemeralContainers: [{name: x, envFrom: [{configMapRef: {name: orders-settings}}, "
                + "{secretRef: {name: orders-db}}]}]",
            "imagePullSecrets: [{name: orders-db}], volumes: [{configMap: {name: orders-settings}}]",
        ] + ReferenceTests.drivers.map { "volumes: [{configMap: {name: orders-settings}}, \($0)]" }
    )
    func everyReference(pod: String) throws {
        let workload = """
            {apiVersion: apps/v1, kind: Deployment, metadata: {name: orders},
             spec: {selector: {matchLabels: {a: b}}, template: {spec: {\(pod)}}}}
            """
        let copies = try canary(loaded(workload, Fixture.configMap, Fixture.secret), "{}")
        let references = ConfigReferences(in: copies[2], scope: .everything)
        #expect(references.configMaps == ["orders-settings-canary"] && references.secrets == ["orders-db-canary"])
        let renamed = ["orders-settings", "orders-db"].reduce(pod) { $0.replacing($1, with: "\($1)-canary") }
        #expect(copies[2][path: "spec", "template", "spec"] == (try value("{\(renamed)}")))
    }

    @Test("BEYOND-25 restarts its pods when only a ConfigMap changes")
    func configHash() throws {
        func hash(_ configMap: String) throws -> String? {
            try canary(loaded(Fixture.configuredDeployment, configMap, Fixture.secret), "{}")[2][
                path: "spec",
                "template",
                "metadata",
                "annotations",
                "pipecd.dev/config-hash"
            ]?.string
        }
        let (before, after) = (
            try hash(Fixture.configMap), try hash(Fixture.configMap.replacing("info", with: "debug"))
        )
        #expect(before != nil && after != nil && before != after && before != "hmfggc92ff")
    }

    @Test("BAS-01 as a baseline runs the version of the running commit")
    func baseline() throws {
        let objects = try loaded(Fixture.deployment(), commit: "c0ffee1")
        let options = VariantRolloutOptions(replicas: .percent(50), suffix: "baseline")
        let copy = try VariantRollout.manifests(for: .baseline, from: objects, spec: PluginSpec(), options: options)[0]
        #expect(copy.name == "orders-baseline" && copy[path: "spec", "replicas"] == 2)
        #expect(ImageReferences.images(in: copy) == ["registry.test/shop/orders:1.4.0"])
        #expect(copy.labels["pipecd.dev/commit-hash"] == "c0ffee1" && copy.labels["pipecd.dev/variant"] == "baseline")
    }

    @Test("BAS-02 BAS-03 as a baseline makes a Service only when asked to", arguments: [true, false] as [Bool])
    func baselineService(createService: Bool) throws {
        let objects = try loaded(Fixture.deployment(), Fixture.service, commit: "c0ffee1")
        let options = VariantRolloutOptions(suffix: "baseline", createService: createService)
        let copies = try VariantRollout.manifests(for: .baseline, from: objects, spec: PluginSpec(), options: options)
        #expect(copies.map(\.kind) == (createService ? ["Service", "Deployment"] : ["Deployment"]))
        #expect(copies.allSatisfy { $0.name == "orders-baseline" })
        if createService {
            let selector: Value = ["app": "orders", "pipecd.dev/variant": "baseline"]
            #expect(copies[0][path: "spec", "selector"] == selector)
        }
    }
}
