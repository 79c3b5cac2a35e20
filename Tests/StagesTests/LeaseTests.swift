import FakeKubernetes
import Manifests
import TestSupport
import Testing

@testable import KubernetesAPI
@testable import Stages

@Suite("The lease of an application", .timeLimit(.minutes(5)))
struct LeaseTests {
    private static let path = "/apis/coordination.k8s.io/v1/namespaces/default/leases/flotilla-app-orders"

    @Test("is held in every cluster while a run goes on, and gone afterwards")
    func held() async throws {
        try await LeaseFixture.with { fixture in
            let seen = try await fixture.hold("first") {
                fixture.fleet.clusters.map { $0.object(Self.path)?["spec"] }
            }
            let start = "\(fixture.clock.moment)"
            for spec in seen {
                #expect(spec?["holderIdentity"] == "first@here")
                #expect(spec?["leaseDurationSeconds"] == 60)
                #expect(spec?["acquireTime"]?.string == start)
                #expect(spec?["renewTime"]?.string == start)
            }
            #expect(seen.count == 3)
            #expect(fixture.fleet.clusters.allSatisfy { $0.object(Self.path) == nil })
            #expect(fixture.notes.isEmpty)
        }
    }

    @Test("is renewed every 20 seconds, and stays with whoever got it first")
    func renewed() async throws {
        try await LeaseFixture.with(["eu"]) { fixture in
            let cluster = fixture.fleet.clusters[0]
            try await fixture.hold("first") {
                for _ in 1...4 {
                    await fixture.clock.waitForSleepers(1, for: .seconds(20))
                    fixture.clock.advance(by: .seconds(20))
                }
                await fixture.clock.waitForSleepers(1, for: .seconds(20))
                let spec = cluster.object(Self.path)?["spec"]
                #expect(spec?["renewTime"]?.string == "\(fixture.clock.moment)")
                #expect(spec?["acquireTime"]?.string == "\(fixture.clock.moment + .seconds(-80))")
                #expect(spec?["leaseTransitions"] == 0)
                await #expect(throws: LeaseRefusal.self) { try await fixture.hold("second") {} }
            }
        }
    }

    @Test("is renewed in time, however many clusters keep silent when they are asked for theirs")
    func renewedBesideSilence() async throws {
        try await LeaseFixture.with(["eu", "us"]) { fixture in
            let (eu, us) = (fixture.fleet.clusters[0], fixture.fleet.clusters[1])
            us.inject(Fault(.status(code: 503, reason: "ServiceUnavailable", message: "not now"), resource: "leases"))
            try await fixture.hold("first", claimsAtOnce: 1) {
                await fixture.clock.waitForSleepers(2, for: .seconds(20))
                us.clearFaults()
                us.inject(Fault(.stall, resource: "leases"))
                for _ in 1...2 {
                    fixture.clock.advance(by: .seconds(20))
                    await us.wait { $0.requests.contains { $0.path.contains("/leases") } }
                    await fixture.clock.waitForSleepers(1, for: .seconds(20))
                }
                let spec = eu.object(Self.path)?["spec"]
                #expect(spec?["renewTime"]?.string == "\(fixture.clock.moment)")
            }
        }
    }

    @Test("that a cluster does not answer to a renewal of leaves room for others, and is tried again")
    func silentRenewal() async throws {
        try await LeaseFixture.with(["eu"]) { fixture in
            let cluster = fixture.fleet.clusters[0]
            try await fixture.hold("first") {
                await fixture.clock.waitForSleepers(1, for: .seconds(20))
                cluster.inject(Fault(.stall, resource: "leases"))
                fixture.clock.advance(by: .seconds(20))
                await fixture.clock.waitForSleepers(1, for: .seconds(10))
                fixture.clock.advance(by: .seconds(10))
                await fixture.clock.waitForSleepers(1, for: .seconds(20))
                cluster.clearFaults()
                fixture.clock.advance(by: .seconds(20))
                await fixture.clock.waitForSleepers(1, for: .seconds(20))
                #expect(cluster.object(Self.path)?[path: "spec", "renewTime"]?.string == "\(fixture.clock.moment)")
            }
            #expect(cluster.object(Self.path) == nil)
        }
    }

