import FakeKubernetes
import Manifests
import TestSupport
import Testing

@testable import KubernetesAPI

@Suite("Readiness wait", .timeLimit(.minutes(5)))
struct ReadinessWaitTests {
    /// Applies Deployments whose pods behave as told, and gives what to wait for.
    private static func apply(
        _ client: ClusterClient,
        _ names: [String] = ["cart"],
        pods: String = "",
        image: String = "example.com/cart:1"
    ) async throws -> [ReadinessTarget] {
        let mapping = try await client.mapping(for: GroupKind(group: "apps", kind: "Deployment"))
        var targets: [ReadinessTarget] = []
        for name in names {
            let manifest = try Manifest(
                yaml: """
                    apiVersion: apps/v1
                    kind: Deployment
                    metadata: {name: \(name), namespace: default}
                    spec:
                      replicas: 2
                      selector: {matchLabels: {app: \(name)}}
                      template:
                        metadata: {labels: {app: \(name)}, annotations: {\(pods)}}
                        spec: {containers: [{name: web, image: "\(image)"}]}
                    """
            )
            targets.append(ReadinessTarget(try await client.apply(manifest).resource, mapping: mapping))
        }
        return targets
    }

    private static let cart = ResourceKey(group: "apps", kind: "Deployment", namespace: "default", name: "cart")

    /// Waits for a Deployment that is never ready, and mends it as soon as the cluster was asked for a path.
    private static func mend(
        _ cluster: FakeCluster,
        _ client: ClusterClient,
        after path: String,
        onProgress: @escaping @Sendable (ResourceKey, Readiness) -> Void = { _, _ in }
    ) async throws -> [ResourceKey: Readiness] {
        let targets = try await apply(client, pods: "fake.flotilla.dev/pods: never-ready")
        cluster.clearRequests()
        return try await withThrowingTaskGroup(of: [ResourceKey: Readiness].self) { group in
            group.addTask {
                try await client.waitUntilReady(targets, deadline: .seconds(240), onProgress: onProgress)
            }
            // The second time: what the first answer said has then been told.
            await Polling.wait { cluster.paths.count { $0.hasSuffix(path) } >= 2 }
            _ = try await apply(client)
            return try await group.next() ?? [:]
        }
    }

    @Test("ends when all are current, and tells of every change")
    func current() async throws {
        try await withClient { cluster, client in
            let changes = Lock<[String]>([])
            let states = try await Self.mend(cluster, client, after: "/deployments/cart") { key, readiness in
                changes.withLock { $0.append("\(key.name) \(readiness)") }
            }
            #expect(states == [Self.cart: .current])
            let told = changes.withLock { $0 }
            #expect(told.last == "cart current")
            #expect(told.first?.hasPrefix("cart in progress: ") == true)
            #expect(zip(told, told.dropFirst()).allSatisfy { $0 != $1 })
        }
    }

    @Test("asks nothing for kinds that are always current")
    func noRequest() async throws {
        try await withClient { cluster, client in
            let resource = try await client.apply(.configMap("settings")).resource
            cluster.clearRequests()
            let target = ReadinessTarget(resource, mapping: .configMaps)
            let states = try await client.waitUntilReady([target], deadline: .seconds(1))
            #expect(states == [resource.key: .current])
            #expect(cluster.paths.isEmpty)
        }
    }

    @Test("asks one list for all objects of a type in a namespace")
    func oneList() async throws {
        try await withClient { cluster, client in
            let targets = try await Self.apply(client, ["a", "b", "c"], pods: "fake.flotilla.dev/ready-after: '60'")
            cluster.clearRequests()
            let states = try await client.waitUntilReady(targets, deadline: .seconds(240))
            #expect(states.values.allSatisfy(\.isCurrent) && states.count == 3)
            let first = cluster.paths.prefix(1)
            #expect(first == ["GET /apis/apps/v1/namespaces/default/deployments"])
        }
    }

    @Test(
        "fails early, naming pod, container and reason",
        arguments: [
            ("fake.flotilla.dev/pods: crash", "example.com/cart:1", "CrashLoopBackOff"),
            ("fake.flotilla.dev/pods: config-error", "example.com/cart:1", "CreateContainerConfigError"),
            ("", "example.com/bad:1", "ImagePullBackOff"),
        ]
    )
    func podFailure(pods: String, image: String, reason: String) async throws {
        try await withClient { _, client in
            let targets = try await Self.apply(client, pods: pods, image: image)
            let states = try await client.waitUntilReady(targets, deadline: .seconds(240))
            guard case .failed(let text) = states[Self.cart] else {
                Issue.record("\(states)")
                return
            }
            #expect(text.hasPrefix("pod cart-") && text.contains(", container web: \(reason)"), "\(text)")
        }
    }

