import FoundationEssentials
import Manifests
import TestSupport
import Testing

@testable import ManifestSources

@Suite("Online Boutique", .enabled(if: Boutique.isPresent), .timeLimit(.minutes(5)))
struct BoutiqueTests {
    @Test("is loaded object by object as kubectl itself renders it", arguments: [("eu", 35), ("us", 35)])
    func loaded(overlay: String, count: Int) async throws {
        try await withTemporaryDirectory { directory in
            let app = try Boutique.write(in: directory)
            let environment = ProcessInfo.processInfo.environment
            let kubectl = LocatedTool(tool: .kubectl, path: try #require(SystemTool.path("kubectl")))
            let run = ToolRun(kubectl, environment: environment)
            let text = try await run.output(["kustomize", "."], in: "\(app)/overlays/\(overlay)")
            let expected = try YAML.documents(in: text, file: "kubectl").map(\.value)

            var request = LoadRequest(directory: app)
            request.kustomize.directory = "overlays/\(overlay)"
            let tools = Tools(paths: [.kustomize: "", .kubectl: kubectl.path], environment: environment)
            let loaded = try await ManifestLoader(tools: tools).load(request)
            #expect(loaded.manifests.map(\.object) == expected)
            #expect(loaded.manifests.count >= count && loaded.warnings.isEmpty)
            #expect(loaded.manifests.contains { $0.kind == "ConfigMap" } == (overlay == "eu"))
            #expect(
                loaded.manifests.contains { $0.name == "loadgenerator" && $0.kind == "Deployment" } == (overlay == "us")
            )
        }
    }
}
