import FakeKubernetes
import Manifests
import TestSupport
import Testing

@Suite("What flotilla plan shows of clusters", .timeLimit(.minutes(5)))
struct PlanOutputTests {
    private static let secret = """
        apiVersion: v1
        kind: Secret
        metadata: {name: shop-db, namespace: shop}
        stringData: {token: hunter2}

        """

    /// The arguments of a plan on three clusters: two are alike, and in the third somebody has changed an image.
    private func with(_ body: (RunFixture, [String]) async throws -> Void) async throws {
        try await RunFixture.with(["eu", "us", "ap"]) { fixture in
            let path = "/apis/apps/v1/namespaces/shop/deployments/web?fieldManager=someone"
            let container: Value = ["name": "server", "image": "registry.example/shop/web:edited"]
            let patch: Value = ["spec": ["template": ["spec": ["containers": [container]]]]]
            let answer = fixture["ap"].perform(
                "PATCH",
                path,
                patch,
                contentType: "application/strategic-merge-patch+json"
            )
            #expect(answer.code == 200)
            try fixture.write("secret.yaml", Self.secret)
            let run = fixture.arguments(fixture.running, on: ["eu", "us", "ap"])
            let options = run.dropFirst(1).filter { !["-o", "json"].contains($0) }
            try await body(fixture, ["plan"] + options)
        }
    }

    @Test("is grouped by what changes, refusals first; the same as Markdown", .tags(.golden), arguments: ["txt", "md"])
    func golden(form: String) async throws {
        try await with { _, arguments in
            let outcome = try await Binary.run(arguments + (form == "md" ? ["--markdown"] : []))
            #expect(outcome.code == 1, "\(outcome)")
            #expect(!outcome.output.contains("hunter2") && !outcome.output.contains("aHVudGVyMg"))
            try expectGolden(outcome.output, "plan/shop/expected.\(form)")
        }
    }

    @Test("is told as JSON, too: counts, what stays, what a rollback would do")
    func json() async throws {
        try await with { fixture, arguments in
            fixture.remove("cart.yaml")
            let outcome = try await Binary.run(arguments + ["-o", "json"])
            let plan = try Value(json: Array(outcome.output.utf8))
            let stages = plan["targets"]?.array?.first?["stages"]?.array ?? []
            #expect(stages.first?["counts"]?["created"] != nil, "\(outcome)")
            let stays = plan["stays"]?.array ?? []
            #expect(stays.map { $0["targets"] } == [["eu", "us", "ap"]], "\(outcome)")
            #expect(stays.first?["resources"]?.array?.contains("apps:Deployment:shop:cart") == true)
            #expect(plan[path: "rollback", "stage"] == "K8S_ROLLBACK")
            #expect(plan[path: "rollback", "targets"]?.array?.count == 3)
            #expect(!outcome.output.contains("hunter2") && !outcome.output.contains("aHVudGVyMg"))
        }
    }

    @Test("is a form of text only")
    func wrongUse() async throws {
        let outcome = try await Binary.run("plan", "manifests/shop", "--offline", "eu", "--markdown", "-o", "json")
        #expect(outcome.code == 64 && outcome.errors.contains("--markdown"), "\(outcome)")
        let offline = try await Binary.run("plan", "manifests/shop", "--offline", "eu", "--markdown")
        #expect(offline.code == 0 && offline.output.contains("| <code>eu</code> |"), "\(offline)")
    }
}
