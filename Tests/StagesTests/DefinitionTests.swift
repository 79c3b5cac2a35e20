import FakeKubernetes
import KubernetesAPI
import Manifests
import TestSupport
import Testing

@testable import Stages

@Suite("A type that the manifests define themselves", .timeLimit(.minutes(5)))
struct DefinitionTests {
    private static func definition(scope: String = "Namespaced") -> String {
        """
        apiVersion: apiextensions.k8s.io/v1
        kind: CustomResourceDefinition
        metadata: {name: widgets.acme.test}
        spec:
          group: acme.test
          scope: \(scope)
          names: {kind: Widget, plural: widgets, singular: widget, listKind: WidgetList}
          versions:
            - name: v1
              served: true
              storage: true
              schema: {openAPIV3Schema: {type: object, x-kubernetes-preserve-unknown-fields: true}}

        """
    }

    private static func widget(_ version: String = "v1") -> String {
        "apiVersion: acme.test/\(version)\nkind: Widget\nmetadata: {name: w}\nspec: {size: 3}\n"
    }

    @Test("is established before its objects are written", arguments: ["Namespaced", "Cluster"], ["true", "false"])
    func applied(scope: String, waits: String) async throws {
        let files = ["a.yaml": Self.widget() + "---\n" + Self.definition(scope: scope) + "---\n" + Text.configMap]
        try await ApplicationFixture.with(files) { application in
            try await Fleet.with(["eu"]) { fleet in
                let options = "{readiness: {wait: \(waits)}}"
                for change in [Change.created, .unchanged] {
                    let report = try await fleet.run("K8S_PRIMARY_ROLLOUT", options, of: application)
                    #expect(report.outcome == .succeeded, "\(report)")
                    #expect(
                        report.targets[0].changes.map(\.resource.kind)
                            == ["CustomResourceDefinition", "ConfigMap", "Widget"]
                    )
                    #expect(report.targets[0].changes.last?.change == change)
                }
                let place = scope == "Namespaced" ? "namespaces/default/widgets/w" : "widgets/w"
                #expect(fleet.clusters[0].object("/apis/acme.test/v1/\(place)")?[path: "spec", "size"] == 3)
            }
        }
    }

    @Test("is waited for right before the first phase that holds its objects")
    func planned() async throws {
        let files = ["a.yaml": Self.widget() + "---\n" + Self.definition() + "---\n" + Text.configMap]
        try await ApplicationFixture.with(files) { application in
            let plan = try await application.plan("K8S_PRIMARY_ROLLOUT", "{readiness: {wait: false}}")
            #expect(
                plan.clusters[0].summary == [
                    "apply apiextensions.k8s.io:CustomResourceDefinition::widgets.acme.test",
                    "apply :ConfigMap::orders-settings",
                    "waitUntilReady apiextensions.k8s.io:CustomResourceDefinition::widgets.acme.test",
                    "apply acme.test:Widget::w",
                ]
            )
        }
    }

    @Test("is not waited for when no object needs it")
    func alone() async throws {
        try await ApplicationFixture.with(["a.yaml": Self.definition()]) { application in
            let plan = try await application.plan("K8S_PRIMARY_ROLLOUT", "{readiness: {wait: false}}")
            #expect(plan.clusters[0].steps.map(\.action) == ["apply"])
        }
    }

    @Test("is missing all the same when it is defined in another version")
    func otherVersion() async throws {
        let files = ["a.yaml": Self.definition() + "---\n" + Self.widget("v2")]
        try await ApplicationFixture.with(files) { application in
            try await Fleet.with(["eu"]) { fleet in
                let report = try await fleet.run("K8S_PRIMARY_ROLLOUT", of: application)
                #expect(report.targets[0].error?.contains("no matches for kind \"Widget\"") == true, "\(report)")
                #expect(fleet.clusters[0].requests.allSatisfy { $0.method == "GET" })
            }
        }
    }
}
