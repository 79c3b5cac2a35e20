import Testing

@testable import Manifests

@Suite("Patterns of paths")
struct FieldPatternTests {
    private static let object: Value = [
        "metadata": ["labels": ["app.kubernetes.io/name": "web", "app": "x"]],
        "spec": [
            "containers": [["name": "web", "image": "a"], ["name": "side", "ports": [["containerPort": 80]]]],
            "args": ["a", "b"],
        ],
    ]

    @Test(
        "name elements of lists by what tells them apart",
        arguments: [
            ("spec.containers.0.image", ["spec.containers.0.image", "spec.containers[name=web].image"]),
            (
                "spec.containers.1.ports.0",
                [
                    "spec.containers.1.ports.0", "spec.containers[name=side].ports.0",
                    "spec.containers.1.ports[containerPort=80]", "spec.containers[name=side].ports[containerPort=80]",
                ]
            ),
            ("spec.containers.*.image", ["spec.containers.*.image"]),
            ("spec.args.1", ["spec.args.1"]),
            ("metadata.labels.app.kubernetes.io/name", ["metadata.labels.app.kubernetes.io/name"]),
            ("spec.containers.7.image", ["spec.containers.7.image"]),
            ("nothing.here", ["nothing.here"]),
        ] as [(String, Set<String>)]
    )
    func names(pattern: String, expected: Set<String>) {
        #expect(Self.object.patterns(for: pattern) == expected)
    }

    @Test("make a position in Git's words match the element that a difference names")
    func ignores() {
        var other = Self.object
        other["spec"] = [
            "containers": [["name": "web", "image": "b"], ["name": "side", "ports": [["containerPort": 80]]]],
            "args": ["a", "b"],
        ]
        var rules = ComparisonRules()
        rules.matchesElements = true
        #expect(Difference.between(Self.object, other, rules: rules).count == 1)
        rules.ignoredPaths = Self.object.patterns(for: "spec.containers.0.image")
        #expect(Difference.between(Self.object, other, rules: rules) == [])
    }
}

@Suite("What only the cluster has")
struct ExtraFieldsTests {
    private static let cases: [(template: Value, value: Value, kept: Value)] = [
        (["a": "1"], ["a": "1", "b": "2"], ["a": "1"]),
        (["a": "1", "b": "2"], ["a": "1"], ["a": "1"]),
        (["a": ["x": 1]], ["a": ["x": 1, "y": 2]], ["a": ["x": 1]]),
        (["a": ["x", "y", 3]], ["a": ["y", "x", 3]], ["a": ["y", "x", 3]]),
        (["a": ["x"]], ["a": ["x", ["k": "v"]]], ["a": ["x", ["k": "v"]]]),
        (["a": ["x", "y", "z"]], ["a": ["x"]], ["a": ["x"]]),
    ]

    @Test("KEEP-01 to KEEP-06 counts in lists and not in mappings, as if the rest were not there", arguments: cases)
    func keeps(template: Value, value: Value, kept: Value) {
        var rules = ComparisonRules()
        rules.equatesEmpty = true
        let expected = Difference.between(kept, template, rules: rules)
        #expect(Difference.between(value, template, rules: .drift) == expected)
    }
}

@Suite("What a comparison says")
struct ComparisonTextTests {
    private let key = ResourceKey(group: "", kind: "ConfigMap", namespace: "shop", name: "c")

    @Test("names who wrote a field, and has room for notes")
    func owner() {
        let path = FieldPath([.key("data"), .key("mode")])
        let owner = FieldOwner(manager: "kubectl-edit", time: "2030-01-31T12:00:00Z")
        let difference = Difference(path: path, before: "old", after: nil, owner: owner)
        let changed = ManifestComparison.Changed(key: key, differences: [difference], notes: ["it is odd"])
        #expect(
            ManifestComparison(deleted: [], added: [], changed: [changed]).text() == """
                # 1. name="c", kind="ConfigMap", namespace="shop", apiGroup=""

                  # it is odd

                  data:
                    #data.mode (kubectl-edit since 2030-01-31T12:00:00Z)
                -   mode: old



                """
        )
    }

    @Test(
        "hides the values of fields of a kind, and keeps their keys",
        arguments: [
            (FieldPath([.key("data"), .key("mode")]), "old", "*****"),
            (FieldPath([.key("data")]), ["mode": "old"], ["mode": "*****"]),
            (FieldPath([.key("immutable")]), true, true),
        ] as [(FieldPath, Value, Value)]
    )
    func hides(path: FieldPath, value: Value, shown: Value) {
        let difference = Difference(path: path, before: value, after: nil)
        let changed = ManifestComparison.Changed(key: key, differences: [difference])
        let comparison = ManifestComparison(deleted: [], added: [], changed: [changed])
        #expect(comparison.hiding([GroupKind(kind: "ConfigMap"): ["data"]]).changed[0].differences[0].before == shown)
        #expect(comparison.hiding([GroupKind(kind: "Service"): ["data"]]) == comparison)
    }

    @Test("is in the order of keys, whoever found it")
    func order() {
        let keys = ["b", "a"].map { ResourceKey(group: "", kind: "ConfigMap", namespace: nil, name: $0) }
        let changed = keys.map { ManifestComparison.Changed(key: $0, differences: []) }
        let comparison = ManifestComparison(deleted: keys, added: keys, changed: changed)
        #expect(
            [comparison.deleted, comparison.added, comparison.changed.map(\.key)].allSatisfy { $0 == keys.reversed() }
        )
    }
}
