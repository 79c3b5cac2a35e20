import FakeKubernetes
import Manifests
import Testing

@testable import KubernetesAPI

@Suite("Cluster client, discovery", .timeLimit(.minutes(5)))
struct ClusterClientDiscoveryTests {
    private static let deployment = GroupVersionKind(group: "apps", version: "v1", kind: "Deployment")

    @Test("asks twice where it is aggregated, however many want to know")
    func aggregated() async throws {
        try await withClient { cluster, client in
            let mappings = try await withThrowingTaskGroup(of: ResourceMapping.self) { group in
                for _ in 0..<20 { group.addTask { try await client.mapping(for: Self.deployment) } }
                return try await group.reduce(into: Set()) { $0.insert($1) }
            }
            #expect(mappings.map(\.resource.description) == ["deployments.apps"])
            #expect(cluster.paths.sorted() == ["GET /api", "GET /apis"])
        }
    }

    private static func withPlainClient<Result>(
        _ body: (FakeCluster, ClusterClient) async throws -> Result
    ) async throws -> Result {
        var options = FakeClusterOptions()
        options.hasAggregatedDiscovery = false
        return try await withClient(options: options, body)
    }

    @Test("API-14 goes group version by group version where it is plain, and finds the same")
    func plain() async throws {
        let plain = try await Self.withPlainClient { cluster, client in
            let discovery = try await client.discovery()
            #expect(cluster.paths.count == Set(cluster.paths).count)
            #expect(Set(cluster.paths).isSuperset(of: ["GET /api/v1", "GET /apis/apps/v1", "GET /apis/batch/v1"]))
            let count = cluster.paths.count
            _ = try await client.discovery()
            _ = try await client.mapping(for: Self.deployment)
            #expect(cluster.paths.count == count)
            return discovery
        }
        let aggregated = try await withClient { try await $1.discovery() }
        #expect(Set(plain.mappings) == Set(aggregated.mappings))
        let scaler = GroupKind(group: "autoscaling", kind: "HorizontalPodAutoscaler")
        #expect(plain.mapping(for: scaler) == aggregated.mapping(for: scaler))
    }

    @Test("API-14 asks a plain server only for the group versions that somebody wants, once")
    func lazy() async throws {
        try await Self.withPlainClient { cluster, client in
            try await withThrowingTaskGroup(of: Void.self) { group in
                for _ in 0..<20 { group.addTask { _ = try await client.mapping(for: Self.deployment) } }
                try await group.waitForAll()
            }
            #expect(cluster.paths.sorted() == ["GET /api", "GET /apis", "GET /apis/apps/v1"])
            cluster.clearRequests()
            _ = try await client.mapping(for: GroupKind(kind: "ConfigMap"))
            _ = try await client.mapping(for: GroupKind(kind: "Secret"))
            #expect(cluster.paths == ["GET /api/v1"])
            cluster.clearRequests()
            let scaler = GroupKind(group: "autoscaling", kind: "HorizontalPodAutoscaler")
            let mapping = try await client.mapping(for: scaler)
            #expect(mapping.groupVersionKind.version == "v2")
            #expect(cluster.paths == ["GET /apis/autoscaling/v2"])
        }
    }

    @Test("asks again for a kind that is missing, every five seconds at most")
    func limit() async throws {
        try await Self.withPlainClient { cluster, client in
            let missing = GroupVersionKind(group: "apps", version: "v1", kind: "Foo")
            _ = try await client.mapping(for: Self.deployment)
            for _ in 0..<5 {
                let error = await #expect(throws: APIError.self) { try await client.mapping(for: missing) }
                #expect(error?.reason == .noMatch(kind: "Foo", apiVersion: "apps/v1"))
            }
            let paths = ["GET /api", "GET /apis", "GET /apis/apps/v1"]
            #expect(cluster.paths.sorted() == (paths + paths).sorted())
        }
    }

