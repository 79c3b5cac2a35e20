import Manifests
import Testing

@Suite("Differences")
struct DifferenceTests {
    private func object(_ yaml: String) throws -> Value {
        try #require(try YAML.documents(in: Array(yaml.utf8), file: "a").first).value
    }

    private func differences(
        _ before: String,
        _ after: String,
        kind: String = "acme.io/v1 Widget",
        _ rules: ComparisonRules = .versions
    ) throws -> [Difference] {
        let words = kind.split(separator: " ")
        let head = "apiVersion: \(words[0])\nkind: \(words[1])\nmetadata: {name: a}\n"
        return Difference.between(try object(head + before), try object(head + after), rules: rules)
    }

    @Test(
        "of elements with names are found by them while the order is kept",
        arguments: [
            (
                "spec: {c: [{name: web, v: 1}]}", "spec: {c: [{name: mesh}, {name: web, v: 2}]}",
                ["spec.c[name=mesh]", "spec.c[name=web].v"]
            ),
            (
                "spec: {c: [{name: a}, {name: b}]}", "spec: {c: [{name: b}, {name: a}]}",
                ["spec.c.0.name", "spec.c.1.name"]
            ),
            ("spec: {c: [{name: a}, {name: a}]}", "spec: {c: [{name: a}]}", ["spec.c.1"]),
            (
                "spec: {ports: [{port: 80}]}", "spec: {ports: [{port: 79}, {port: 80, x: 1}]}",
                ["spec.ports[port=79]", "spec.ports[port=80].x"]
            ),
            ("spec: {c: [1, 2]}", "spec: {c: [2]}", ["spec.c.0", "spec.c.1"]),
            ("spec: {c: [{name: a}]}", "spec: {c: []}", ["spec.c[name=a]"]),
        ]
    )
    func elements(before: String, after: String, paths: [String]) throws {
        #expect(try differences(before, after).map(\.path.description) == paths)
    }

    @Test(
        "DIFF-05, DIFF-06, DIFF-11 of built-in types are none where the API server sees none",
        arguments: [
            ("spec: {paused: false}", "spec: {}", []), ("spec: {paused: true}", "spec: {}", ["spec.paused"]),
            ("spec: {}", "spec: {replicas: 0}", ["spec.replicas"]),
            ("spec: {}", "spec: {template: {spec: {containers: [], volumes: null}}}", ["spec.template"]),
            ("spec: {template: {}}", "spec: {template: {volumes: null, ports: []}}", []),
            ("spec: {limits: {cpu: 500m}}", "spec: {limits: {cpu: 0.5}}", []),
            ("spec: {limits: {memory: 1Gi}}", "spec: {limits: {memory: 1024Mi}}", []),
            ("spec: {limits: {memory: 1Gi}}", "spec: {limits: {memory: 1G}}", ["spec.limits.memory"]),
            ("spec: {a: 1Gi}", "spec: {a: 1024Mi}", ["spec.a"]),
            ("metadata: {labels: {}}", "metadata: {}", []),
            (
                "spec: {volumes: [{name: a, emptyDir: {}}]}", "spec: {volumes: [{name: a}]}",
                [
                    "spec.volumes[name=a].emptyDir"
                ]
            ),
        ]
    )
    func builtIn(before: String, after: String, paths: [String]) throws {
        let found = try ["apps/v1 Deployment"].map { kind in
            let words = kind.split(separator: " ")
            let head = "apiVersion: \(words[0])\nkind: \(words[1])\n"
            return Difference.between(try object(head + before), try object(head + after), rules: .versions)
        }
        #expect(found.map { $0.map(\.path.description) } == [paths])
    }

    @Test("of other types are also where a value is empty, and where only one side has it")
    func otherTypes() throws {
        let found = try differences("spec: {paused: false, a: null}", "spec: {b: {}, c: []}")
        #expect(found.map(\.path.description) == ["spec.a", "spec.b", "spec.c", "spec.paused"])
    }

