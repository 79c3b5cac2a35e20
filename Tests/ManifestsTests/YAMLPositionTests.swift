import Manifests
import Testing

@Suite("The place of a field in a YAML text")
struct YAMLPositionTests {
    private static let text = """
        # a comment
        first: 1
        ---
        kind: Application
        metadata:
          labels:
            app.kubernetes.io/name: x
            app: y
        spec:
          pipeline:
            stages:
            - name: A
            - name: B
              with: {replicas: 10%, "é": 1, deep: {}}
          copy: &copy {a: {b: 1}}
          other: *copy
        """

    @Test(
        "is that of its key, of the list item, or of the nearest parent in the text",
        arguments: [
            ("kind", 4, 1), ("metadata.labels.app.kubernetes.io/name", 7, 5), ("metadata.labels.app", 8, 5),
            ("spec.pipeline.stages[0]", 12, 7), ("spec.pipeline.stages[0].name", 12, 7),
            ("spec.pipeline.stages[1].with.replicas", 14, 14), ("spec.pipeline.stages[1].with.deep", 14, 37),
            ("spec.pipeline.stages[1].with.missing", 14, 7), ("spec.pipeline.stages[7].name", 11, 5),
            ("spec.other.a.b", 16, 3), ("spec.pipeline[0]", 10, 3), ("spec.pipelineX", 9, 1), ("metadata.name", 5, 1),
        ]
    )
    func places(path: String, line: Int, column: Int) throws {
        let document = try #require(try YAML.documents(in: Array(Self.text.utf8), file: "app.yaml").last)
        #expect(document.position(of: path) == SourcePosition(file: "app.yaml", line: line, column: column))
    }

    @Test("is unknown when not even its first step is in the text")
    func unknown() throws {
        let document = try #require(try YAML.documents(in: Array(Self.text.utf8), file: "app.yaml").last)
        #expect(document.position(of: "first") == nil)
        #expect(document.position(of: "") == nil)
        #expect(document.position == SourcePosition(file: "app.yaml", line: 4, column: 1))
    }
}
