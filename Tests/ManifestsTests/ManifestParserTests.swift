import Manifests
import Testing

@Suite("The manifests of a text")
struct ManifestParserTests {
    @Test("tells of twenty warnings of one text, and that there are more")
    func manyWarnings() {
        let document = "apiVersion: v1\nkind: K\nmetadata: {name: a}\ny: 1\n---\n"
        func warnings(_ count: Int) -> [String] {
            let text = String(repeating: document, count: count)
            return ManifestParser.parse(Array(text.utf8), file: "t").warnings.map(\.description)
        }
        #expect(warnings(20).count == 20 && warnings(20).last?.hasSuffix("is read as \"true\"; quote it") == true)
        #expect(warnings(21).dropLast() == warnings(20)[...] && warnings(21).last == "t:104:1: more like these follow")
        #expect(warnings(2000) == warnings(21))
    }

    @Test(
        "LOAD-01 to LOAD-06, LOAD-09, LOAD-10, LOAD-12 are what the documents hold",
        arguments: [
            (
                "LOAD-01 two documents",
                "apiVersion: v1\nkind: ConfigMap\nmetadata:\n  name: env-eu\n---\napiVersion: v1\nkind: Service\nmetadata:\n  name: cart\n",
                [(":ConfigMap::env-eu", configMap("env-eu")), (":Service::cart", object("Service", "cart"))]
            ),
            ("LOAD-02 nothing between separators", "\n---\n\n---\n", []),
            (
                "LOAD-03 comment-only document", "# owned by team cart\n---\n\(text("a"))",
                [(":ConfigMap::a", configMap("a"))]
            ),
            ("LOAD-04 null documents", "null\n---\n~\n---\n\(text("a"))", [(":ConfigMap::a", configMap("a"))]),
            (
                "LOAD-05 comment after the separator", "\(text("a"))--- # Source: chart/templates/b.yaml\n\(text("b"))",
                [(":ConfigMap::a", configMap("a")), (":ConfigMap::b", configMap("b"))]
            ),
            (
                "LOAD-06 final newline of a block scalar", "\(text("a"))data:\n  motd: |\n    hello\n---\n\(text("b"))",
                [(":ConfigMap::a", configMap("a", ["data": ["motd": "hello\n"]])), (":ConfigMap::b", configMap("b"))]
            ),
            (
                "LOAD-09 unquoted y and n as keys",
                "\(text("a"))data:\n  y: '1'\n  n: '2'\n  on: '3'\n  \"yes\": '4'\n",
                [(":ConfigMap::a", configMap("a", ["data": ["false": "2", "true": "3", "yes": "4"]]))]
            ),
            (
                "LOAD-10 number forms",
                """
                \(text("a"))spec:
                  octal: 0755
                  octal2: 0o755
                  hex: 0xff
                  binary: 0b101
                  grouped: 10_000
                  float: 2.0
                  exponent: 1e3
                  half: .5
                  date: 2024-02-29
                  clock: 23:59:59
                  none: ~

                """,
                [
                    (
                        ":ConfigMap::a",
                        configMap(
                            "a",
                            [
                                "spec": [
                                    "binary": 5, "clock": "23:59:59", "date": "2024-02-29", "exponent": 1000,
                                    "float": 2,
                                    "grouped": 10000, "half": 0.5, "hex": 255, "none": .null, "octal": 493,
                                    "octal2": 493,
                                ]
                            ]
                        )
                    )
                ]
            ),
            (
                "LOAD-12 merge keys",
                "\(text("a"))x-defaults: &d\n  log: info\n  mode: fast\ndata:\n  <<: *d\n  mode: slow\n",
                [
                    (
                        ":ConfigMap::a",
                        configMap(
                            "a",
                            ["data": ["log": "info", "mode": "slow"], "x-defaults": ["log": "info", "mode": "fast"]]
                        )
                    )
                ]
            ),
        ] as [(String, String, [(String, Value)])]
    )
    func loads(name: String, text: String, expected: [(String, Value)]) {
        let parsed = parse(text)
        #expect(parsed.problems.isEmpty)
        #expect(parsed.manifests.map(\.key.description) == expected.map(\.0))
        #expect(parsed.manifests.map(\.object) == expected.map(\.1))
    }