    @Test(
        "DIFF-03 of Secrets are those of their effective data",
        arguments: [
            ("data: {a: YWw=}", "stringData: {a: al}", []),
            ("data: {a: YWw=}", "data: {a: Ym9i}\nstringData: {a: al}", []),
            ("data: {a: YWw=}", "stringData: {a: bob}", ["data.a"]),
            ("data: {a: YWw=}", "data: {a: YWw=}\nstringData: {b: x}", ["data.b"]),
            ("data: {a: '!'}", "stringData: {a: '!'}", ["data.a"]),
            ("type: Opaque", "type: Opaque\nstringData: null", []),
        ]
    )
    func secrets(before: String, after: String, paths: [String]) throws {
        #expect(try differences(before, after, kind: "v1 Secret").map(\.path.description) == paths)
    }

    @Test("DIFF-04, DIFF-07 are hidden in Secrets, and not there for what only the cluster has")
    func drift() throws {
        let text = try differences("data: {pass: b2xk}", "stringData: {pass: new}", kind: "v1 Secret", .drift).text()
        #expect(text == "  data:\n    #data.pass\n-   pass: *****\n+   pass: *****\n\n")
        let (live, wanted) = ("spec: {x: true, limits: {cpu: 500m}}", "spec: {limits: {cpu: 0.5}}")
        #expect(try differences(live, wanted, kind: "v1 Pod", .drift).isEmpty)
        #expect(try differences(wanted, live, kind: "v1 Pod", .drift).map(\.path.description) == ["spec.x"])
    }

    @Test(
        "never show a value of a Secret",
        arguments: [
            ("data: {a: czNjcjN0}", "data: {a: b3RoZXI=}"), ("stringData: {a: s3cr3t}", "stringData: {a: other}"),
            ("data: {}", "stringData: {a: s3cr3t}"), ("type: Opaque", "stringData: {a: s3cr3t}\nimmutable: true"),
            ("data: {a: {b: s3cr3t}}", "data: {a: [s3cr3t]}"), ("data: s3cr3t", "stringData: [s3cr3t]"),
            (
                "metadata: {annotations: {last: s3cr3t, pipecd.dev/a: x}}",
                "metadata: {annotations: {last: 's3cr3t!', pipecd.dev/a: z}}"
            ),
        ]
    )
    func neverShown(before: String, after: String) throws {
        for (old, new) in [(before, after), (after, before)] {
            let secrets = try [old, new].map { try object("apiVersion: v1\nkind: Secret\n\($0)") }
            let found = Difference.between(secrets[0], secrets[1], rules: .versions)
            #expect(!found.isEmpty)
            let text = found.text()
            #expect(!text.contains("s3cr3t") && !text.contains("czNjcjN0") && !text.contains("other"), "\(text)")
            #expect(text.contains("*****") || text.contains("kind"), "\(text)")
            let lists = secrets.map { secret -> Value in
                ["apiVersion": "acme.io/v1", "kind": "Bundle", "items": [secret]]
            }
            let nested = Difference.between(lists[0], lists[1]).text()
            #expect(!nested.contains("s3cr3t") && !nested.contains("czNjcjN0"), "\(nested)")
        }
    }

