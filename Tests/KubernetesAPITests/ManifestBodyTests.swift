import Manifests
import Testing

@testable import KubernetesAPI

@Suite("Body of a write")
struct ManifestBodyTests {
    @Test("API-09 has nothing that only the server writes, and no nulls")
    func clean() throws {
        let manifest = try Manifest(
            yaml: """
                apiVersion: apps/v1
                kind: Deployment
                metadata:
                  name: cart
                  namespace: shop
                  creationTimestamp: null
                  managedFields: []
                  resourceVersion: "1"
                  uid: u
                  generation: 2
                  selfLink: /x
                  labels: {app: cart}
                spec: {paused: null, template: {spec: {containers: [{name: c, resources: null}]}}}
                status: {replicas: 1}
                """
        )
        let expected = try Value(
            yaml: """
                apiVersion: apps/v1
                kind: Deployment
                metadata: {name: cart, namespace: shop, labels: {app: cart}}
                spec: {template: {spec: {containers: [{name: c}]}}}
                """
        )
        #expect(manifest.body(namespace: "shop") == expected)
    }

    @Test(
        "has the texts of a Secret as data, so that they can be taken away again",
        arguments: [
            ("stringData: {a: one}", "data: {a: b25l}"),
            ("data: {a: b25l, b: eA==}\nstringData: {b: 'y'}", "data: {a: b25l, b: eQ==}"),
            ("data: {a: b25l}\nstringData: {}", "data: {a: b25l}"), ("stringData: {}", ""), ("stringData: null", ""),
            ("stringData: {a: one, b: null}", "data: {a: b25l}"),
            // The server refuses these; they are not changed into something that it takes.
            ("stringData: {a: 1}", "stringData: {a: 1}"), ("stringData: text", "stringData: text"),
            ("data: text\nstringData: {a: one}", "data: text\nstringData: {a: one}"),
        ]
    )
    func texts(fields: String, sent: String) throws {
        let head = "apiVersion: v1\nkind: Secret\nmetadata: {name: s}\n"
        #expect(try Manifest(yaml: head + fields).body(namespace: nil) == Value(yaml: head + sent))
        let other = "apiVersion: acme.io/v1\nkind: Secret\nmetadata: {name: s}\nstringData: {a: one}"
        #expect(try Manifest(yaml: other).body(namespace: nil) == Value(yaml: other))
    }

    @Test("is made of many fields in linear time", .timeLimit(.minutes(1)))
    func manyFields() throws {
        let fields = { (text: String) in Value.mapping(Mapping((0..<50_000).map { ("key-\($0)", .string(text)) })) }
        let object: Value = [
            "apiVersion": "v1", "kind": "Secret", "metadata": ["name": "s"], "data": fields("eA=="),
            "stringData": fields("y"),
        ]
        #expect(try Manifest(object).body(namespace: nil)["data"] == fields("eQ=="))
    }

    @Test("has no namespace when its kind has none")
    func clusterScoped() throws {
        let manifest = try Manifest(yaml: "apiVersion: v1\nkind: Namespace\nmetadata: {name: shop, namespace: stray}")
        #expect(
            manifest.body(namespace: nil) == ["apiVersion": "v1", "kind": "Namespace", "metadata": ["name": "shop"]]
        )
    }

    @Test("gets a protocol in ports that have none, for old servers")
    func protocols() throws {
        let body = try Value(
            yaml: """
                spec:
                  ports: [{port: 80}, {port: 53, protocol: UDP}]
                  template: {spec: {containers: [{name: c, ports: [{containerPort: 80}]}]}}
                  rules: [{ports: [http]}]
                """
        )
        let expected = try Value(
            yaml: """
                spec:
                  ports: [{port: 80, protocol: TCP}, {port: 53, protocol: UDP}]
                  template: {spec: {containers: [{name: c, ports: [{containerPort: 80, protocol: TCP}]}]}}
                  rules: [{ports: [http]}]
                """
        )
        #expect(body.withPortProtocols == expected)
    }
}

@Suite("Bytes of an answer")
struct AnswerBytesTests {
    @Test("a head is read line by line, the last answer counting")
    func head() {
        var parser = HeadParser()
        let lines = [
            "HTTP/1.1 100 Continue\r\n", "\r\n", "HTTP/2 429 \r\n", "Retry-After: 2\r\n", "warning: a\r\n",
            "Warning: b\r\n",
        ]
        for line in lines { parser.take(Array(line.utf8)) }
        #expect(!parser.isComplete)
        parser.take(Array("\r\n".utf8))
        #expect(parser.isComplete)
        #expect(parser.head.status == 429)
        #expect(parser.head.values("retry-after") == ["2"])
        #expect(parser.head.values("warning") == ["a", "b"])
    }

    @Test(
        "nonsense in a head is no trouble",
        arguments: ["HTTP/", "HTTP/1.1 -5 x", ":", "x", "HTTP/2 99999999999999999999"]
    )
    func nonsense(line: String) {
        var parser = HeadParser()
        parser.take(Array(line.utf8))
        parser.take([])
        #expect(!parser.isComplete)
    }

    @Test("lines are cut wherever the bytes are")
    func lines() {
        var splitter = LineSplitter(longestLine: 100)
        var lines: [String] = []
        for byte in "one\n\ntwo\nthr".utf8 {
            let isAccepted = splitter.append([byte])
            #expect(isAccepted)
            while let line = splitter.next() { lines.append(String(decoding: line, as: UTF8.self)) }
        }
        #expect(lines == ["one", "", "two"])
        #expect(!splitter.isAtLineStart)
    }

    @Test("a line without end is refused")
    func longLine() {
        var splitter = LineSplitter(longestLine: 10)
        let results = (splitter.append(Array("0123456789abc".utf8)), splitter.next(), splitter.append([1]))
        #expect(results == (true, nil, false))
    }
}
