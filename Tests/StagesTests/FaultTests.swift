import FakeKubernetes
import Manifests
import TestSupport
import Testing

@testable import Stages

/// Something that goes wrong for a while and that a stage must survive.
struct Trouble: Sendable, CustomTestStringConvertible {
    let name: String
    let faults: [Fault]
    /// Whether answers to writes get lost, so that nobody knows that our first request made the object; a connection that
    /// breaks loses those of all its requests.
    var losesAnswers = false
    /// Whether something must have been sent again.
    var repeatsRequests = true

    var testDescription: String { name }

    /// Faults of one's own.
    init(_ name: String, faults: [Fault]) {
        self.name = name
        self.faults = faults
    }

    /// An effect for the first two requests of each of these verbs.
    init(
        _ name: String,
        _ effect: Fault.Effect,
        verbs: [Fault.Verb] = [.discovery, .list, .watch, .get, .create, .patch, .delete],
        losesAnswers: Bool = false
    ) {
        self.init(name, faults: verbs.map { Fault(effect, verbs: [$0], times: 2) })
        self.losesAnswers = losesAnswers
    }

    private static func refusal(_ code: Int, _ reason: String) -> Fault.Effect {
        .status(code: code, reason: reason, message: "injected")
    }

    private static let expired: [Fault] = {
        let types = ["configmaps", "deployments", "secrets", "serviceaccounts", "services"]
        let lists = types.map { Fault(.expired, verbs: [.list], resource: $0, times: 1) }
        return lists + [Fault(.expired, verbs: [.watch], times: 2)]
    }()

    private static let farewell = {
        var trouble = Trouble("GOAWAY", .goAway)
        trouble.repeatsRequests = false
        return trouble
    }()

    static let survivable = [
        Trouble("429", .tooManyRequests(retryAfter: 1)),
        Trouble("500", refusal(500, "InternalError")),
        Trouble("503", refusal(503, "ServiceUnavailable")),
        Trouble("504 before execution", refusal(504, "Timeout")),
        Trouble(
            "504 after execution",
            .statusAfter(code: 504, reason: "Timeout", message: "injected"),
            losesAnswers: true
        ),
        Trouble("a webhook that does not answer", .failedWebhook("check.acme.test", cause: "connection refused")),
        Trouble("an answer that breaks off", .cutInBody, losesAnswers: true),
        farewell,
        Trouble("a reset before execution", .resetBefore, losesAnswers: true),
        Trouble("a reset after execution", .resetAfter, losesAnswers: true),
        Trouble("410 for lists and watches", faults: expired),
    ]
}

@Suite("Faults", .serialized, .timeLimit(.minutes(5)))
struct FaultTests {
    @Test(
        "that pass leave the cluster as if nothing had been wrong",
        arguments: Trouble.survivable,
        FaultStage.allCases
    )
    func survived(trouble: Trouble, stage: FaultStage) async throws {
        try await FaultFixture.with(stage) { fixture in
            let foreign = fixture.foreignVersions
            for fault in trouble.faults { fixture.rough.inject(fault) }
            let report = try await fixture.run()
            #expect(report.outcome == .succeeded, "\(report)")
            let (calm, rough) = (Snapshot(fixture.calm), Snapshot(fixture.rough))
            #expect(rough.differences(from: calm) == [])
            #expect(rough.revision == calm.revision)
            #expect(fixture.foreignVersions == foreign)
            #expect(fixture.rough.requests.count > fixture.calm.requests.count || !trouble.repeatsRequests)
            expectSameChanges(report, known: !trouble.losesAnswers || stage == .clean)
        }
    }

    /// Expects the same changes in both clusters; what was made may count as changed when that cannot be known.
    private func expectSameChanges(_ report: StageReport, known: Bool) {
        let changes = report.targets.map { target in
            target.changes.map { "\(!known && $0.change == .configured ? .created : $0.change) \($0.resource)" }
        }
        #expect(changes[0] == changes[1])
    }

