import FoundationEssentials
import Manifests
import Rollouts
import Testing

/// The sample application of Istio, as its authors wrote it.
@Suite("Bookinfo", .enabled(if: Bookinfo.isThere, "the corpora are not here"))
struct BookinfoTests {
    @Test("TRI-01 gets its reviews split by a VirtualService that others wrote")
    func reviews() throws {
        let objects =
            try Bookinfo.manifests("networking/virtual-service-reviews-90-10.yaml")
            + Bookinfo.manifests("networking/destination-rule-all.yaml")
        let spec = try spec(
            "{service: {name: reviews}, trafficRouting: {method: istio}, variantLabel: {primaryValue: v1, canaryValue: v2}}"
        )
        let request = TrafficRequest(objects, spec: spec, options: TrafficRoutingOptions(canary: 25))
        let change = try TrafficRouting.change(request)
        let route = change.manifest[path: "spec", "http"]?.array?.first?["route"]
        let expected = """
            [{destination: {host: reviews, subset: v1}, weight: 75}, {destination: {host: reviews, subset: v2}, weight: 25}]
            """
        #expect(route == (try value(expected)))
        #expect(change.manifest[path: "spec", "hosts"] == objects[0][path: "spec", "hosts"])
    }

    @Test("gets a canary of every Deployment, of which nothing else changes")
    func canary() throws {
        let objects = try Bookinfo.manifests("platform/kube/bookinfo.yaml")
        let options = VariantRolloutOptions(suffix: "canary", createService: true)
        let copies = try VariantRollout.manifests(for: .canary, from: objects, spec: PluginSpec(), options: options)
        let originals = objects.filter(\.isDeployment)
        let workloads = copies.filter(\.isDeployment)
        #expect(originals.count == 6 && workloads.map(\.name) == originals.map { "\($0.name)-canary" })
        for (original, copy) in zip(originals, workloads) {
            let path = ["spec", "template", "spec"]
            #expect(copy.object.at(path) == original.object.at(path))
        }
        #expect(copies.filter(\.isService).count == objects.filter(\.isService).count)
    }
}

private enum Bookinfo {
    /// The folder of the corpora, beside the package.
    private static let folder: String = {
        let package = #filePath.split(separator: "/").dropLast(3).joined(separator: "/")
        return "/\(package)/../shared/corpora/bookinfo"
    }()

    static let isThere = FileManager.default.fileExists(atPath: folder)

    static func manifests(_ file: String) throws -> [Manifest] {
        let text = try String(contentsOfFile: "\(folder)/\(file)", encoding: .utf8)
        let parsed = ManifestParser.parse(Array(text.utf8), file: file)
        try #require(parsed.problems.isEmpty)
        return parsed.manifests
    }
}