    @Test("fails early when pods are refused")
    func quota() async throws {
        try await withClient { _, client in
            let targets = try await Self.apply(client, pods: "fake.flotilla.dev/pods: quota")
            let states = try await client.waitUntilReady(targets, deadline: .seconds(240))
            #expect(states[Self.cart]?.description.hasPrefix("failed: pods cannot be created: ") == true, "\(states)")
        }
    }

    @Test("does not blame the pods of the version before")
    func oldPods() async throws {
        try await withClient { _, client in
            _ = try await client.waitUntilReady(
                try await Self.apply(client, pods: "fake.flotilla.dev/pods: crash"),
                deadline: .seconds(240)
            )
            let fixed = try await Self.apply(client, pods: "fake.flotilla.dev/ready-after: '500'")
            let states = try await client.waitUntilReady(fixed, deadline: .seconds(240))
            #expect(states == [Self.cart: .current])
        }
    }

    @Test("ends at its deadline with the last that is known")
    func deadline() async throws {
        try await withClient { _, client in
            let targets = try await Self.apply(client, pods: "fake.flotilla.dev/pods: never-ready")
            let states = try await client.waitUntilReady(targets, deadline: .milliseconds(200))
            #expect(states[Self.cart]?.description.hasPrefix("in progress: ") == true)
        }
    }

    @Test("ends at its deadline though the server says nothing")
    func silence() async throws {
        try await withClient { cluster, client in
            let targets = try await Self.apply(client)
            cluster.inject(Fault(.stall, verbs: [.get, .list]))
            let states = try await client.waitUntilReady(targets, deadline: .milliseconds(200))
            #expect(states == [Self.cart: .inProgress("not looked at yet")])
        }
    }

    @Test("waits out a server that does not answer for a while")
    func transient() async throws {
        try await withClient { cluster, client in
            let targets = try await Self.apply(client)
            cluster.inject(.unavailable(verbs: [.get], times: 12))
            let states = try await client.waitUntilReady(targets, deadline: .seconds(240))
            #expect(states == [Self.cart: .current])
        }
    }

    @Test("says when an object is gone, or another one has its name")
    func gone() async throws {
        try await withClient { _, client in
            let first = try await Self.apply(client, pods: "fake.flotilla.dev/pods: never-ready")
            let live = try #require(try await client.get(first[0].mapping, namespace: "default", name: "cart"))
            _ = try await client.delete(live)
            #expect(try await client.waitUntilReady(first, deadline: .seconds(240)) == [Self.cart: .notFound])
            _ = try await Self.apply(client)
            let states = try await client.waitUntilReady(first, deadline: .seconds(240))
            #expect(states == [Self.cart: .failed("it was deleted, and another object has its name now")])
        }
    }

    @Test("throws when the objects may not be seen")
    func forbidden() async throws {
        try await withClient { cluster, client in
            let targets = try await Self.apply(client)
            cluster.inject(.forbidden(verbs: [.get, .list], resource: "deployments"))
            let error = await #expect(throws: APIError.self) {
                try await client.waitUntilReady(targets, deadline: .seconds(240))
            }
            guard case .forbidden = error?.reason else { return unexpected(error) }
        }
    }

    @Test("goes by the workload alone when the pods may not be seen")
    func forbiddenPods() async throws {
        try await withClient { cluster, client in
            cluster.inject(.forbidden(verbs: [.list], resource: "pods"))
            let states = try await Self.mend(cluster, client, after: "/pods")
            #expect(states == [Self.cart: .current])
        }
    }

    @Test("ends at once when cancelled")
    func cancelled() async throws {
        try await withClient { cluster, client in
            let targets = try await Self.apply(client, pods: "fake.flotilla.dev/pods: never-ready")
            await withThrowingTaskGroup(of: Void.self) { group in
                group.addTask { _ = try await client.waitUntilReady(targets, deadline: .seconds(240)) }
                await Polling.wait { cluster.paths.contains { $0.hasPrefix("GET /apis/apps/v1/") } }
                group.cancelAll()
                await #expect(throws: CancellationError.self) { try await group.waitForAll() }
            }
        }
    }
}
