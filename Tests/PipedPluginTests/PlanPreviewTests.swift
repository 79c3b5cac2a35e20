import GRPCCore
import Glibc
import PipedAPI
import TestSupport
import Testing

@testable import PipedPlugin

@Suite("A plan preview", .timeLimit(.minutes(5)))
struct PlanPreviewTests {
    private func version(_ tag: String, spec: [String] = []) -> SourceFixture {
        let deployment = SourceFixture.deployment(image: "registry.test/shop/orders:\(tag)")
        return SourceFixture(spec: spec, files: ["orders.yaml": deployment])
    }

    private func multiTargets(_ entries: String, _ more: String = "") -> [String] {
        ["plugins: {fleet: {input: {multiTargets: [\(entries)]}\(more)}}"]
    }

    @Test("PLAN-01 of a first deployment adds everything, also without a running source that is empty")
    func first() async throws {
        try await PreviewFixture.with(["eu"]) { fixture in
            var request = try fixture.request(version("0.1.0"), on: ["eu"])
            for hasEmpty in [false, true] {
                if hasEmpty { request.runningDeploymentSource = PipedDeploymentSource() }
                let results = try await fixture.preview.getPlanPreview(request).results
                #expect(results.map(\.line) == ["eu: 1 added manifests, 0 changed manifests, 0 deleted manifests"])
                #expect(results.map(\.diffLanguage) == ["diff"])
                let text = "+ 1. name=\"orders\", kind=\"Deployment\", namespace=\"\", apiGroup=\"apps\"\n\n"
                #expect(results.map(\.text) == [text])
            }
        }
    }

    @Test("PLAN-02, PLAN-04 shows what is not the same, for each target")
    func changed() async throws {
        try await PreviewFixture.with { fixture in
            let results = try await fixture.results(version("0.2.0"), running: version("0.1.0"))
            #expect(
                results.map(\.line)
                    == ["eu", "us"].map {
                        "\($0): 0 added manifests, 1 changed manifests, 0 deleted manifests"
                    }
            )
            try expectGolden(results.first?.text ?? "", "plan-preview/image/expected.diff")
            #expect(Set(results.map(\.details)).count == 1)
        }
    }

    @Test("says so where nothing is not the same")
    func unchanged() async throws {
        try await PreviewFixture.with { fixture in
            let results = try await fixture.results(version("0.2.0"), running: version("0.2.0"), on: ["us"])
            #expect(results.map(\.line) == ["us: No changes were detected (no change)"])
            #expect(results.map(\.text) == [""])
        }
    }

    @Test("PLAN-03 follows the entry of each target, in the order of the request")
    func entries() async throws {
        try await PreviewFixture.with { fixture in
            let spec = multiTargets(
                "{target: {name: us}, manifests: [us.yaml]}, {target: {name: eu}, manifests: [eu.yaml]}"
            )
            let running = SourceFixture(
                spec: spec,
                files: ["eu.yaml": SourceFixture.configMap(), "us.yaml": SourceFixture.configMap()]
            )
            var target = running
            target.files["eu.yaml"] = SourceFixture.configMap(level: "debug")
            let lines = try await fixture.results(target, running: running, on: ["eu", "us", "eu"]).map(\.line)
            #expect(
                lines == [
                    "eu: 0 added manifests, 1 changed manifests, 0 deleted manifests",
                    "us: No changes were detected (no change)",
                ]
            )
        }
    }

    @Test("PLAN-05 renders the directory of each target")
    func kustomize() async throws {
        try await PreviewFixture.with(["eu"]) { directory in
            ["PATH": "\(directory)/bin:\(StandIn.systemPath)", "HOME": directory]
        } _: { fixture in
            let text = SourceFixture.configMap("from-overlay").split(separator: "\n").joined(separator: "\\n")
            let lines = "case \"$PWD $*\" in *overlays/eu*) printf '\(text)\\n';; *) exit 1;; esac"
            _ = try StandIn("kustomize", in: "\(fixture.directory)/bin", lines)
            let entry = "{target: {name: eu}, kustomizeDir: overlays/eu}"
            let target = SourceFixture(
                spec: multiTargets(entry),
                files: ["overlays/eu/kustomization.yaml": "resources: []\n"]
            )
            let results = try await fixture.results(target, on: ["eu"])
            #expect(
                results.map(\.text) == [
                    "+ 1. name=\"from-overlay\", kind=\"ConfigMap\", namespace=\"\", apiGroup=\"\"\n\n"
                ]
            )
        }
    }

    @Test("PLAN-06 reads the running version as its own file says")
    func moved() async throws {
        try await PreviewFixture.with(["eu"]) { fixture in
            let versions = ["old.yaml", "new.yaml"].map { name in
                SourceFixture(
                    spec: multiTargets("{target: {name: eu}, manifests: [\(name)]}"),
                    files: [name: SourceFixture.configMap()]
                )
            }
            let lines = try await fixture.results(versions[1], running: versions[0], on: ["eu"]).map(\.line)
            #expect(lines == ["eu: No changes were detected (no change)"])
        }
    }

    @Test("PLAN-07 hides the values of Secrets, and shows those of ConfigMaps")
    func secrets() async throws {
        try await PreviewFixture.with(["eu"]) { fixture in
            func version(_ value: String) -> SourceFixture {
                let secret = """
                    apiVersion: v1
                    kind: Secret
                    metadata: {name: orders-db, annotations: {note: \(value)}}
                    data: {user: \(value)0=}
                    stringData: {pass: \(value)}
                    """
                return SourceFixture(
                    files: ["secret.yaml": secret, "settings.yaml": SourceFixture.configMap(level: "mode-\(value)")]
                )
            }
            let results = try await fixture.results(version("abc"), running: version("xyz"), on: ["eu"])
            try expectGolden(results.first?.text ?? "", "plan-preview/secret/expected.diff")
            let text = results.first?.text.split(separator: "mode-").joined() ?? ""
            #expect(text.contains("*****"))
            #expect(text.split(separator: "\n").filter { $0.contains("abc") || $0.contains("xyz") }.count == 2)
        }
    }

    @Test(
        "tells what becomes of what is deleted",
        arguments: [
            ("", "[]", "stay in the cluster, because prune is off"),
            (", quickSync: {prune: true}", "[]", "are deleted from the cluster, because prune is on"),
            (", quickSync: {prune: true}", "[{name: K8S_PRIMARY_ROLLOUT}]", "by a quick sync only"),
            ("", "[{name: K8S_PRIMARY_ROLLOUT, with: {prune: true}}]", "by the pipeline only"),
        ]
    )
    func deletions(quickSync: String, stages: String, words: String) async throws {
        try await PreviewFixture.with(["eu"]) { fixture in
            let running = SourceFixture(files: [
                "a.yaml": SourceFixture.configMap("gone"), "b.yaml": SourceFixture.deployment(),
            ])
            let target = SourceFixture(
                spec: ["pipeline: {stages: \(stages)}", "plugins: {fleet: {input: {}\(quickSync)}}"],
                files: ["b.yaml": SourceFixture.deployment()]
            )
            let results = try await fixture.results(target, running: running, on: ["eu"])
            #expect(results.map(\.summary) == ["0 added manifests, 0 changed manifests, 1 deleted manifests"])
            #expect(results.first?.text.contains(words) == true, "\(results)")
        }
    }
}
