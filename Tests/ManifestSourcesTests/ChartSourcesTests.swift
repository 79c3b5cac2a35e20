import TestSupport
import Testing

@testable import ManifestSources

@Suite("Chart repositories of the settings", .timeLimit(.minutes(5)))
struct ChartSourcesTests {
    private static let added = "helm: repo add corp https://charts.test --force-update"

    private func request(_ chart: HelmRelease.Chart, _ fixture: HelmFixture) -> LoadRequest {
        fixture.request { $0.chart = chart }
    }

    private func loader(_ fixture: HelmFixture) -> ManifestLoader {
        let corp = HelmRepository(name: "corp", address: "https://charts.test")
        return ManifestLoader(
            tools: fixture.tools,
            charts: ChartSources(repositories: [corp], tools: fixture.tools)
        )
    }

    private var remote: HelmRelease.Chart {
        var chart = HelmRelease.Chart()
        (chart.repository, chart.name, chart.version) = ("corp", "web", "1.0.0")
        return chart
    }

    @Test("are told to helm once before the first chart comes from one, however many are rendered")
    func once() async throws {
        try await HelmFixture.with { fixture in
            let loader = self.loader(fixture)
            for namespace in ["a", "b"] {
                var again = request(remote, fixture)
                again.namespace = namespace
                _ = try await loader.load(again)
            }
            #expect(fixture.calls.map { String($0.prefix(14)) }.first == "helm: repo add")
            #expect(fixture.calls.filter { $0.contains("repo") && !$0.contains("template") }.count == 2)
            #expect(fixture.calls.filter { $0.contains("template") }.count == 2)
        }
    }

    @Test("are no matter of a chart on disk")
    func local() async throws {
        try await HelmFixture.with { fixture in
            var chart = HelmRelease.Chart()
            chart.path = "chart"
            _ = try await loader(fixture).load(request(chart, fixture))
            #expect(fixture.calls.allSatisfy { !$0.contains("repo") })
        }
    }

    @Test("that are out of order matter only to charts that are not there, and are tried again by the next")
    func outOfOrder() async throws {
        let script = """
            case "$*" in
            *"repo add"*) test -e "$root/up" || { echo 'Error: no such host' >&2; exit 1; };;
            *template*) test -e "$root/cached" || { echo 'Error: no chart web' >&2; exit 1; };;
            esac
            \(HelmFixture.render("cm"))
            """
        try await HelmFixture.with(helm: script) { fixture in
            let loader = self.loader(fixture)
            var text = ""
            do {
                _ = try await loader.load(request(remote, fixture))
            } catch {
                text = "\(error)"
            }
            #expect(text.contains("no chart web") && text.contains("chart repository \"corp\": Error: no such host"))

            try fixture.write("", "cached")
            _ = try await loader.load(request(remote, fixture))
            try fixture.write("", "up")
            var again = request(remote, fixture)
            again.namespace = "other"
            _ = try await loader.load(again)
            #expect(fixture.calls.filter { $0 == Self.added }.count == 3)
        }
    }
}
