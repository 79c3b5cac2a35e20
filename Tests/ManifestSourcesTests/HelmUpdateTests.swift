import Manifests
import TestSupport
import Testing

@testable import ManifestSources

@Suite("A chart that helm does not know yet", .timeLimit(.minutes(5)))
struct HelmUpdateTests {
    private static let hint = "echo 'Error: no cached repo found. (try '\\''helm repo update'\\'')' >&2; exit 1"

    /// Fails until the repositories are updated; an update ends as told.
    private static func script(update: String, before: String = "") -> String {
        """
        if [ "$1 $2" = "repo update" ]; then \(update); exit; fi
        \(before)
        test -e "$root/updated" || { \(hint); }
        \(HelmFixture.render("a"))
        """
    }

    private static func fromRepository(_ name: String) -> (inout HelmRelease) -> Void {
        { ($0.chart.repository, $0.chart.name) = ("corp", name) }
    }

    @Test("is asked for again after one update of the repositories")
    func retry() async throws {
        try await HelmFixture.with(helm: Self.script(update: "touch $root/updated")) { fixture in
            let names = try await fixture.load(Self.fromRepository("web"))
            #expect(names == ["a"])
            #expect(fixture.calls.map { $0.split(separator: " ")[1] } == ["template", "repo", "template"])
        }
    }

    @Test("is asked for again exactly once")
    func once() async throws {
        try await HelmFixture.with(helm: Self.script(update: ":")) { fixture in
            let message = await fixture.refusal(Self.fromRepository("web"))
            #expect(
                message == "helm template cart: Error: no cached repo found. (try 'helm repo update') (exit code 1)"
            )
            #expect(fixture.calls.map { $0.split(separator: " ")[1] } == ["template", "repo", "template"])
        }
    }

    @Test("is refused with both reasons when the update fails")
    func failingUpdate() async throws {
        try await HelmFixture.with(helm: Self.script(update: "echo down >&2; exit 2")) { fixture in
            let message = await fixture.refusal(Self.fromRepository("web"))
            #expect(
                message == """
                    helm template cart: Error: no cached repo found. (try 'helm repo update') (exit code 1)
                    helm repo update: down (exit code 2)
                    """
            )
        }
    }

    @Test("is updated for once only by two renders at the same time, which do not disturb each other")
    func concurrent() async throws {
        // What all share is written by one at a time.
        let before = """
            mkdir $root/lists || { echo 'two at once' >&2; exit 1; }
            i=0; while [ $i -lt 20000 ]; do i=$((i+1)); done
            rmdir $root/lists
            """
        let script = Self.script(update: "touch $root/updated", before: before)
        try await HelmFixture.with(helm: script) { fixture in
            let chart = "dependencies: [{name: a, repository: 'https://a.test'}]\n"
            for name in ["c", "d"] { try fixture.write(chart, "repository/apps/cart/\(name)/Chart.yaml") }
            let loader = ManifestLoader(tools: fixture.tools)
            let requests =
                ["a", "b"].map { fixture.request(Self.fromRepository($0)) }
                + ["c", "d"].map { name in fixture.request { $0.chart.path = name } }
            let messages = await withTaskGroup(of: String.self) { group in
                for request in requests {
                    group.addTask {
                        do { return try await loader.load(request).manifests.map(\.name).joined() } catch {
                            return "\(error)"
                        }
                    }
                }
                return await group.reduce(into: []) { $0.append($1) }
            }
            #expect(!messages.contains { $0.contains("two at once") }, "\(messages)")
            #expect(fixture.calls.filter { $0 == "helm: repo update" }.count == 1)
        }
    }

    @Test("is not asked for again after another failure, and neither is a chart from elsewhere")
    func otherFailures() async throws {
        try await HelmFixture.with(helm: "echo 'Error: no such chart' >&2; exit 1") { fixture in
            #expect(await fixture.refusal(Self.fromRepository("web")) != nil)
            try fixture.tool("helm", Self.hint)
            #expect(await fixture.refusal { $0.chart.path = "chart" } != nil)
            #expect(fixture.calls.map { $0.split(separator: " ")[1] } == ["template", "template"])
        }
    }
}