    @Test(
        "LOAD-07, LOAD-08, LOAD-11 are refused, each with its place",
        arguments: [
            (
                "LOAD-07 missing kind", "apiVersion: v1\nmetadata:\n  name: a\n",
                ["a.yaml:1:1: kind must be a name, found nothing"]
            ),
            (
                "LOAD-08 top-level sequence", "- apiVersion: v1\n  kind: ConfigMap\n",
                ["a.yaml:1:1: a manifest must be a mapping, found a list"]
            ),
            (
                "LOAD-11 duplicate key", "\(text("a"))data:\n  k: '1'\n  k: '2'\n",
                ["a.yaml:7:3: key \"k\" is there twice in one mapping; remove one"]
            ),
            ("empty mapping", "{}\n", ["a.yaml:1:1: kind must be a name, found nothing"]),
            ("scalar", "hello\n", ["a.yaml:1:1: a manifest must be a mapping, found a string"]),
            (
                "two slashes", "apiVersion: a/b/c\nkind: K\nmetadata: {name: n}\n",
                ["a.yaml:1:1: apiVersion must be VERSION or GROUP/VERSION, found \"a/b/c\""]
            ),
            (
                "number as version", "apiVersion: 1\nkind: K\n",
                ["a.yaml:1:1: apiVersion must be a string (quote it), found an integer"]
            ),
            (
                "no name", "kind: K\nmetadata:\n  namespace: x\n",
                ["a.yaml:2:1: metadata.name must be a name, found nothing"]
            ),
            (
                "generated name", "kind: K\nmetadata: {generateName: x-}\n",
                ["a.yaml:2:1: metadata.name must be a name, found only metadata.generateName"]
            ),
            (
                "annotation that is no string", "\(text("a"))  annotations:\n    prometheus.io/port: 9100\n",
                [
                    "a.yaml:6:5: ConfigMap/a: metadata.annotations.prometheus.io/port must be a string (quote it), found an integer"
                ]
            ),
            (
                "namespace that is no string", "\(text("a"))  namespace: 1\n",
                ["a.yaml:5:3: ConfigMap/a: metadata.namespace must be a string (quote it), found an integer"]
            ),
            (
                "every bad document", "a: [\n---\n\(text("a"))---\nb: \"\n---\nhello\n---\n\(text("b"))---\nkind: ''\n",
                [
                    "a.yaml:2:1: did not find expected node content while parsing a flow node",
                    "a.yaml:9:1: found unexpected document indicator while scanning a quoted scalar that starts at line 8",
                    "a.yaml:10:1: a manifest must be a mapping, found a string",
                    "a.yaml:17:1: kind must be a name, found an empty string",
                ]
            ),
        ]
    )
    func refuses(name: String, text: String, problems: [String]) {
        #expect(parse(text).problems.map(\.description) == problems)
    }

    @Test("go on after a bad document")
    func continues() {
        let parsed = parse("a: [\n---\n\(Self.text("a"))---\nb: \"\n---\nhello\n---\n\(Self.text("b"))")
        #expect(parsed.manifests.map(\.name) == ["a", "b"])
        #expect(parsed.manifests.map(\.position?.line) == [3, 12])
    }

    @Test(
        "stop being looked for after a hundred mistakes, and the last problem says so",
        arguments: ["a: [\n---\n", "a\n---\n", "{kind: List, items: [1, 2]}\n---\n"]
    )
    func manyFailures(document: String) {
        let parsed = parse(String(repeating: document, count: 5000) + Self.text("a"))
        #expect(parsed.problems.count == 101)
        #expect(parsed.problems.last?.reason == .other("more mistakes follow; correct these first"))
        #expect(parsed.manifests.isEmpty)
    }

