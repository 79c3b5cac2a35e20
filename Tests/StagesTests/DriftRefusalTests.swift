import FakeKubernetes
import ManifestSources
import Manifests
import Rollouts
import TestSupport
import Testing

@testable import Stages

@Suite("Where the server refuses a dry run", .timeLimit(.minutes(5)))
struct DriftRefusalTests {
    private static let files = ["a.yaml": [Text.deployment(), Text.configMap].joined(separator: "---\n")]
    private static let cannot = """
        deployments.apps "orders" is forbidden: User "reader" cannot patch resource "deployments" in API group "apps" in \
        the namespace "default"
        """

    private func refused(_ effect: Fault.Effect, verbs: Set<Fault.Verb> = [.patch], resource: String = "deployments")
        async throws
        -> TargetDrift
    {
        try await ApplicationFixture.with(Self.files) { application in
            try await Fleet.with(["eu"]) { fleet in
                try await fleet.succeed("K8S_SYNC", of: application)
                fleet.clusters[0].inject(Fault(effect, verbs: verbs, resource: resource))
                return try await fleet.fresh.drift(of: application)[0]
            }
        }
    }

    @Test(
        "for want of a right, or because a webhook cannot tell, fields are compared, and a note says so",
        arguments: [
            (Fault.Effect.webhookWithSideEffects("w.test"), "does not support dry run"),
            (
                .status(code: 403, reason: "Forbidden", message: cannot),
                "grant patch on deployments.apps in namespace default"
            ),
        ]
    )
    func compared(effect: Fault.Effect, text: String) async throws {
        let drift = try await refused(effect)
        #expect(drift.lines == [])
        #expect(drift.notes.count == 1 && drift.notes[0].contains(text), "\(drift.notes)")
        #expect(drift.notes.first?.hasSuffix("; compared field by field") == true, "\(drift.notes)")
    }

    @Test("for a reason that a deployment would meet, too, that is the difference")
    func wouldFail() async throws {
        let quota = "deployments.apps \"orders\" is forbidden: exceeded quota: small"
        let drift = try await refused(.status(code: 403, reason: "Forbidden", message: quota))
        #expect(
            drift.lines.count == 1 && drift.lines[0].hasPrefix("~ orders a deployment would be refused: "),
            "\(drift.lines)"
        )
        #expect(drift.lines.first?.contains("exceeded quota") == true)
    }

    @Test("because a field cannot be changed, the field and the reason are the difference")
    func immutable() async throws {
        try await ApplicationFixture.with(["a.yaml": Text.deployment()]) { application in
            try await Fleet.with(["eu"]) { fleet in
                try await fleet.succeed("K8S_SYNC", of: application)
                let text = Text.deployment().replacing("{app: orders}", with: "{app: orders, tier: web}")
                try TestFiles.write(text, to: "\(application.directory)/a.yaml")
                let lines = try await fleet.drift(of: application)[0].lines
                #expect(lines.first?.contains("immutable") == true, "\(lines)")
                #expect(lines.contains("~ orders spec.selector.matchLabels.tier: none -> \"web\""), "\(lines)")
            }
        }
    }

    @Test("for a moment, nobody can tell")
    func unavailable() async throws {
        let drift = try await refused(.status(code: 503, reason: "ServiceUnavailable", message: "busy"))
        #expect(
            drift.lines.count == 1 && drift.lines[0].hasPrefix("? eu: apply Deployment/default/orders: "),
            "\(drift.lines)"
        )
    }

    @Test("or the type is hidden, nobody can tell, and the missing right is named")
    func hidden() async throws {
        let text =
            "configmaps is forbidden: User \"reader\" cannot list resource \"configmaps\" in API group \"\" at the cluster scope"
        let drift = try await refused(
            .status(code: 403, reason: "Forbidden", message: text),
            verbs: [.list],
            resource: "configmaps"
        )
        #expect(drift.lines.count == 1, "\(drift.lines)")
        #expect(
            drift.lines.first?.hasPrefix("? ConfigMap/default/orders-settings: eu: list configmaps") == true,
            "\(drift.lines)"
        )
        #expect(drift.lines.first?.contains("grant list on configmaps") == true)
    }

    @Test("a cluster that cannot be compared leaves the others, and so does a mistake in Git")
    func siblings() async throws {
        let plugin =
            "{input: {multiTargets: [{target: {name: eu}}, {target: {name: us}, manifests: [missing.yaml]}, {target: {name: asia}}]}}"
        try await ApplicationFixture.with(Self.files) { application in
            try await Fleet.with { fleet in
                try await fleet.succeed("K8S_SYNC", of: application)
                try await ApplicationFixture.with(Self.files, plugin: plugin) { broken in
                    try await fleet.clusters[2].shutdown()
                    let lines = try await fleet.fresh.drift(of: broken).map(\.lines)
                    #expect(lines[0] == [])
                    #expect(lines[1].count == 1 && lines[1][0].contains("missing.yaml"), "\(lines[1])")
                    #expect(lines[2].count == 1 && lines[2][0].contains("cannot reach"), "\(lines[2])")
                }
            }
        }
    }
}

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

    @Test("is no failure, which is asked again")
    func failures() async throws {
        try await ApplicationFixture.with(Self.files) { application in
            try await Fleet.with(["eu"]) { fleet in
                try await fleet.succeed("K8S_SYNC", of: application)
                let (cache, states) = (DriftCache(), try await states(fleet))
                fleet.clusters[0].inject(
                    Fault(.status(code: 503, reason: "ServiceUnavailable", message: "busy"), verbs: [.patch])
                )
                #expect(try await drift(fleet, application, states, cache).problems.count == 2)
                fleet.clusters[0].clearFaults()
                #expect(try await drift(fleet, application, states, cache).lines == [])
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
