import FakeKubernetes
import Manifests
import Testing

@testable import KubernetesAPI

@Suite("A create of which nobody knows whether it was executed", .timeLimit(.minutes(5)))
struct CreateInDoubtTests {
    private static let path = "\(Foreign.configMaps)/settings"

    private static let secret = """
        apiVersion: v1
        kind: Secret
        metadata: {name: s, namespace: default}
        stringData: {p: VALUE}
        """

    /// Creates the ConfigMap after a fault, and gives what came of it and the requests that it took.
    private static func create(
        _ manifest: Manifest? = nil,
        after fault: Fault,
        _ prepare: (FakeCluster) throws -> Void = { _ in }
    ) async throws -> (outcome: Result<Applied, APIError>, verbs: [String], live: Value?) {
        try await withClient { cluster, client in
            _ = try await client.discovery()
            try prepare(cluster)
            cluster.clearRequests()
            cluster.inject(fault)
            let outcome: Result<Applied, APIError>
            do {
                outcome = .success(try await client.create(manifest ?? .configMap("settings")))
            } catch let error as APIError {
                outcome = .failure(error)
            }
            return (outcome, cluster.requests.map(\.method), cluster.object(Self.path))
        }
    }

    @Test(
        "is sent again when the object is not there",
        arguments: [
            Fault(.resetBefore, verbs: [.create], times: 1), .timeout(verbs: [.create], times: 1),
            .internalError(verbs: [.create], times: 1), .unavailable(verbs: [.create], times: 1),
        ]
    )
    func absent(fault: Fault) async throws {
        let (outcome, verbs, live) = try await Self.create(after: fault)
        #expect(try outcome.get().isNew)
        #expect(verbs == ["POST", "GET", "POST"])
        #expect(live?["data"] == ["a": "1"])
    }

    @Test(
        "is found to have been executed, and not sent again",
        arguments: [Fault(.resetAfter, verbs: [.create], times: 1), .timeoutAfter(verbs: [.create], times: 1)]
    )
    func executed(fault: Fault) async throws {
        let (outcome, verbs, live) = try await Self.create(after: fault)
        let made = try outcome.get()
        #expect(made.isNew)
        #expect(verbs == ["POST", "GET"])
        #expect(live?[path: "metadata", "uid"] == .string(made.resource.uid))
    }

    @Test("of a workload is recognized beside what the server fills in")
    func defaulted() async throws {
        try await withClient { cluster, client in
            var manifest = try Manifest(Foreign.deployment(env: ["A"]))
            manifest.remove(at: ["metadata", "annotations"])
            try manifest.set([:], at: ["spec", "template", "spec", "securityContext"])
            cluster.inject(Fault(.resetAfter, verbs: [.create], times: 1))
            let made = try await client.create(manifest)
            #expect(made.resource.generation == 1)
            #expect(cluster.requests.filter { $0.method == "POST" }.count == 1)
        }
    }

    @Test("of a Secret is recognized, though its stringData is never shown")
    func secret() async throws {
        try await withClient { cluster, client in
            let secret = try Manifest(
                yaml: "apiVersion: v1\nkind: Secret\nmetadata: {name: s, namespace: default}\nstringData: {p: x}"
            )
            cluster.inject(Fault(.resetAfter, verbs: [.create], times: 1))
            #expect(try await client.create(secret).isNew)
        }
    }

    @Test("of a Secret is no success when the one that is there has another value", arguments: ["other", "x"])
    func otherSecret(value: String) async throws {
        try await withClient { cluster, client in
            let secret = { (value: String) in try Manifest(yaml: Self.secret.replacing("VALUE", with: value)) }
            cluster.create(try secret(value).object, at: "/api/v1/namespaces/default/secrets", by: "flotilla")
            cluster.inject(Fault(.resetBefore, verbs: [.create], times: 1))
            let manifest = try secret("x")
            do {
                _ = try await client.create(manifest)
                #expect(value == "x")
            } catch let error as APIError {
                #expect(value == "other" && error.reason == .alreadyExists)
            }
        }
    }

    @Test(
        "is no success when the object that is there is another one",
        arguments: [("flotilla", "2"), ("kubectl-create", "1")]
    )
    func another(manager: String, value: String) async throws {
        let fault = Fault(.resetBefore, verbs: [.create], times: 1)
        let (outcome, verbs, live) = try await Self.create(after: fault) { cluster in
            let manifest = try Manifest.configMap("settings", data: ["a": value])
            cluster.create(manifest.object, at: Foreign.configMaps, by: manager)
        }
        #expect(throws: APIError.self) { try outcome.get() }
        guard case .failure(let error) = outcome, error.reason == .alreadyExists else {
            Issue.record("\(outcome)")
            return
        }
        #expect(verbs == ["POST", "GET"])
        #expect(live?["data"] == ["a": .string(value)])
    }

