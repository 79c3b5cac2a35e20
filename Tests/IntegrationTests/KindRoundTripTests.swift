import Manifests
import TestSupport
import Testing

@testable import KubernetesAPI

@Suite(
    "The kinds of a running server",
    .enabled(if: TestCluster.all.contains(where: \.isReal), "embedded clusters do not describe the fields of objects")
)
struct KindRoundTripTests {
    @Test(
        "survive YAML and JSON with every field filled, and kubectl reads them alike",
        .timeLimit(.minutes(5)),
        arguments: TestCluster.all.filter(\.isReal)
    )
    func roundTrip(cluster: TestCluster) async throws {
        let client = try await SharedClusters.shared.running(cluster).client
        let answer = try await client.raw("GET", "/openapi/v2")
        try #require(answer.code == 200, "\(answer.message)")
        var maker = AwkwardObjects(openAPI: answer.object)
        let kinds = maker.kinds
        #expect(kinds.count { AwkwardObjects.isBuiltIn($0) } >= 100)
        // Those of the server's own; custom ones may be there too.
        if answer.object[path: "info", "version"]?.string?.hasPrefix("v1.20.") == true {
            #expect(kinds.count { AwkwardObjects.isBuiltIn($0) } == 163)
        }
        var objects: [String: Value] = [:]
        for kind in kinds {
            let object = maker.object(kind)
            objects[kind] = object
            let yaml = Array(object.yamlText().utf8)
            #expect(try YAML.documents(in: yaml, file: kind).map(\.value) == [object], "\(kind)")
            #expect(try YAML.documents(in: object.jsonBytes(.pretty), file: kind).map(\.value) == [object], "\(kind)")
            #expect(try Value(json: object.jsonBytes()) == object, "\(kind)")
        }
        if LocalKubectl.isPresent { try compare(objects) }
    }

    /// Lets kubectl read each object, inside of one without a kind.
    private func compare(_ objects: [String: Value]) throws {
        let readings = try withTemporaryDirectory { folder in
            for (kind, object) in objects {
                let wrapped: Value = ["object": object]
                try TestFiles.write(wrapped.yamlText(), to: "\(folder)/\(kind).yaml")
            }
            return try LocalKubectl.read(folder, names: objects.keys.map { "\($0).yaml" })
        }
        for (kind, object) in objects {
            let reading = readings["\(kind).yaml"]
            #expect(reading?.problem == nil, "\(kind)")
            #expect(reading?.documents == [["object": object]], "\(kind)")
        }
    }
}

extension TestCluster {
    fileprivate var isReal: Bool {
        guard case .real = kind else { return false }
        return true
    }
}
