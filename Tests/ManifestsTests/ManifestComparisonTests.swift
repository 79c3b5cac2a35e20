import Manifests
import Testing

@Suite("Two lists of manifests")
struct ManifestComparisonTests {
    private func manifests(_ names: [String]) throws -> [Manifest] {
        try names.map { text in
            let words = text.split(separator: " ").map(String.init)
            let parts = words[0].split(separator: "/").map(String.init)
            var metadata: Value = ["name": .string(parts[parts.count - 1])]
            if parts.count == 3 { metadata["namespace"] = .string(parts[1]) }
            return try Manifest(
                [
                    "apiVersion": .string(parts[0] == "Deployment" ? "apps/v1" : "v1"), "kind": .string(parts[0]),
                    "metadata": metadata, "data": ["value": .string(words.count > 1 ? words[1] : "")],
                ]
            )
        }
    }

    @Test(
        "are paired by key",
        arguments: [
            (["ConfigMap/a 1"], ["ConfigMap/a 1"], ""),
            (["ConfigMap/a 1"], ["ConfigMap/a 2"], "#a"),
            (["ConfigMap/a"], ["ConfigMap/b"], "-a +b"),
            (["ConfigMap/c", "ConfigMap/a"], ["ConfigMap/b", "ConfigMap/a"], "-c +b"),
            (["ConfigMap/default/a"], ["ConfigMap/a"], "#a"),
            (["ConfigMap/eu/a"], ["ConfigMap/us/a"], "-a +a"),
            (["ConfigMap/a", "ConfigMap/a"], ["ConfigMap/a"], "-a"),
            ([], ["ConfigMap/b", "ConfigMap/a"], "+a +b"),
            (["Deployment/a", "Service/a"], [], "-a -a"),
            (["configmap/a 1"], ["ConfigMap/a 1"], "#a"),
        ]
    )
    func pairs(before: [String], after: [String], expected: String) throws {
        let comparison = ManifestComparison(
            from: try manifests(before),
            to: try manifests(after),
            rules: .versions
        )
        let found =
            comparison.deleted.map { "-\($0.name)" } + comparison.added.map { "+\($0.name)" }
            + comparison.changed.map { "#\($0.key.name)" }
        #expect(found.joined(separator: " ") == expected)
        #expect(comparison.isEmpty == expected.isEmpty)
    }

    @Test("are shown with numbers, and no more changes than wanted")
    func text() throws {
        let comparison = ManifestComparison(
            from: try manifests(["ConfigMap/gone", "ConfigMap/x 1", "ConfigMap/z 1"]),
            to: try manifests(["ConfigMap/x 2", "ConfigMap/z 2", "Deployment/shop/web"]),
            rules: .versions
        )
        #expect(
            comparison.text(changes: 1) == """
                - 1. name="gone", kind="ConfigMap", namespace="", apiGroup=""

                + 2. name="web", kind="Deployment", namespace="shop", apiGroup="apps"

                # 3. name="x", kind="ConfigMap", namespace="", apiGroup=""

                  data:
                    #data.value
                -   value: 1
                +   value: 2


                ... (omitted 1 other changed manifests)

                """
        )
    }
}
