import FakeKubernetes
import Manifests
import TestSupport
import Testing

@Suite("flotilla diff", .timeLimit(.minutes(5)))
struct DiffTests {
    private func diff(_ fixture: RunFixture, _ more: [String] = [], on names: [String] = ["eu", "us"]) async throws
        -> Binary.Outcome
    {
        let arguments = ["diff", "\(fixture.applicationDirectory)", "--application-id", "shop", "--commit", "c0ffee2"]
        return try await Binary.run(arguments + more + fixture.options(names))
    }

    @Test("shows clusters with the same differences together, and ends with 2")
    func groups() async throws {
        try await RunFixture.with(["eu", "us", "asia"]) { fixture in
            let path = "/apis/apps/v1/namespaces/shop/deployments/cart"
            let type = "application/merge-patch+json"
            fixture["asia"].perform(
                "PATCH",
                "\(path)?fieldManager=kubectl-edit",
                ["spec": ["replicas": 9]],
                contentType: type
            )
            let outcome = try await diff(fixture, on: ["eu", "us", "asia"])
            #expect(outcome.code == 2, "\(outcome)")
            let lines = outcome.output.split(separator: "\n").map(String.init)
            #expect(lines.first == "shop: Git has c0ffee2, clusters have c0ffee1")
            #expect(lines.contains("eu, us: 1 object changed, the same on each"), "\(outcome.output)")
            #expect(lines.contains("asia: 2 objects changed"), "\(outcome.output)")
            let image = "\"registry.example/shop/web:1.0.0\" in the cluster, \"registry.example/shop/web:2.0.0\" in Git"
            #expect(lines.filter { $0.hasSuffix("containers[name=server].image: \(image)") }.count == 2, "\(lines)")
            #expect(
                lines.contains {
                    $0.hasPrefix("      spec.replicas: 9 in the cluster, ") && $0.contains("; kubectl-edit, ")
                }
            )
        }
    }

    @Test("ends with 0 when nothing differs, and with 3 or 1 when clusters cannot be asked; JSON says the same")
    func codes() async throws {
        try await RunFixture.with(["eu", "us"]) { fixture in
            try fixture.change("web.yaml", ":2.0.0", ":1.0.0")
            let same = try await diff(fixture, ["-o", "json"])
            #expect(same.code == 0, "\(same)")
            let value = try Value(json: Array(same.output.utf8), file: "output")
            let targets = value["targets"]?.array ?? []
            #expect(value["commit"] == "c0ffee2" && targets.map { $0["name"] } == ["eu", "us"])
            #expect(
                targets.allSatisfy { $0["verdict"] == "synced" && $0["commits"] == ["c0ffee1"] && $0["changes"] == [] }
            )
            try await fixture["us"].shutdown()
            let partial = try await diff(fixture)
            #expect(partial.code == 3 && partial.output.contains("us: could not be compared\n  "), "\(partial)")
            #expect(try await diff(fixture, on: ["us"]).code == 1)
        }
    }

    @Test("compares with objects from a file, and asks no cluster")
    func file() async throws {
        try await RunFixture.with(["eu"]) { fixture in
            var items: [Value] = []
            for path in ["/apis/apps/v1/namespaces/shop/deployments", "/api/v1/namespaces/shop/services"] {
                items += fixture["eu"].objects(path)
            }
            let file = "\(fixture.applicationDirectory)/../live.json"
            let list: Value = ["apiVersion": "v1", "kind": "List", "items": .array(items)]
            try TestFiles.write(list.jsonText(), to: file)
            fixture["eu"].clearRequests()
            let arguments = ["diff", fixture.applicationDirectory, "--application-id", "shop", "--commit", "c"]
            let outcome = try await Binary.run(arguments + ["--offline", "eu", "--live", file])
            #expect(outcome.code == 2 && fixture["eu"].requests.isEmpty, "\(outcome)")
            #expect(
                outcome.output.contains("Deployment/shop/web\n      spec.template.spec.containers[name=server].image: ")
            )
            #expect(outcome.output.contains("  + VirtualService/shop/web is in Git and not in the cluster\n"))
            #expect(!outcome.output.contains("Service/shop/cart"), "\(outcome.output)")
        }
    }

    @Test("needs a target for the file, and a file for a target that is not asked")
    func usage() async throws {
        let application = PackageRoot.path("manifests/shop")
        for arguments in [
            ["--offline", "eu"], ["--live", "x.yaml", "--offline", "eu", "us"], ["--kubeconfig", "k", "--live", "x"],
        ] {
            #expect(try await Binary.run(["diff", application] + arguments).code == 64, "\(arguments)")
        }
    }
}
