import Manifests
import Stages
import TestSupport
import Testing

@testable import flotilla

@Suite("What is printed of a difference")
struct DriftReportTests {
    private static let key = ResourceKey(group: "", kind: "ConfigMap", namespace: "shop", name: "settings")
    private static let path = FieldPath([.key("data"), .key("mode")])

    private func text(
        commit: String = "c0ffee2",
        _ differences: [(target: String, difference: Difference)]
    ) -> String {
        let drifts = differences.map { target, difference in
            let changed = ManifestComparison.Changed(key: Self.key, differences: [difference])
            let comparison = ManifestComparison(deleted: [], added: [], changed: [changed])
            return TargetDrift(target: target, verdict: .outOfSync(comparison))
        }
        return DriftReport(
            identity: Application.Identity(piped: "agent-7", application: "shop", commit: commit),
            states: [],
            drifts: drifts,
            now: Moment(sinceEpoch: .seconds(1_896_091_200))
        ).text
    }

    @Test(
        "says how long ago it was made where it is as old on all targets",
        arguments: [("eu", "11", true), ("us", "10", false)]
    )
    func ages(target: String, hour: String, isTimed: Bool) {
        let differences = [("eu", "11"), (target, hour)].map { target, hour in
            let owner = FieldOwner(manager: "kubectl-edit", time: "2030-01-31T\(hour):00:00Z")
            return (target, Difference(path: Self.path, before: "old", after: nil, owner: owner))
        }
        let line = "data.mode: \"old\" in the cluster, not in Git; kubectl-edit"
        let text = text(differences)
        #expect(text.contains("eu, \(target): 1 object changed, the same on each\n"), "\(text)")
        #expect(text.contains(isTimed ? "\(line), 60m ago\n" : "\(line)\n"), "\(text)")
    }

    @Test("has short commits, whatever made them", arguments: [40, 64])
    func commits(length: Int) {
        let commit = String(repeating: "abcdef0123456789", count: 4).prefix(length)
        #expect(text(commit: String(commit), []).hasPrefix("shop: Git has abcdef0, clusters have "))
    }

    @Test("leaves the terminal alone")
    func controls() {
        let text = text([("eu", Difference(path: Self.path, before: "\u{9B}31mred\u{7F}", after: "a"))])
        #expect(text.contains("\"\\u009b31mred\\u007f\" in the cluster, \"a\" in Git"), "\(text)")
    }

    @Test("of a text are its lines, as many as fit")
    func lines() {
        let old = "a\nb\nc\nd"
        #expect(TextChange(from: old, to: "a\nx\nc\nd\ne").lines(atMost: 3) == ["- b", "+ x", "+ e"])
        #expect(TextChange(from: old, to: "a\nd").lines(atMost: 1) == ["- b", "… 1 line more"])
        #expect(TextChange(from: "a\na", to: "a\na\na").lines(atMost: 9) == ["+ a"])
        let same = text([("eu", Difference(path: Self.path, before: .string(old), after: "a\nb\nc"))])
        #expect(same.contains("data.mode: lines differ (- cluster, + Git)\n        - d\n"), "\(same)")
    }

    @Test("of a long text are how many lines differ, unless only few do", .timeLimit(.minutes(1)))
    func manyLines() {
        func text(_ mark: String) -> String { (0..<20_000).map { "\(mark)\($0)" }.joined(separator: "\n") }
        let lines = TextChange(from: text("a"), to: text("b") + "\nc").lines(atMost: 20)
        #expect(lines == ["20000 lines in the cluster, 20001 lines in Git"])
        #expect(TextChange(from: text("a"), to: "c\n" + text("a")).lines(atMost: 20) == ["+ c"])
    }
}