    @Test("refuses a second run, names the first, and gives back what the second got elsewhere")
    func refused() async throws {
        try await LeaseFixture.with { fixture in
            for index in [0, 2] { fixture.put("other@build-7", age: .seconds(119), into: index) }
            let error = await #expect(throws: LeaseRefusal.self) { try await fixture.hold("second") {} }
            let start = (fixture.clock.moment + .seconds(-119)).wholeSeconds
            let end = (fixture.clock.moment + .seconds(1)).wholeSeconds
            let text = try #require(error.map { "\($0)" })
            #expect(
                text.hasPrefix(
                    "eu, asia: application \"app-orders\" is being deployed by other@build-7 since \(start);"
                )
            )
            #expect(
                text.contains(
                    "start again after \(end) (a minute is added, as clocks differ), or go on with it at once by run --resume"
                )
            )
            #expect(fixture.fleet.clusters.map { $0.object(Self.path) == nil } == [false, true, false])
        }
    }

    @Test(
        "is taken over",
        arguments: [
            ("other@build-7", Duration.seconds(120), 1),
            ("", .zero, 0),
            // The same run in another process.
            ("second@build-7", .seconds(1), 0),
        ]
    )
    func takenOver(holder: String, age: Duration, transitions: Int) async throws {
        try await LeaseFixture.with(["eu"]) { fixture in
            fixture.put(holder, age: age, into: 0)
            let spec = try await fixture.hold("second") { fixture.fleet.clusters[0].object(Self.path)?["spec"] }
            #expect(spec?["holderIdentity"] == "second@here")
            #expect(spec?["leaseTransitions"]?.int == transitions)
        }
    }

    @Test("is not overwritten when somebody else takes it between the look and the write")
    func raced() async throws {
        try await LeaseFixture.with(["eu"]) { fixture in
            fixture.put("gone@build-7", age: .seconds(600), into: 0)
            let theirs = Fault.OtherRequest("PUT", Self.path, fixture.object("third@build-9", age: .zero))
            fixture.fleet.clusters[0].inject(
                Fault(.precededBy([theirs]), verbs: [.update], resource: "leases", times: 1)
            )
            let error = await #expect(throws: LeaseRefusal.self) { try await fixture.hold("second") {} }
            #expect(error.map { "\($0)".contains("third@build-9") } == true)
        }
    }

    @Test("that somebody takes over stops the run with a note, and is left to them")
    func lost() async throws {
        try await LeaseFixture.with(["eu"]) { fixture in
            let stop = StopSignal()
            try await fixture.hold("first", stop: stop) {
                await fixture.clock.waitForSleepers(1, for: .seconds(20))
                fixture.put("other@build-7", age: .zero, into: 0)
                fixture.clock.advance(by: .seconds(20))
                await stop.wait()
            }
            let owner = "application \"app-orders\" is being deployed by other@build-7 here"
            #expect(fixture.notes == ["eu: \(owner); stopping"])
            #expect(fixture.fleet.clusters[0].object(Self.path)?[path: "spec", "holderIdentity"] == "other@build-7")
        }
    }

    @Test(
        "is in the namespace that the application names, whatever the kubeconfig says",
        arguments: [
            ("{input: {namespace: shop}}", nil, "shop"), ("{}", "web", "web"), ("{}", nil, "default"),
            ("{input: {namespace: shop}}", "web", "shop"),
        ] as [(String, String?, String)]
    )
    func namespace(plugin: String, own: String?, expected: String) async throws {
        let manifests = ["a", "web", "z"].map { name in
            Text.configMap.replacing("orders-settings}", with: own == nil ? "\(name)}" : "\(name), namespace: \(name)}")
        }
        let text = (own == nil ? manifests : Array(manifests.dropFirst())).joined(separator: "---\n")
        try await LeaseFixture.with(["eu"], text, plugin: plugin) { fixture in
            if expected != "default" { fixture.makeNamespace(expected) }
            let path = Self.path.replacing("namespaces/default", with: "namespaces/\(expected)")
            let spec = try await fixture.hold("first") { fixture.fleet.clusters[0].object(path)?["spec"] }
            #expect(spec?["holderIdentity"] == "first@here")
        }
    }

    @Test("is not there before its namespace is, which is a note")
    func tooEarly() async throws {
        try await LeaseFixture.with(["eu"], plugin: "{input: {namespace: shop}}") { fixture in
            let isRun = try await fixture.hold("first") { true }
            #expect(isRun)
            let why = "namespace \"shop\" does not exist yet"
            #expect(fixture.notes == ["eu: no lease, so that another run is not noticed there: \(why)"])
        }
    }

    @Test("that cannot be had is a note, and the run goes on", arguments: [Refused.forbidden, .notServed])
    func unavailable(refused: Refused) async throws {
        try await LeaseFixture.with(["eu"]) { fixture in
            fixture.fleet.clusters[0].inject(refused.fault)
            let isRun = try await fixture.hold("first") { true }
            #expect(isRun)
            #expect(fixture.notes.count == 1)
            #expect(fixture.notes[0].hasPrefix("eu: no lease, so that another run is not noticed there: eu: "))
            #expect(fixture.notes[0].contains(refused.words), "\(fixture.notes)")
        }
    }

    enum Refused: Sendable {
        case forbidden, notServed

        fileprivate var fault: Fault {
            switch self {
            case .forbidden:
                Fault(
                    .status(
                        code: 403,
                        reason: "Forbidden",
                        message: "leases.coordination.k8s.io is forbidden: User \"limited\" cannot get resource"
                    ),
                    resource: "leases"
                )
            case .notServed: Fault(.status(code: 404, reason: "NotFound", message: "no such page"), resource: "leases")
            }
        }

        fileprivate var words: String { self == .forbidden ? "not allowed" : "does not serve this API" }
    }

    @Test("does not keep a run from starting where a cluster is down or keeps silent", arguments: [true, false])
    func silent(isDown: Bool) async throws {
        try await LeaseFixture.with { fixture in
            if isDown {
                await fixture.fleet.clusters[1].goDown()
            } else {
                fixture.fleet.clusters[1].inject(Fault(.stall))
            }
            async let held = fixture.hold("first") {
                fixture.fleet.clusters.map { $0.object(Self.path)?[path: "spec", "holderIdentity"] != nil }
            }
            if !isDown {
                await fixture.fleet.clusters[1].wait { !$0.requests.isEmpty }
                await fixture.clock.waitForSleepers(2, for: .seconds(20))
                for _ in 0...8 {
                    await fixture.clock.waitForSleepers(1, for: .milliseconds(1250))
                    fixture.clock.advance(by: .milliseconds(1250))
                }
            }
            let seen = try await held
            #expect(seen == [true, false, true])
            #expect(fixture.notes.isEmpty)
        }
    }

    @Test(
        "has a name that servers accept, one for each application",
        arguments: [
            ("shop", "flotilla-shop"), ("Shop", "flotilla-shop-"), ("my_app.v2", "flotilla-my-app-v2-"),
            ("-", "flotilla---"), (String(repeating: "a", count: 300), "flotilla-aaaa"),
        ]
    )
    func name(application: String, prefix: String) {
        let name = LeaseRecord.name(for: application)
        #expect(name.hasPrefix(prefix))
        #expect(name.count <= 253)
        #expect(name.allSatisfy { $0.isLowercase || $0.isNumber || $0 == "-" })
        #expect(name.last != "-")
        #expect((name == "flotilla-\(application)") == (application == "shop"))
    }
}

