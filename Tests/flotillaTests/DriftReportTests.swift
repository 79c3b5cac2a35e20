import Manifests
import Stages
import Testing

@testable import flotilla

@Suite("What differs, for people")
struct DriftReportTests {
    /// What is printed when a cluster has one text in a ConfigMap and Git another one.
    private func text(_ live: String, _ git: String) throws -> String {
        let manifests = try [live, git].map { text in
            try StatusFixture.manifest("ConfigMap", "boards", ["data": ["board.json": .string(text)]])
        }
        let comparison = ManifestComparison(from: [manifests[0]], to: [manifests[1]], rules: ComparisonRules())
        return DriftReport(
            identity: Application.Identity(piped: "p", application: "shop", commit: StatusFixture.newCommit),
            states: [],
            drifts: [TargetDrift(target: "eu", verdict: .outOfSync(comparison))],
            now: StatusFixture.now
        ).text
    }

    private func lines(_ count: Int, _ word: String) -> String {
        (0..<count).map { "\(word) \($0)\n" }.joined()
    }

    @Test("shows the lines that differ of a long text")
    func long() throws {
        let (head, tail) = (lines(20_000, "head"), lines(20_000, "tail"))
        let found = try text("\(head)old\nsame\n\(tail)", "\(head)new\nsame\n\(tail)")
        #expect(found.contains("lines differ (- cluster, + Git)\n        - old\n        + new\n"), "\(found)")
    }

    @Test("only counts lines where very many differ, since to pair them takes gigabytes")
    func rewritten() throws {
        let found = try text("a\n" + lines(5_000, "old") + "z", "a\n" + lines(4_000, "new") + "z")
        let counts = "        - 5000 lines\n        + 4000 lines, too many to compare\n"
        #expect(found.contains(counts), "\(found.prefix(1000))")
    }

    @Test("has no character in a value that a terminal obeys")
    func controls() throws {
        let found = try text("a\u{9B}31mred\u{7F}", "b")
        #expect(
            !found.unicodeScalars.contains { ["\u{9B}", "\u{7F}"].contains($0) } && found.contains("\\u009b31mred")
        )
    }
}