    @Test("of one group version keep no others from being read, and a clean says that it was not searched")
    func brokenGroup() async throws {
        var options = FakeClusterOptions()
        options.hasAggregatedDiscovery = false
        try await FaultFixture.with(.clean, options: options) { fixture in
            #expect(fixture.rough.perform("POST", Self.definitions, Self.widgets).code == 201)
            // The list of groups has it, and the request for its types comes too late.
            fixture.rough.inject(Fault(.delay(0), verbs: [.discovery], times: 2))
            let deletion = Fault.OtherRequest("DELETE", "\(Self.definitions)/widgets.acme.test")
            fixture.rough.inject(Fault(.precededBy([deletion]), verbs: [.discovery], times: 1))
            let notes = Notes()
            let report = try await fixture.run { notes.add($0) }
            #expect(report.outcome == .succeeded, "\(report)")
            #expect(notes.all == ["acme.test/v1 was not searched: the server does not serve it"])
            #expect(Snapshot(fixture.rough).differences(from: Snapshot(fixture.calm)) == [])
        }
    }

    @Test("that take a type away between discovery and list are noted by a clean, which goes on")
    func vanishedType() async throws {
        try await FaultFixture.with(.clean) { fixture in
            #expect(fixture.rough.perform("POST", Self.definitions, Self.widgets).code == 201)
            let deletion = Fault.OtherRequest("DELETE", "\(Self.definitions)/widgets.acme.test")
            fixture.rough.inject(Fault(.precededBy([deletion]), verbs: [.list], resource: "widgets", times: 1))
            let notes = Notes()
            let report = try await fixture.run { notes.add($0) }
            #expect(report.outcome == .succeeded, "\(report)")
            #expect(notes.all == ["widgets.acme.test was not searched: the type is gone"])
            #expect(Snapshot(fixture.rough).differences(from: Snapshot(fixture.calm)) == [])
            expectSameChanges(report, known: true)
        }
    }

    @Test("of group versions that the stage needs end in a report that names one", arguments: FaultStage.allCases)
    func brokenGroups(stage: FaultStage) async throws {
        var options = FakeClusterOptions()
        options.hasAggregatedDiscovery = false
        try await FaultFixture.with(stage, options: options) { fixture in
            let before = Snapshot(fixture.rough)
            // The list of groups comes, and nothing about any of them.
            fixture.rough.inject(Fault(.delay(0), verbs: [.discovery], times: 2))
            fixture.rough.inject(.unavailable(verbs: [.discovery]))
            let report = try await fixture.run()
            #expect(report.targets.map(\.outcome) == [.succeeded, .failed], "\(report)")
            let error = report.targets[1].error ?? ""
            #expect(error.hasPrefix("rough: ") && error.contains("v1 cannot be discovered: "), "\(report)")
            #expect(error.contains("503 ServiceUnavailable"), "\(report)")
            #expect(report.targets[1].changes.isEmpty)
            #expect(Snapshot(fixture.rough).differences(from: before) == [])
            fixture.rough.clearFaults()
            let again = try await fixture.run()
            #expect(again.outcome == .succeeded, "\(again)")
            #expect(Snapshot(fixture.rough).differences(from: Snapshot(fixture.calm)) == [])
        }
    }

    private static let definitions = "/apis/apiextensions.k8s.io/v1/customresourcedefinitions"

    private static let widgets: Value = [
        "apiVersion": "apiextensions.k8s.io/v1", "kind": "CustomResourceDefinition",
        "metadata": ["name": "widgets.acme.test"],
        "spec": [
            "group": "acme.test", "scope": "Namespaced", "names": ["plural": "widgets", "kind": "Widget"],
            "versions": [
                [
                    "name": "v1", "served": true, "storage": true,
                    "schema": ["openAPIV3Schema": ["type": "object"]],
                ]
            ],
        ],
    ]

