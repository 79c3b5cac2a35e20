import Manifests
import TestSupport
import Testing

@Suite("Real applications", .enabled(if: Corpora.isPresent))
struct CorporaTests {
    @Test(
        "load whole, and survive being written as YAML and as JSON",
        arguments: [
            ("online-boutique/release/kubernetes-manifests.yaml", 35),
            ("online-boutique/release/istio-manifests.yaml", 5),
            ("online-boutique/kustomize/base/cartservice.yaml", 5), ("online-boutique/kustomize/base/frontend.yaml", 4),
            ("bookinfo/platform/kube/bookinfo.yaml", 14), ("bookinfo/platform/kube/bookinfo-versions.yaml", 6),
            ("bookinfo/networking/bookinfo-gateway.yaml", 2), ("bookinfo/networking/destination-rule-all.yaml", 4),
            ("bookinfo/networking/virtual-service-reviews-90-10.yaml", 1),
        ]
    )
    func load(path: String, count: Int) throws {
        let parsed = ManifestParser.parse(try TestFiles.read(Corpora.path(path)), file: path)
        #expect(parsed.problems.isEmpty)
        #expect(parsed.warnings.isEmpty)
        #expect(parsed.manifests.count == count)
        #expect(parsed.manifests.duplicates().isEmpty)
        let yaml = parsed.manifests.map { $0.object.yamlText() }.joined(separator: "---\n")
        #expect(
            ManifestParser.parse(Array(yaml.utf8), file: path).manifests.map(\.object) == parsed.manifests.map(\.object)
        )
        for manifest in parsed.manifests {
            #expect(try Value(json: manifest.object.jsonBytes([.pretty, .sortedKeys])) == manifest.object)
        }
    }
}
