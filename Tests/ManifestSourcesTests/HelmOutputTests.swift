import Testing

@testable import ManifestSources

@Suite("What helm prints")
struct HelmOutputTests {
    private func texts(_ output: String) -> [[String]] {
        HelmOutput.texts(in: Array(output.utf8), name: "helm").map {
            [$0.name, String(decoding: $0.bytes, as: UTF8.self)]
        }
    }

    @Test(
        "is taken apart at the templates, and what stands before the first is left out",
        arguments: [
            (
                "Saving 1 charts\n---\n# Source: web/a.yaml\na: 1\n---\n# Source: web/b.yaml\nb: 1\n---\nc: 1\n",
                [["web/a.yaml (rendered)", "a: 1\n"], ["web/b.yaml (rendered)", "b: 1\n---\nc: 1\n"]]
            ),
            ("---\n# Source: web/a.yaml\n", [["web/a.yaml (rendered)", ""]]),
            ("---\n# Source: web/a.yaml", [["web/a.yaml (rendered)", ""]]),
            ("---\n# Source: web/\u{1b}[31m\u{7}a.yaml\na: 1", [["web/[31ma.yaml (rendered)", "a: 1"]]),
            ("a: 1\n--- \n# Source: b\n", [["helm", "a: 1\n--- \n# Source: b\n"]]),
            ("a: |\n  ---\n  # Source: b\n", [["helm", "a: |\n  ---\n  # Source: b\n"]]),
            ("x---\n# Source: b\n", [["helm", "x---\n# Source: b\n"]]), ("---\n# Sour", [["helm", "---\n# Sour"]]),
            ("", [["helm", ""]]), ("---\n", [["helm", "---\n"]]),
        ] as [(String, [[String]])]
    )
    func parts(output: String, expected: [[String]]) {
        #expect(texts(output) == expected)
    }
}