    /// What never passes, for reads or for the writes of the stage, and what the report says of it.
    struct Blockade: Sendable, CustomTestStringConvertible {
        let effect: Fault.Effect
        var verbs: Set<Fault.Verb> = [.create, .patch, .delete]
        let error: String

        var testDescription: String { "\(verbs.map(\.rawValue).sorted()): \(error)" }
    }

    private static let unavailable = Fault.unavailable().effect

    private static let blockades = [
        Blockade(effect: unavailable, verbs: [.discovery], error: "the server answered 503 ServiceUnavailable"),
        Blockade(effect: Fault.forbidden().effect, verbs: [.list], error: "not allowed"),
        Blockade(effect: unavailable, error: "the server answered 503 ServiceUnavailable"),
        Blockade(effect: .tooManyRequests(retryAfter: 0), error: "the server answered 429"),
        Blockade(effect: .resetBefore, error: "the connection to 127.0.0.1:"),
    ]

    @Test(
        "that do not pass leave the cluster as it was, and the next run finds nothing in its way",
        arguments: blockades,
        FaultStage.allCases
    )
    func blocked(blockade: Blockade, stage: FaultStage) async throws {
        try await FaultFixture.with(stage) { fixture in
            let before = Snapshot(fixture.rough)
            fixture.rough.inject(Fault(blockade.effect, verbs: blockade.verbs))
            let report = try await fixture.run()
            #expect(report.targets.map(\.outcome) == [.succeeded, .failed], "\(report)")
            let error = report.targets[1].error ?? ""
            #expect(error.contains("rough: ") && error.contains(blockade.error), "\(report)")
            #expect(report.targets[1].changes.allSatisfy { $0.change == .unchanged })
            #expect(Snapshot(fixture.rough).differences(from: before) == [])
            fixture.rough.clearFaults()
            let again = try await fixture.run()
            #expect(again.outcome == .succeeded, "\(again)")
            #expect(Snapshot(fixture.rough).differences(from: Snapshot(fixture.calm)) == [])
        }
    }

    /// A write that is not done, and what is left undone because of it.
    struct Obstacle: Sendable, CustomTestStringConvertible {
        let stage: FaultStage
        let verb: Fault.Verb
        let resource: String
        let name: String
        let call: String
        var left: [String]
        /// What is left as well when the cluster does not even answer.
        var leftBySilence: [String] = []

        var testDescription: String { "\(stage.rawValue): \(call)" }

        func fault(_ effect: Fault.Effect, times: Int? = nil) -> Fault {
            Fault(effect, verbs: [verb], resource: resource, name: name, times: times)
        }
    }

    private static let obstacles = [
        Obstacle(
            stage: .primary,
            verb: .patch,
            resource: "configmaps",
            name: "orders-settings",
            call: "apply ConfigMap/default/orders-settings",
            left: [
                "ConfigMap/default/orders-settings", "Service/default/orders", "Service/default/worker",
                "Deployment/default/orders", "Deployment/default/worker",
            ]
        ),
        Obstacle(
            stage: .canary,
            verb: .patch,
            resource: "deployments",
            name: "orders-canary",
            call: "apply Deployment/default/orders-canary",
            left: ["Deployment/default/orders-canary"]
        ),
        Obstacle(
            stage: .clean,
            verb: .delete,
            resource: "deployments",
            name: "orders-canary",
            call: "delete Deployment/default/orders-canary",
            left: ["Deployment/default/orders-canary"],
            leftBySilence: [
                "ConfigMap/default/orders-settings-canary", "ConfigMap/default/worker-settings-canary",
                "ConfigMap/extra/extra-settings-canary", "Secret/default/orders-db-canary",
            ]
        ),
    ]

    @Test("that stay end in a report of what was not done, and the next run does it", arguments: obstacles)
    func refused(obstacle: Obstacle) async throws {
        try await FaultFixture.with(obstacle.stage) { fixture in
            fixture.rough.inject(obstacle.fault(Fault.forbidden(resource: obstacle.resource).effect))
            try await expectHonestReport(obstacle, "not allowed", in: fixture)
        }
    }