    @Test("a server without /apis is none, and not an empty one")
    func noGroups() async throws {
        try await withScriptedServer { request, _ in
            request == "GET /api"
                ? .respond(200, #"{"versions":["v1"]}"#) : .respond(404, "404 page not found", type: "text/plain")
        } _: { _, client in
            let error = await #expect(throws: APIError.self) { try await client.discovery() }
            #expect(error.text == "osaka: discover /apis: the server has no /apis; is it a Kubernetes API server")
        }
    }

    private static let pods = #"{"resources":[{"name":"pods","kind":"Pod","namespaced":true,"verbs":["get"]}]}"#
    private static let broken = GroupVersion(group: "m.io", version: "v1")
    private static let metric = GroupVersionKind(group: "m.io", version: "v1", kind: "Metric")

    @Test("API-14 keeps what it can when a group version fails, and says of its kinds that nobody can tell")
    func partial() async throws {
        try await withScriptedServer { request, _ in
            switch request {
            case "GET /api": .respond(200, #"{"versions":["v1"]}"#)
            case "GET /apis": .respond(200, #"{"groups":[{"name":"m.io","versions":[{"groupVersion":"m.io/v1"}]}]}"#)
            case "GET /api/v1": .respond(200, Self.pods)
            default: .respond(403, "no backend", type: "text/plain")
            }
        } _: { _, client in
            // Before and after the whole was asked for, with and without a version.
            let first = await #expect(throws: APIError.self) { try await client.mapping(for: Self.metric) }
            let discovery = try await client.discovery()
            #expect(discovery.mappings.map(\.resource.resource) == ["pods"])
            #expect(Array(discovery.failures.keys) == [Self.broken])
            let second = await #expect(throws: APIError.self) { try await client.mapping(for: Self.metric.groupKind) }
            for error in [first, second] {
                guard case .discoveryIncomplete("m.io/v1", _) = error?.reason else { return unexpected(error) }
            }
        }
    }

    @Test("API-15 API-16 a stale group version is never a missing one")
    func stale() async throws {
        let type = "application/json; as=APIGroupDiscoveryList;v=v2;g=apidiscovery.k8s.io;charset=utf-8"
        let groups =
            #"{"items":[{"metadata":{"name":"m.io"},"versions":[{"version":"v1","freshness":"Stale","resources":[]}]}]}"#
        try await withScriptedServer { request, _ in
            .respond(200, request == "GET /apis" ? groups : #"{"items":[]}"#, type: type)
        } _: { server, client in
            let failures = try await client.discovery().failures
            #expect(Array(failures.keys) == [Self.broken])
            #expect(server.requests.count == 2)
            let exact = await #expect(throws: APIError.self) { try await client.mapping(for: Self.metric) }
            let any = await #expect(throws: APIError.self) { try await client.mapping(for: Self.metric.groupKind) }
            for error in [exact, any] {
                guard case .discoveryIncomplete("m.io/v1", _) = error?.reason else { return unexpected(error) }
            }
            let other = GroupKind(group: "n.io", kind: "Metric")
            let absent = await #expect(throws: APIError.self) { try await client.mapping(for: other) }
            #expect(absent?.reason == .noMatch(kind: "Metric", apiVersion: "n.io/*"))
        }
    }

    @Test(
        "an answer that says nothing is no cluster that serves nothing",
        arguments: ["/api", "/apis", "/apis/m.io/v1"]
    )
    func nothingSaid(path: String) async throws {
        try await withScriptedServer { request, _ in
            request == "GET \(path)" ? .respond(200, #"{"message":"signed out"}"#) : Self.group(request, Self.metrics)
        } _: { _, client in
            let error = await #expect(throws: APIError.self) {
                try await client.servedMapping(for: Self.metric.groupKind)
            }
            #expect(error.text.contains("the answer is no discovery document: it has no "))
        }
    }

    /// The answers of a cluster with one group, of which it says this.
    private static func group(_ request: String, _ answer: ScriptedServer.Answer) -> ScriptedServer.Answer {
        switch request {
        case "GET /api": .respond(200, #"{"versions":[]}"#)
        case "GET /apis": .respond(200, #"{"groups":[{"name":"m.io","versions":[{"groupVersion":"m.io/v1"}]}]}"#)
        default: answer
        }
    }

    private static let metrics = ScriptedServer.Answer.respond(
        200,
        #"{"resources":[{"name":"metrics","kind":"Metric","namespaced":true,"verbs":["list"]}]}"#
    )

    /// Whether all can be told of the group, by a look at everything or at one of its kinds.
    private static func isKnown(_ client: ClusterClient, all: Bool) async throws -> Bool {
        guard !all else { return try await client.discovery().failures.isEmpty }
        return try await client.servedMapping(for: metric.groupKind) != nil
    }

    @Test("API-16 asks a group version that failed again, and no other, the next time", arguments: [false, true])
    func recovers(asksForAll: Bool) async throws {
        let isBroken = Lock(true)
        try await withScriptedServer { request, _ in
            Self.group(request, isBroken.withLock { $0 } ? .respond(503, "starting", type: "text/plain") : Self.metrics)
        } _: { server, client in
            for _ in 0..<2 {
                let failures = try await client.refreshDiscovery().failures
                #expect(failures.count == 1)
            }
            isBroken.withLock { $0 = false }
            let count = server.requests.count
            for _ in 0..<2 {
                let isKnown = try await Self.isKnown(client, all: asksForAll)
                #expect(isKnown)
            }
            #expect(server.requests.dropFirst(count) == ["GET /apis/m.io/v1"])
        }
    }

    @Test("API-16 asks again for a stale group version", arguments: [false, true])
    func recoversFromStale(asksForAll: Bool) async throws {
        let type = "application/json;g=apidiscovery.k8s.io;v=v2;as=APIGroupDiscoveryList"
        let version = Lock(#"{"version":"v1","freshness":"Stale"}"#)
        try await withScriptedServer { request, _ in
            let group = #"{"metadata":{"name":"m.io"},"versions":[\#(version.withLock { $0 })]}"#
            return .respond(200, #"{"items":[\#(request == "GET /apis" ? group : "")]}"#, type: type)
        } _: { _, client in
            let failures = try await client.discovery().failures
            #expect(failures.count == 1)
            let resource = #"{"resource":"metrics","responseKind":{"kind":"Metric"},"scope":"Namespaced"}"#
            version.withLock { $0 = #"{"version":"v1","freshness":"Current","resources":[\#(resource)]}"# }
            let isKnown = try await Self.isKnown(client, all: asksForAll)
            #expect(isKnown)
        }
    }

    @Test("what is wrong with us or the cluster is no failure of a group version", arguments: [false, true])
    func notOfTheGroup(isClosed: Bool) async throws {
        let engine = Lock<HTTPEngine?>(nil)
        try await withScriptedServer { request, _ in
            let isDocument = request == "GET /apis/m.io/v1"
            if isDocument { engine.withLock { $0 }?.close() }
            return Self.group(request, .respond(401, "who are you", type: "text/plain"))
        } _: { _, client in
            if isClosed { engine.withLock { $0 = client.engine } }
            let all = await #expect(throws: APIError.self) { try await client.discovery() }
            let one = await #expect(throws: APIError.self) {
                try await client.servedMapping(for: Self.metric.groupKind)
            }
            for error in [all, one] {
                switch error?.reason {
                case .unauthorized where !isClosed: break
                case .engineClosed where isClosed: break
                default: unexpected(error)
                }
            }
        }
    }

    @Test("looks once more for an announced kind that somebody else finds while we look at what was before")
    func foundByAnother() async throws {
        let found = Lock<ClusterClient?>(nil)
        try await withScriptedServer { request, _ in
            guard request == "GET /apis/m.io/v1" else { return Self.group(request, .hangUp) }
            let finder = found.withLock { client in
                defer { client = nil }
                return client
            }
            guard let finder else { return Self.metrics }
            finder.cache.settle(Self.metric.groupKind)
            return .respond(200, #"{"resources":[]}"#)
        } _: { _, client in
            found.withLock { $0 = client }
            _ = try await client.servedMapping(for: GroupKind(kind: "Pod"))
            client.cache.expect(Self.metric.groupKind)
            let mapping = try await client.mapping(for: Self.metric)
            #expect(mapping.resource.resource == "metrics")
        }
    }

    @Test("does not wait for a kind any more that has been found and is gone", arguments: [false, true])
    func settled(isSearched: Bool) async throws {
        let waits = RecordedWaits()
        let isGone = Lock(false)
        try await withScriptedServer(options: ClusterClient.Options(retry: waits.policy)) { request, _ in
            Self.group(request, isGone.withLock { $0 } ? .respond(200, #"{"resources":[]}"#) : Self.metrics)
        } _: { _, client in
            client.cache.expect(Self.metric.groupKind)
            if isSearched { _ = try await client.discovery() }
            _ = try await client.mapping(for: Self.metric)
            isGone.withLock { $0 = true }
            _ = try await client.refreshDiscovery()
            let error = await #expect(throws: APIError.self) { try await client.mapping(for: Self.metric) }
            #expect(error?.reason == .noMatch(kind: "Metric", apiVersion: "m.io/v1"))
            #expect(waits.all.isEmpty)
        }
    }

    @Test("one endpoint aggregated and the other not: the plain form counts for both")
    func mixed() async throws {
        let type = "application/json;g=apidiscovery.k8s.io;v=v2;as=APIGroupDiscoveryList"
        let asked = Lock(0)
        try await withScriptedServer { request, _ in
            switch request {
            case "GET /api":
                asked.withLock { count in
                    count += 1
                    return count == 1
                }
                    ? .respond(200, #"{"items":[]}"#, type: type) : .respond(200, #"{"versions":["v1"]}"#)
            case "GET /apis": .respond(200, #"{"groups":[]}"#)
            default: .respond(200, Self.pods)
            }
        } _: { server, client in
            let mapping = try await client.mapping(for: GroupKind(kind: "Pod"))
            #expect(mapping.resource.resource == "pods")
            #expect(server.requests.sorted() == ["GET /api", "GET /api", "GET /api/v1", "GET /apis"])
        }
    }

    @Test("API-18 looks once more for a kind that it does not know, then says so")
    func noMatch() async throws {
        try await withClient { cluster, client in
            _ = try await client.discovery()
            let error = await #expect(throws: APIError.self) {
                try await client.mapping(for: GroupVersionKind(group: "y.io", version: "v1", kind: "Foo"))
            }
            #expect(error?.reason == .noMatch(kind: "Foo", apiVersion: "y.io/v1"))
            #expect(error?.description.contains("no matches for kind \"Foo\" in version \"y.io/v1\"") == true)
            #expect(cluster.paths.count == 4)
        }
    }

    @Test("API-18 a path that is no longer served is no missing object, after one more look at what is served")
    func unserved() async throws {
        try await withClient { cluster, client in
            _ = try await client.discovery()
            cluster.clearRequests()
            let gone = ResourceMapping("y.io/v1", "Foo", "foos")
            let error = await #expect(throws: APIError.self) {
                try await client.get(gone, namespace: "default", name: "x")
            }
            #expect(error?.reason == .noMatch(kind: "Foo", apiVersion: "y.io/v1"))
            #expect(cluster.paths.filter { $0 == "GET /apis" }.count == 1)
        }
    }

    @Test(
        "waits for a kind whose definition was just applied, also after a look at something else",
        arguments: [false, true]
    )
    func announced(looksElsewhere: Bool) async throws {
        let definition = """
            apiVersion: apiextensions.k8s.io/v1
            kind: CustomResourceDefinition
            metadata: {name: foos.y.io}
            spec: {group: y.io, names: {kind: Foo, plural: foos}}
            """
        let groups = Lock(
            #"{"groups":[{"name":"apiextensions.k8s.io","versions":[{"groupVersion":"apiextensions.k8s.io/v1"}]}]}"#
        )
        try await withScriptedServer { request, number in
            let crds = #"{"name":"customresourcedefinitions","kind":"CustomResourceDefinition","verbs":["patch"]}"#
            if number > 9 {
                groups.withLock { $0 = #"{"groups":[{"name":"y.io","versions":[{"groupVersion":"y.io/v1"}]}]}"# }
            }
            switch request {
            case "GET /api": return .respond(200, #"{"versions":[]}"#)
            case "GET /apis": return .respond(200, groups.withLock { $0 })
            case "GET /apis/y.io/v1":
                return .respond(200, #"{"resources":[{"name":"foos","kind":"Foo","verbs":["get"]}]}"#)
            case "GET /apis/apiextensions.k8s.io/v1": return .respond(200, #"{"resources":[\#(crds)]}"#)
            default: return .hangUp
            }
        } _: { server, client in
            _ = try await client.discovery()
            client.noteNewKinds(of: try Manifest(yaml: definition))
            if looksElsewhere {
                let kind = GroupKind(group: "apiextensions.k8s.io", kind: "CustomResourceDefinition")
                _ = try await client.mapping(for: kind)
            }
            let mapping = try await client.mapping(for: GroupKind(group: "y.io", kind: "Foo"))
            #expect(mapping.resource.resource == "foos")
            #expect(server.requests.count > 9)
        }
    }
}