    @Test(
        "that is executed after the look is recognized by the second refusal, but not what was only updated by us",
        arguments: [("2026-01-01T00:00:03Z", true), ("2026-01-01T00:00:04Z", true), ("2026-01-01T00:00:05Z", false)]
    )
    func late(time: String, isOurs: Bool) async throws {
        let status = #"{"kind":"Status","apiVersion":"v1","code":409,"reason":"AlreadyExists"}"#
        let object = """
            {"kind":"ConfigMap","apiVersion":"v1","data":{"a":"1"},
            "metadata":{"name":"settings","namespace":"default","uid":"u","creationTimestamp":"2026-01-01T00:00:04Z",
            "managedFields":[{"manager":"flotilla","operation":"Update","time":"\(time)"}]}}
            """
        let missing = #"{"kind":"Status","apiVersion":"v1","details":{"kind":"configmaps","name":"settings"}}"#
        try await withScriptedServer { request, number in
            if let answer = ScriptedServer.discovery(request) { return answer }
            switch number {
            case 3: return .hangUp
            case 4: return .respond(404, missing)
            case 5: return .respond(409, status)
            default: return .respond(200, object)
            }
        } _: { server, client in
            let made: Applied?
            do {
                made = try await client.create(.configMap("settings"))
            } catch let error as APIError where error.reason == .alreadyExists {
                made = nil
            }
            #expect(made?.resource.uid == (isOurs ? "u" : nil))
            let verbs = server.requests.dropFirst(3).compactMap { $0.split(separator: " ").first }
            #expect(verbs == ["POST", "GET", "POST", "GET"])
        }
    }

    @Test("ends with its own error when the object may not be read")
    func unreadable() async throws {
        let (outcome, verbs, _) = try await Self.create(after: Fault(.resetAfter, verbs: [.create], times: 1)) {
            $0.inject(.forbidden(verbs: [.get], resource: "configmaps"))
        }
        guard case .failure(let error) = outcome, case .connectionLost = error.reason else {
            Issue.record("\(outcome)")
            return
        }
        #expect(error.verb == "create")
        #expect(verbs == ["POST", "GET"])
    }

    @Test("is given up after four tries more")
    func givenUp() async throws {
        let (outcome, verbs, live) = try await Self.create(after: Fault(.resetBefore, verbs: [.create]))
        #expect(throws: APIError.self) { try outcome.get() }
        #expect(verbs.filter { $0 == "POST" }.count == 5)
        #expect(live == nil)
    }

    @Test(
        "is none when the server says when to come again, or names a webhook: it is not tried anew after all tries",
        arguments: [
            (.status(code: 503, reason: "ServiceUnavailable", message: "starting", retryAfter: 1), 11),
            (.status(code: 504, reason: "Timeout", message: "slow", retryAfter: 120), 1),
            (.failedWebhook("v.example.com", cause: "connection refused"), 4),
        ] as [(Fault.Effect, Int)]
    )
    func noDoubt(effect: Fault.Effect, posts: Int) async throws {
        let (outcome, verbs, live) = try await Self.create(after: Fault(effect, verbs: [.create]))
        #expect(throws: APIError.self) { try outcome.get() }
        #expect(verbs == Array(repeating: "POST", count: posts))
        #expect(live == nil)
    }

    @Test("that was a dry run is just sent again, for it leaves no trace")
    func dryRun() async throws {
        try await withClient { cluster, client in
            _ = try await client.discovery()
            cluster.clearRequests()
            cluster.inject(Fault(.resetAfter, verbs: [.create], times: 1))
            _ = try await client.create(.configMap("settings"), options: WriteOptions(dryRun: true))
            #expect(cluster.requests.map(\.method) == ["POST", "POST"])
            #expect(cluster.object(Self.path) == nil)
        }
    }
}

@Suite("An object as a server shows it")
struct ShownObjectTests {
    @Test(
        "is the one that was sent, also without what says nothing, and with amounts in another form",
        arguments: [
            ("{a: {b: 1, c: x}, d: 2}", "{a: {b: 1}}", true),
            ("{a: 1}", "{a: 2}", false),
            ("{a: 1}", "{a: 1, b: 1}", false),
            ("{}", "{a: false, b: 0, c: 0.0, d: '', e: [], f: {}, g: null, h: {i: false}}", true),
            ("{a: true}", "{a: false}", false),
            ("{}", "{a: true}", false),
            ("{l: [{name: A}]}", "{l: [{name: A, value: ''}]}", true),
            ("{l: [{name: A}, {name: B}]}", "{l: [{name: A}]}", false),
            ("{limits: {cpu: '1', memory: 1Gi}}", "{limits: {cpu: 1000m, memory: 1024Mi}}", true),
            ("{limits: {cpu: '1'}}", "{limits: {cpu: 1}}", true),
            ("{limits: {cpu: 700m}}", "{limits: {cpu: 0.7}}", true),
            ("{limits: {cpu: '1500'}}", "{limits: {cpu: 1.5k}}", true),
            ("{limits: {cpu: '1'}}", "{limits: {cpu: 1001m}}", false),
            ("{limits: {cpu: 1Gi}}", "{limits: {cpu: 1G}}", false),
            ("{limits: {cpu: a}}", "{limits: {cpu: b}}", false),
            ("{data: {a: '1'}}", "{data: {a: 1000m}}", false),
        ]
    )
    func contains(shown: String, sent: String, isSame: Bool) throws {
        #expect(try Value(yaml: shown).contains(Value(yaml: sent)) == isSame)
    }
}
