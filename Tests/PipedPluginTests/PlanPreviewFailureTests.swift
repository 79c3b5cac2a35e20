import GRPCCore
import Glibc
import PipedAPI
import SwiftProtobuf
import TestSupport
import Testing

@testable import PipedPlugin

@Suite("A plan preview that cannot tell all", .timeLimit(.minutes(5)))
struct PlanPreviewFailureTests {
    private let entries = [
        "plugins: {fleet: {input: {multiTargets: ["
            + "{target: {name: eu}, manifests: [eu.yaml]}, {target: {labels: {at: us}}, manifests: [us.yaml]}]}}}"
    ]

    @Test("still tells of targets whose manifests can be loaded")
    func badTarget() async throws {
        try await PreviewFixture.with { fixture in
            let good = SourceFixture.configMap()
            let bad = "apiVersion: v1\nkind: ConfigMap\ndata: {}\n---\nkind: 1\n"
            let target = SourceFixture(spec: entries, files: ["eu.yaml": good, "us.yaml": bad])
            var results = try await fixture.results(target)
            #expect(results.map(\.noChange) == [false, false])
            #expect(results[0].summary == "1 added manifests, 0 changed manifests, 0 deleted manifests")
            #expect(results[1].summary.hasPrefix("Failed to load target manifests: us.yaml:1"), "\(results[1])")
            #expect(results[1].summary.hasSuffix(" (and 1 more)") && results[1].text.contains("kind"))
            let running = SourceFixture(spec: entries, files: ["us.yaml": good, "eu.yaml": bad])
            let repaired = SourceFixture(spec: entries, files: ["us.yaml": good, "eu.yaml": good])
            results = try await fixture.results(repaired, running: running)
            #expect(results[0].summary.hasPrefix("Failed to load running manifests: eu.yaml:1"), "\(results[0])")
            #expect(results[1].summary == "No changes were detected")
        }
    }

