import FakeKubernetes
import ManifestSources
import Manifests
import Rollouts
import TestSupport
import Testing

@testable import Stages

@Suite("What is remembered of a comparison", .timeLimit(.minutes(5)))
struct DriftCacheTests {
    private static let files = ["a.yaml": [Text.service(), Text.configMap].joined(separator: "---\n")]

    private func drift(
        _ fleet: Fleet,
        _ application: ApplicationFixture,
        _ states: [LiveStateAnswer],
        _ cache: DriftCache,
        commit: String = "c0ffee3"
    ) async throws -> TargetDrift {
        try await DriftDetection(
            application: try Application.load(directory: application.directory),
            identity: Application.Identity(piped: "agent-7", application: "app-orders", commit: commit),
            connections: fleet.connections,
            manifests: ManifestLoader(),
            cache: cache
        ).drift(of: fleet.targets, live: states)[0]
    }

    private func states(_ fleet: Fleet) async throws -> [LiveStateAnswer] {
        try await LiveStateReading(application: "app-orders", spec: PluginSpec(), connections: fleet.connections)
            .states(of: fleet.targets)
    }

    @Test("asks nobody when nothing has changed, and only about what has")
    func remembers() async throws {
        try await ApplicationFixture.with(Self.files) { application in
            try await Fleet.with(["eu"]) { fleet in
                let cluster = fleet.clusters[0]
                func asked() -> [String] {
                    let all = cluster.requests.map { "\($0.method) \($0.path.split(separator: "/").last ?? "")" }
                    cluster.clearRequests()
                    return all
                }
                try await fleet.succeed("K8S_SYNC", of: application)
                let cache = DriftCache()
                var states = try await states(fleet)
                #expect(try await drift(fleet, application, states, cache).lines == [])
                cluster.clearRequests()
                for commit in ["c0ffee3", "c0ffee4"] {
                    #expect(try await drift(fleet, application, states, cache, commit: commit).lines == [])
                }
                #expect(asked() == [])
                ManualChange(
                    name: "edit",
                    path: "\(Path.configMaps)/orders-settings?fieldManager=kubectl-edit",
                    body: ["data": ["REGION": "us"]],
                    found: []
                ).make(in: cluster)
                states = try await self.states(fleet)
                cluster.clearRequests()
                let found = ["~ orders-settings data.REGION: \"us\" -> \"eu\" (kubectl-edit)"]
                #expect(try await drift(fleet, application, states, cache).lines == found)
                #expect(asked() == ["PATCH orders-settings"])
                #expect(try await drift(fleet, application, states, cache).lines == found)
                #expect(asked() == [])
                try TestFiles.write(
                    Text.service().replacing("port: 80,", with: "port: 81,") + "---\n" + Text.configMap,
                    to: "\(application.directory)/a.yaml"
                )
                #expect(try await drift(fleet, application, states, cache).lines.count > 1)
                #expect(asked() == ["PATCH orders"])
            }
        }
    }

    private static let answers = [
        (503, "ServiceUnavailable", "busy"),
        (403, "Forbidden", "exceeded quota: small"),
        (422, "Invalid", "denied by policy"),
        (403, "Forbidden", "User \"reader\" cannot patch resource \"services\" in API group \"\""),
    ]

    @Test(
        "is no failure, no refusal and no missing right, which may end while neither side changes",
        arguments: answers
    )
    func passing(code: Int, reason: String, message: String) async throws {
        try await ApplicationFixture.with(Self.files) { application in
            try await Fleet.with(["eu"]) { fleet in
                try await fleet.succeed("K8S_SYNC", of: application)
                let (cache, states) = (DriftCache(), try await states(fleet))
                fleet.clusters[0].inject(
                    Fault(.status(code: code, reason: reason, message: message), verbs: [.patch])
                )
                let failed = try await drift(fleet, application, states, cache)
                #expect(failed.lines + failed.notes != [])
                fleet.clusters[0].clearFaults()
                let drift = try await drift(fleet, application, states, cache)
                #expect(drift.lines + drift.notes == [])
            }
        }
    }

    @Test("is not that an object is missing, which may be there without our marks")
    func missing() async throws {
        try await ApplicationFixture.with(Self.files) { application in
            try await Fleet.with(["eu"]) { fleet in
                try await fleet.succeed("K8S_SYNC", of: application)
                let cluster = fleet.clusters[0]
                #expect(cluster.perform("DELETE", "\(Path.configMaps)/orders-settings").code == 200)
                let (cache, states) = (DriftCache(), try await states(fleet))
                #expect(try await drift(fleet, application, states, cache).lines == ["+ orders-settings"])
                let object: Value = [
                    "apiVersion": "v1", "kind": "ConfigMap", "metadata": ["name": "orders-settings"],
                ]
                #expect(cluster.perform("POST", Path.configMaps, object).code == 201)
                let lines = try await drift(fleet, application, states, cache).lines
                #expect(lines.first?.hasPrefix("~ orders-settings it lacks label ") == true, "\(lines)")
            }
        }
    }

    @Test("is of the fields that counted then")
    func rules() async throws {
        try await ApplicationFixture.with(Self.files) { application in
            try await Fleet.with(["eu"]) { fleet in
                try await fleet.succeed("K8S_SYNC", of: application)
                ManualChange(
                    name: "edit",
                    path: "\(Path.configMaps)/orders-settings?fieldManager=kubectl-edit",
                    body: ["data": ["REGION": "us"]],
                    found: []
                ).make(in: fleet.clusters[0])
                let (cache, states) = (DriftCache(), try await states(fleet))
                let found = ["~ orders-settings data.REGION: \"us\" -> \"eu\" (kubectl-edit)"]
                #expect(try await drift(fleet, application, states, cache).lines == found)
                let path = "\(application.directory)/app.pipecd.yaml"
                let text = try TestFiles.text(path)
                let rule = "driftDetection: {ignoreFields: [\"v1:ConfigMap:default:orders-settings#data.REGION\"]}"
                try TestFiles.write(text.replacing("spec:\n", with: "spec:\n  \(rule)\n"), to: path)
                #expect(try await drift(fleet, application, states, cache).lines == [])
                try TestFiles.write(text, to: path)
                #expect(try await drift(fleet, application, states, cache).lines == found)
            }
        }
    }

    @Test("has a bound, and what was not asked for longest goes first")
    func bound() {
        let cache = DriftCache(limit: 2)
        let places = ["a", "b", "c"].map { DriftCache.Place(application: $0, target: "eu") }
        func remember(_ place: DriftCache.Place) {
            let state = DriftCache.State(git: 1, live: 1)
            cache.remember(DriftCache.Found(state: state, drift: nil, judgements: [:]), at: place)
        }
        places[0...1].forEach(remember)
        _ = cache.found(at: places[0])
        remember(places[2])
        #expect(places.map { cache.found(at: $0) != nil } == [true, false, true])
    }
}
