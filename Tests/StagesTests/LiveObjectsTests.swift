import FakeKubernetes
import KubernetesAPI
import Manifests
import TestSupport
import Testing

@testable import Stages

@Suite("Live objects", .timeLimit(.minutes(5)))
struct LiveObjectsTests {
    @Test("LIVE-01 are selected by manager, application and variant")
    func selector() throws {
        let selector = try LabelSelector.application("app-1", label: "pipecd.dev/variant", value: "canary")
        // The terms are sorted; all of them count, in whatever order.
        #expect(
            selector.description
                == "pipecd.dev/application=app-1,pipecd.dev/managed-by=piped,pipecd.dev/variant=canary"
        )
    }

    @Test(
        "LIVE-02 LIVE-03 are those of one namespace, or of all",
        arguments: [
            ("shop", ["apps:Deployment:shop:cart", ":Service:shop:cart"]),
            (nil, ["apps:Deployment:shop:cart", ":Service:shop:cart", ":ConfigMap:default:env"]),
        ] as [(String?, Set<String>)]
    )
    func namespaces(namespace: String?, keys: Set<String>) async throws {
        try await Fleet.with(["eu"]) { fleet in
            try Self.makeLabelled(in: fleet.clusters[0])
            let client = try fleet.connections.client(for: fleet.targets[0], requests: 4)
            let selector = try LabelSelector(["env": "test"])
            var found: Set<String> = []
            for type in try await client.discovery().mappings where type.verbs.contains("list") && type.isNamespaced {
                for item in try await client.list(type, namespace: namespace, selector: selector).items {
                    found.insert("\(item.key)")
                }
            }
            #expect(found == keys)
        }
    }

    /// A Deployment and a Service in `shop` and a ConfigMap in `default`, all with the label `env: test`.
    private static func makeLabelled(in cluster: FakeCluster) throws {
        let texts = [
            ("/api/v1/namespaces", "{apiVersion: v1, kind: Namespace, metadata: {name: shop}}"),
            (
                "/apis/apps/v1/namespaces/shop/deployments",
                Text.deployment("cart").replacing("labels: {app: cart}}\nspec", with: "labels: {env: test}}\nspec")
            ),
            (
                "/api/v1/namespaces/shop/services",
                "{apiVersion: v1, kind: Service, metadata: {name: cart, labels: {env: test}}, "
                    + "spec: {ports: [{port: 80}]}}"
            ),
            (Path.configMaps, "{apiVersion: v1, kind: ConfigMap, metadata: {name: env, labels: {env: test}}}"),
        ]
        for (path, text) in texts {
            let object = try #require(try YAML.documents(in: Array(text.utf8), file: "labelled").first?.value)
            let answer = cluster.perform("POST", path, object)
            #expect(answer.code == 201, "\(answer)")
        }
    }

    @Test("LIVE-04 an unusable kubeconfig is an error before any request, and is named")
    func missingKubeconfig() async throws {
        try await ApplicationFixture.with(["a.yaml": Text.configMap]) { application in
            let path = "\(application.directory)/nowhere"
            let target = DeployTarget(name: "eu", access: .cluster(path: path, context: nil))
            let request = try application.request("K8S_CANARY_CLEAN", targets: [target])
            let report = await StageRunner(connections: .withoutWaits()).run(request)
            #expect(report.outcome == .failed)
            #expect(report.targets[0].error?.contains(path) == true, "\(report)")
        }
    }

    @Test("LIVE-05 are ours by their annotations: controllers pass labels on")
    func inheritedLabels() async throws {
        let files = ["a.yaml": Text.deployment("cart", variant: true) + "---\n" + Text.service("cart", variant: true)]
        try await ApplicationFixture.with(files) { application in
            try await Fleet.with(["eu"]) { fleet in
                let report = try await fleet.run("K8S_PRIMARY_ROLLOUT", of: application)
                #expect(report.outcome == .succeeded, "\(report)")
                let client = try fleet.connections.client(for: fleet.targets[0], requests: 4)
                let found = try await LiveView(client).objects(
                    label: "pipecd.dev/variant",
                    value: "primary",
                    application: "app-orders"
                )
                let kinds = found.objects.map(\.key.kind).sorted()
                #expect(kinds == ["Deployment", "EndpointSlice", "Endpoints", "Service"])
                let ours = found.objects.filter { $0.belongs(to: "app-orders", on: "eu") }
                #expect(ours.map(\.key.kind).sorted() == ["Deployment", "Service"])
            }
        }
    }
}