    @Test("that keep a write without an answer end in such a report when its time is over", arguments: obstacles)
    func stalled(obstacle: Obstacle) async throws {
        try await FaultFixture.with(obstacle.stage) { fixture in
            fixture.rough.inject(obstacle.fault(.stall, times: 1))
            var obstacle = obstacle
            obstacle.left += obstacle.leftBySilence
            let reason = "no answer from 127.0.0.1:\(fixture.rough.port) within 8 s"
            try await expectHonestReport(obstacle, reason, in: fixture, requestTimeout: .seconds(4))
        }
    }

    /// Runs the stage, expects that exactly the obstacle and what waits for it are undone, and runs it again without.
    private func expectHonestReport(
        _ obstacle: Obstacle,
        _ reason: String,
        in fixture: FaultFixture,
        requestTimeout: Duration = .seconds(60),
        sourceLocation: SourceLocation = #_sourceLocation
    ) async throws {
        let (foreign, before) = (fixture.foreignVersions, Snapshot(fixture.rough))
        let report = try await fixture.run(requestTimeout: requestTimeout)
        #expect(report.targets.map(\.outcome) == [.succeeded, .failed], "\(report)", sourceLocation: sourceLocation)
        let error = "rough: \(obstacle.call): \(reason)"
        let rough = report.targets[1]
        #expect(rough.error?.contains(error) == true, "\(report)", sourceLocation: sourceLocation)
        #expect(rough.left.map(\.shortDescription) == obstacle.left, sourceLocation: sourceLocation)
        let all = Set(report.targets[0].changes.map(\.resource.shortDescription))
        let done = Set(rough.changes.map(\.resource.shortDescription))
        #expect(done == all.subtracting(obstacle.left), sourceLocation: sourceLocation)
        let written = Snapshot(fixture.rough).differences(from: before).filter { all.contains($0) }
        let changed = rough.changes.filter { $0.change != .unchanged }
        #expect(written == changed.map(\.resource.shortDescription).sorted(), sourceLocation: sourceLocation)
        fixture.rough.clearFaults()
        let again = try await fixture.run()
        #expect(again.outcome == .succeeded, "\(again)", sourceLocation: sourceLocation)
        let differences = Snapshot(fixture.rough).differences(from: Snapshot(fixture.calm))
        #expect(differences == [], sourceLocation: sourceLocation)
        #expect(fixture.foreignVersions == foreign, sourceLocation: sourceLocation)
    }

    @Test(
        "of a field that somebody else took name field and manager, and pass when it is free again",
        arguments: [(FaultStage.primary, "orders-settings"), (.canary, "orders-settings-canary")]
    )
    func conflict(stage: FaultStage, name: String) async throws {
        try await FaultFixture.with(stage) { fixture in
            try await fixture.succeed(stage)
            let foreign = fixture.foreignVersions
            fixture.applyAsSomeone(name, data: ["LOG_LEVEL": "debug"])
            let before = Snapshot(fixture.rough)
            let report = try await fixture.run()
            #expect(report.targets.map(\.outcome) == [.succeeded, .failed], "\(report)")
            let error = "rough: apply ConfigMap/default/\(name): .data.LOG_LEVEL is owned by \"someone\""
            #expect(report.targets[1].error?.hasPrefix(error) == true, "\(report)")
            #expect(Set(report.targets[1].changes.map(\.change)) == [.unchanged])
            #expect(report.targets[1].left.contains { $0.kind == "Deployment" })
            #expect(Snapshot(fixture.rough).differences(from: before) == [])
            fixture.applyAsSomeone(name, data: nil)
            let again = try await fixture.run()
            #expect(again.outcome == .succeeded, "\(again)")
            #expect(Snapshot(fixture.rough).differences(from: Snapshot(fixture.calm)) == [])
            #expect(fixture.foreignVersions == foreign)
        }
    }
}