    @Test("says which targets are not deployed to, and which it does not know")
    func otherTargets() async throws {
        try await PreviewFixture.with(["eu", "us", "lab"]) { fixture in
            let files = ["eu.yaml": SourceFixture.configMap(), "us.yaml": SourceFixture.configMap()]
            let target = SourceFixture(spec: entries, files: files)
            let lines = try await fixture.results(target, on: ["lab", "lap", "us"]).map(\.line)
            #expect(
                lines == [
                    "lab: No changes: no entry of input.multiTargets is for this deploy target (no change)",
                    "lap: Failed to load target manifests: the plugin \"fleet\" has no such deploy target, "
                        + "did you mean \"lab\"; add it to the piped file",
                    "us: 1 added manifests, 0 changed manifests, 0 deleted manifests",
                ]
            )
            #expect(try await fixture.results(target, on: []).map(\.deployTarget) == ["eu", "us"])
        }
    }

    @Test("tells of objects that stay on a target that is no longer deployed to")
    func leftBehind() async throws {
        try await PreviewFixture.with { fixture in
            let map = SourceFixture.configMap()
            let running = SourceFixture(spec: entries, files: ["eu.yaml": map, "us.yaml": map])
            var target = running
            target.spec = ["plugins: {fleet: {input: {multiTargets: [{target: {name: eu}, manifests: [eu.yaml]}]}}}"]
            let results = try await fixture.results(target, running: running)
            #expect(
                results.map(\.line) == [
                    "eu: No changes were detected (no change)",
                    "us: No longer deployed here, by input.multiTargets: 1 object stays in the cluster",
                ]
            )
            #expect(results[1].text.contains("- 1. name=\"orders-settings\""), "\(results[1].text)")
            #expect(results[1].text.hasSuffix("stay in the cluster, because nothing is deployed to it.\n"))
            var request = try fixture.request(target, running: running, on: [])
            #expect(try await fixture.preview.getPlanPreview(request).results.count == 2)
            request.runningDeploymentSource.applicationConfig = .init(Array("spec: [".utf8))
            let unknown = try await fixture.preview.getPlanPreview(request).results
            #expect(unknown.allSatisfy { $0.summary.hasPrefix("Failed to load running manifests") && !$0.noChange })
        }
    }

    @Test("tells that the running version cannot be read, and refuses a bad proposed one")
    func badFiles() async throws {
        try await PreviewFixture.with(["eu"]) { fixture in
            let good = SourceFixture(files: ["a.yaml": SourceFixture.configMap()])
            var request = try fixture.request(good, running: good, on: ["eu"])
            request.runningDeploymentSource.applicationConfig = .init(Array("spec: [".utf8))
            let result = try await fixture.preview.getPlanPreview(request).results
            #expect(
                result.first?.summary.hasPrefix("Failed to load running manifests: app.pipecd.yaml:2") == true,
                "\(result)"
            )
            let bad = SourceFixture(spec: ["plugins: {fleet: {inptu: {}}}"])
            let error = await #expect(throws: RPCError.self) { try await fixture.results(bad, on: ["eu"]) }
            #expect(error?.message.contains("did you mean \"input\"") == true)
            let empty = await #expect(throws: RPCError.self) {
                try await fixture.preview.getPlanPreview(PipedGetPlanPreviewRequest())
            }
            #expect(empty?.code == .invalidArgument)
        }
    }

    @Test("stays below what gRPC takes, and says what is left out")
    func large() async throws {
        try await PreviewFixture.with { fixture in
            let values = (0..<40_000).map { "  key-\($0): \"\(String(repeating: "x", count: 40))\"\n" }.joined()
            let map = "apiVersion: v1\nkind: ConfigMap\nmetadata: {name: large}\ndata:\n"
            let target = SourceFixture(files: ["a.yaml": map + values])
            let running = SourceFixture(files: ["a.yaml": map + "  other: x\n"])
            let response = try await fixture.preview.getPlanPreview(fixture.request(target, running: running))
            let bytes: [UInt8] = try response.serializedBytes()
            #expect(bytes.count < (4 << 20))
            #expect(response.results.allSatisfy { $0.text.hasSuffix(" lines: the answer would be too large)\n") })
            #expect(response.results.allSatisfy { $0.details.count > (1 << 20) })
        }
    }

    @Test(
        "cuts between two lines",
        arguments: [
            ("a\nb\n", 4, "a\nb\n"),
            ("a\nb\nc\n", 4, "a\nb\n... (omitted 1 of 3 lines: the answer would be too large)\n"),
            ("abcdef\n", 3, "... (omitted 1 of 1 lines: the answer would be too large)\n"),
        ]
    )
    func cut(text: String, limit: Int, expected: String) {
        #expect(PreviewText.cut(text, to: limit) == expected)
    }

    @Test("that nobody waits for any more ends the tools that it started", .tags(.cancellation))
    func cancelled() async throws {
        try await PreviewFixture.with(["eu"]) { directory in
            ["PATH": "\(directory)/bin:\(StandIn.systemPath)", "HOME": directory]
        } _: { fixture in
            let pid = "\(fixture.directory)/pid"
            let lines = "echo $$ > '\(pid).new'; mv '\(pid).new' '\(pid)'; exec sleep 1000"
            _ = try StandIn("kustomize", in: "\(fixture.directory)/bin", lines)
            let request = try fixture.request(
                SourceFixture(files: ["kustomization.yaml": "resources: []\n"]),
                on: ["eu"]
            )
            await withTaskGroup(of: Void.self) { group in
                group.addTask { _ = try? await fixture.preview.getPlanPreview(request) }
                await Polling.wait { access(pid, F_OK) == 0 }
                group.cancelAll()
            }
            let process = try #require(Int32(try TestFiles.text(pid).split(separator: "\n")[0]))
            await Polling.wait { kill(process, 0) != 0 }
        }
    }
}