    @Test("LOAD-13 are the items of a List, in place")
    func list() {
        let text = """
            apiVersion: v1
            kind: List
            items:
            - apiVersion: v1
              kind: ConfigMap
              metadata:
                name: a
            - apiVersion: v1
              kind: Secret
              metadata:
                name: b
            ---
            apiVersion: v1
            kind: Service
            metadata: {name: c}
            """
        let parsed = parse(text)
        #expect(parsed.manifests.map(\.key.description) == [":ConfigMap::a", ":Secret::b", ":Service::c"])
        #expect(parsed.manifests.map(\.position?.line) == [4, 8, 13])
        #expect(
            parsed.manifests.map(\.object) == [
                Self.configMap("a"), Self.object("Secret", "b"), Self.object("Service", "c"),
            ]
        )
        #expect(parsed.problems.isEmpty)
    }

    @Test("are the items of any list, which inherit its type, recursively")
    func typedLists() {
        let text = """
            apiVersion: apps/v1
            kind: DeploymentList
            metadata: {resourceVersion: "1"}
            items:
            - metadata: {name: a}
            - apiVersion: v1
              kind: List
              items:
              - {apiVersion: v1, kind: Secret, metadata: {name: b}}
              - {kind: ConfigMap, metadata: {name: c}}
            - kind: StatefulSet
              metadata: {name: d}
            """
        let parsed = parse(text)
        #expect(
            parsed.manifests.map(\.key.description)
                == ["apps:Deployment::a", ":Secret::b", ":ConfigMap::c", "apps:StatefulSet::d"]
        )
        #expect(parsed.manifests.first?.object.mapping?.keys == ["apiVersion", "kind", "metadata"])
        #expect(parse("apiVersion: v1\nkind: List\nitems: []\n").manifests.isEmpty)
        #expect(parse("apiVersion: v1\nkind: List\n").problems.isEmpty)
    }

    @Test("name the bad item of a list")
    func badItem() {
        let text =
            "kind: List\nitems:\n- kind: A\n  metadata: {name: a}\n- kind: B\n  metadata:\n    labels: {x: 1}\n    name: b\n- 7\n"
        #expect(
            parse(text).problems.map(\.description) == [
                "a.yaml:7:14: B/b: metadata.labels.x must be a string (quote it), found an integer",
                "a.yaml:9:3: a manifest must be a mapping, found an integer",
            ]
        )
    }

    @Test("come from JSON too, but not from a JSON array")
    func json() {
        let object = #"{"apiVersion": "v1", "kind": "ConfigMap", "metadata": {"name": "a"}}"#
        #expect(parse(object).manifests.map(\.name) == ["a"])
        #expect(parse("{\n\t\"kind\": \"K\",\n\t\"metadata\": {\"name\": \"a\"}\n}").manifests.map(\.name) == ["a"])
        #expect(parse("[\(object)]").problems.count == 1)
    }

    @Test("leave out the documents of an API group on request")
    func ignoredGroup() {
        let text = "apiVersion: pipecd.dev/v1beta1\nkind: Application\n---\n\(Self.text("a"))"
        let parsed = ManifestParser.parse(Array(text.utf8), file: "a.yaml", ignoredGroup: "pipecd.dev")
        #expect(parsed.manifests.map(\.name) == ["a"])
        #expect(parsed.problems.isEmpty)
    }

    private func parse(_ text: String) -> ParsedManifests {
        ManifestParser.parse(Array(text.utf8), file: "a.yaml")
    }

    private static func text(_ name: String) -> String {
        "apiVersion: v1\nkind: ConfigMap\nmetadata:\n  name: \(name)\n"
    }

    private static func object(_ kind: String, _ name: String, _ rest: Mapping = [:]) -> Value {
        let type: [(String, Value)] = [
            ("apiVersion", "v1"), ("kind", .string(kind)), ("metadata", ["name": .string(name)]),
        ]
        return .mapping(Mapping(type + rest.map { ($0.key, $0.value) }))
    }

    private static func configMap(_ name: String, _ rest: Mapping = [:]) -> Value {
        object("ConfigMap", name, rest)
    }
}