/// Clusters, and runs of one application that may only go on one after the other.
private struct LeaseFixture: Sendable {
    let fleet: Fleet
    let deployment: Deployment
    let clock = ManualClock()
    private let heard = Lock<[String]>([])

    var notes: [String] { heard.withLock { $0 } }

    static func with(
        _ names: [String] = ["eu", "us", "asia"],
        _ manifests: String = Text.configMap,
        plugin: String = "{}",
        _ body: (LeaseFixture) async throws -> Void
    ) async throws {
        try await ApplicationFixture.with(["a.yaml": manifests], plugin: plugin) { application in
            try await Fleet.with(names) { fleet in
                let request = try application.request("K8S_PRIMARY_ROLLOUT", targets: fleet.targets)
                try await body(LeaseFixture(fleet: fleet, deployment: Deployment(stages: [request])))
            }
        }
    }

    /// Runs a body as a run of this name, on a machine called `here`.
    @discardableResult
    func hold<Result: Sendable>(
        _ run: String,
        stop: StopSignal = StopSignal(),
        claimsAtOnce: Int = 64,
        while body: () async -> Result
    ) async throws -> Result {
        var lease = await ApplicationLease(
            of: deployment,
            for: LeaseHolder(run: RunID(run), host: "here"),
            connections: fleet.fresh.connections,
            clock: clock,
            now: { clock.moment }
        )
        lease.claims = RequestGate(limit: claimsAtOnce)
        let note: @Sendable (String, String) -> Void = { target, text in
            heard.withLock { $0.append("\(target): \(text)") }
        }
        return try await lease.hold(stop: stop, onNote: note, while: body)
    }

    /// A Lease that somebody renewed some time ago.
    func object(_ holder: String, age: Duration) -> Value {
        let time = Value.string("\(clock.moment + (.zero - age))")
        return [
            "apiVersion": "coordination.k8s.io/v1", "kind": "Lease", "metadata": ["name": "flotilla-app-orders"],
            "spec": [
                "holderIdentity": .string(holder), "leaseDurationSeconds": 60, "acquireTime": time, "renewTime": time,
            ],
        ]
    }

    /// Makes a namespace in the first cluster.
    func makeNamespace(_ name: String) {
        let object: Value = [
            "apiVersion": "v1", "kind": "Namespace", "metadata": ["name": .string(name)],
        ]
        #expect(fleet.clusters[0].perform("POST", "/api/v1/namespaces", object).code == 201)
    }

    /// Puts such a Lease into a cluster, in the place of the one that is there.
    func put(_ holder: String, age: Duration, into index: Int, namespace: String = "default") {
        let path = "/apis/coordination.k8s.io/v1/namespaces/\(namespace)/leases/flotilla-app-orders"
        let answer = fleet.clusters[index].perform("PUT", path, object(holder, age: age))
        #expect([200, 201].contains(answer.code))
    }
}
