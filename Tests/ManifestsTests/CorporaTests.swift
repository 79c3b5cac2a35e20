import Manifests
import TestSupport
import Testing

@Suite("Real applications", .enabled(if: Corpora.isPresent))
struct CorporaTests {
    /// The files that are no manifests, with the reason.
    private static let noManifests = [
        "health/builtin.json": "a list of expectations", "health/custom.json": "a list of expectations",
        "online-boutique/kustomize/base/kustomization.yaml": "it has no metadata",
        "health/builtin/statefulset-ondelete.yaml": "updateStrategy is there twice",
    ]

    @Test(
        "load whole, and survive being written as YAML and as JSON",
        arguments: [
            ("bookinfo", 16, 48), ("online-boutique", 14, 75), ("health", 549, 488),
        ]
    )
    func load(folder: String, files: Int, manifests: Int) throws {
        let paths = try Self.files(in: folder)
        #expect(paths.count == files)
        var count = 0
        for path in paths {
            let parsed = ManifestParser.parse(try TestFiles.read(Corpora.path(path)), file: path)
            #expect(parsed.warnings.isEmpty, "\(path)")
            // The samples of health checks are often no more than a status.
            let problems = parsed.problems.filter { !$0.description.contains("metadata") }
            #expect(problems.isEmpty == (Self.noManifests[path] == nil) || path.contains("kustomization"), "\(path)")
            count += parsed.manifests.count
        }
        #expect(count == manifests)
    }

    @Test("survive being written as YAML and as JSON", arguments: ["bookinfo", "online-boutique", "health"])
    func roundTrip(folder: String) throws {
        for path in try Self.files(in: folder) where Self.noManifests[path]?.contains("twice") != true {
            let values = try YAML.documents(in: try TestFiles.read(Corpora.path(path)), file: path).map(\.value)
            let yaml = values.map { $0.yamlText() }.joined(separator: "---\n")
            #expect(try YAML.documents(in: Array(yaml.utf8), file: path).map(\.value) == values)
            for value in values {
                #expect(try Value(json: value.jsonBytes([.pretty, .sortedKeys])) == value)
                #expect(try YAML.documents(in: value.jsonBytes(.pretty), file: path).map(\.value) == [value])
            }
        }
    }

    /// The paths of all YAML and JSON files in a folder and those inside of it.
    static func files(in folder: String) throws -> [String] {
        try TestFiles.names(in: Corpora.path(folder)).flatMap { name in
            let path = "\(folder)/\(name)"
            if [".yaml", ".yml", ".json"].contains(where: name.hasSuffix) { return [path] }
            return (try? files(in: path)) ?? []
        }
    }
}