    @Test("TREE-17 can be hidden in some fields, and in no field with a longer name")
    func hiddenFields() throws {
        let (before, after) = ("data: {a: x}\ndatabase: {a: x}", "data: {a: z}\ndatabase: {a: z}\nstringData: {b: q}")
        let key = ResourceKey(group: "acme.io", kind: "Widget", namespace: nil, name: "a")
        let found = ManifestComparison.Changed(key: key, differences: try differences(before, after))
        let hidden = ManifestComparison(deleted: [], added: [], changed: [found])
            .hiding([key.groupKind: ["data", "stringData"]])
        #expect(
            hidden.changed[0].differences.text() == """
                  data:
                    #data.a
                -   a: *****
                +   a: *****

                  database:
                    #database.a
                -   a: x
                +   a: z

                  #stringData
                + stringData:
                +   b: *****


                """
        )
    }

    @Test("TREE-04, TREE-18 show null, and every line of a text with its mark")
    func rendering() throws {
        let found = try differences(
            "spec: {f: null, s: \"l1\\nl2\", t: [\"x\\ny\\n\"], e: 1}",
            "spec: {f: bar, s: \"l1\\nl3\\n\", t: [], e: {a: {}, b: []}}",
            kind: "acme.io/v1 Widget",
            ComparisonRules()
        )
        #expect(
            found.text() == """
                  spec:
                    #spec.e
                -   e: 1
                +   e:
                +     a: {}
                +     b: []

                    #spec.f
                -   f: null
                +   f: bar

                    #spec.s
                -   s: |-
                -     l1
                -     l2
                +   s: |
                +     l1
                +     l3

                    t:
                      #spec.t.0
                -     - |
                -       x
                -       y


                """
        )
    }

    @Test("of named elements stand below their names, and control characters are escaped")
    func namedRendering() throws {
        let found = try differences(
            "spec: {c: [{name: web, image: 'a:1', env: [{name: A, value: x}]}]}",
            "spec: {c: [{name: web, image: \"a:2\\e[31m\", env: [{name: A, value: x}, {name: B, value: z}]}]}"
        )
        #expect(
            found.text(indentation: 2) == """
                    spec:
                      c:
                        - name: web
                          env:
                            #spec.c[name=web].env[name=B]
                +           - name: B
                +             value: z

                          #spec.c[name=web].image
                -         image: a:1
                +         image: a:2\\u001b[31m


                """
        )
    }

    @Test(
        "are not looked for in ignored paths",
        arguments: [
            ("spec.a", ["spec.b.c", "spec.l.0.x"]), ("spec.*", []), ("spec.l.*.x", ["spec.a", "spec.b.c"]),
            ("spec.b", ["spec.a", "spec.l.0.x"]), ("spec.b.c.d", ["spec.a", "spec.b.c", "spec.l.0.x"]),
            ("spe", ["spec.a", "spec.b.c", "spec.l.0.x"]),
        ]
    )
    func ignored(path: String, expected: [String]) throws {
        var rules = ComparisonRules()
        rules.ignoredPaths = [path]
        let found = try differences(
            "spec: {a: 1, b: {c: 1}, l: [{x: 1}]}",
            "spec: {a: 2, b: {c: 2}, l: [{x: 2}]}",
            kind: "acme.io/v1 Widget",
            rules
        )
        #expect(found.map(\.path.description) == expected)
    }

    @Test(
        "are cut out of a node that one side has, which is no difference when nothing else is in it",
        arguments: [
            ("spec.a.b", "spec: {a: {b: 1}}", []), ("spec.a.b", "spec: {a: {b: 1, c: 2}}", ["spec: {\"a\":{\"c\":2}}"]),
            ("spec.a.b", "spec: {a: {}}", ["spec: {\"a\":{}}"]), ("spec.*", "spec: {a: 1, b: 2}", []),
            ("spec.l.0.x", "spec: {l: [{x: 1}]}", []),
            (
                "spec.l[name=n].x", "spec: {l: [{name: n, x: 1}, {name: m, x: 1}]}",
                [
                    "spec: {\"l\":[{\"name\":\"n\"},{\"name\":\"m\",\"x\":1}]}"
                ]
            ),
            ("spec.l[name=n]", "spec: {l: [{name: n}]}", []),
        ] as [(String, String, [String])]
    )
    func ignoredWhole(path: String, only: String, expected: [String]) throws {
        var rules = ComparisonRules()
        rules.ignoredPaths = [path]
        for (before, after) in [(only, ""), ("", only)] {
            let found = try differences(before, after, kind: "acme.io/v1 Widget", rules)
            #expect(found.map { "\($0.path): \(($0.before ?? $0.after ?? .null).jsonText())" } == expected)
        }
    }

    @Test("of ConfigMaps show the values")
    func configMaps() throws {
        let (before, after) = ("data: {mode: old}", "data: {mode: new}\nbinaryData: {b: bmV3}")
        #expect(try differences(before, after, kind: "v1 ConfigMap").text().contains("-   mode: old\n+   mode: new"))
    }

    @Test("of a large mapping are found quickly")
    func large() throws {
        let fields = (0..<20_000).map { ("key-\($0)", Value.int($0)) }
        let before: Value = ["data": .mapping(Mapping(fields))]
        let after: Value = ["data": .mapping(Mapping(fields.map { ($0.0, .int(($0.1.int ?? 0) + 1)) }))]
        #expect(Difference.between(before, after).count == 20_000)
    }
}
