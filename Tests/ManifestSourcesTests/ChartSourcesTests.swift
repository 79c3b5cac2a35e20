import TestSupport
import Testing

@testable import ManifestSources

@Suite("Chart repositories of the settings", .timeLimit(.minutes(5)))
struct ChartSourcesTests {
    private static let added = "helm: repo add corp https://charts.test --force-update"

    private func request(_ chart: HelmRelease.Chart, _ fixture: HelmFixture) -> LoadRequest {
        fixture.request { $0.chart = chart }
    }

    /// A clock that stands still until it is set.
    private final class Clock: Sendable {
        nonisolated(unsafe) var now = ContinuousClock.now
    }

    private func loader(_ fixture: HelmFixture, _ clock: Clock = Clock()) -> ManifestLoader {
        let repositories = ["corp", "dead"].map { HelmRepository(name: $0, address: "https://charts.test") }
        let charts = ChartSources(
            repositories: repositories,
            registries: [HelmRegistry(address: "registry.test")],
            tools: fixture.tools,
            now: { clock.now }
        )
        return ManifestLoader(tools: fixture.tools, charts: charts)
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
            #expect(fixture.calls.filter { $0.contains("repo") && !$0.contains("template") }.count == 1)
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

    @Test("that are out of order matter only to charts that are not there, and are tried again a minute later")
    func outOfOrder() async throws {
        let script = """
            case "$*" in
            *"repo add"*) test -e "$root/up" || { echo 'Error: no such host' >&2; exit 1; };;
            *template*) test -e "$root/cached" || { echo 'Error: no chart web' >&2; exit 1; };;
            esac
            \(HelmFixture.render("cm"))
            """
        try await HelmFixture.with(helm: script) { fixture in
            let clock = Clock()
            let loader = self.loader(fixture, clock)
            var text = ""
            do {
                _ = try await loader.load(request(remote, fixture))
            } catch {
                text = "\(error)"
            }
            #expect(text.contains("no chart web") && text.contains("chart repository \"corp\": Error: no such host"))

            try fixture.write("", "cached")
            try fixture.write("", "up")
            for (pause, count) in [(59, 1), (1, 2), (600, 2)] {
                clock.now += .seconds(pause)
                var again = request(remote, fixture)
                again.namespace = "after-\(pause)"
                _ = try await loader.load(again)
                #expect(fixture.calls.filter { $0 == Self.added }.count == count, "\(pause)")
            }
        }
    }

    @Test("are only asked for the charts that may come from them")
    func others() async throws {
        try await HelmFixture.with { fixture in
            _ = try await loader(fixture).load(request(remote, fixture))
            var chart = HelmRelease.Chart()
            (chart.path, chart.version) = ("oci://registry.test/web", "1.0.0")
            _ = try await loader(fixture).load(request(chart, fixture))
            #expect(fixture.calls.filter { $0.contains("helm: repo") } == [Self.added])
        }
    }

    @Test("that give no answer hold up nobody who no longer waits")
    func cancelled() async throws {
        try await HelmFixture.with(helm: "echo > $root/asked; while :; do sleep 60; done") { fixture in
            let loaders = [loader(fixture), loader(fixture)]
            // Two who share the helm that hangs and one behind its lock.
            let (first, second) = (request(remote, fixture), request(remote, fixture))
            var third = first
            third.namespace = "other"
            await withTaskGroup(of: Bool.self) { group in
                for (loader, request) in [(loaders[0], first), (loaders[0], third), (loaders[1], second)] {
                    group.addTask {
                        do {
                            _ = try await loader.load(request)
                            return false
                        } catch {
                            return (error as? ManifestSourceError)?.isCancelled == true
                        }
                    }
                }
                _ = try? await TestFiles.text("\(fixture.root)/asked", having: "\n")
                await Polling.wait { await HelmRenderer.repositories.waiting != 0 }
                group.cancelAll()
                #expect(await group.allSatisfy { $0 })
            }
        }
    }
}
