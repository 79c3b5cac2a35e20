import FakeKubernetes
import Manifests
import Testing

@testable import KubernetesAPI

@Suite("Replace", .timeLimit(.minutes(5)))
struct ReplaceTests {
    private static let path = "\(Foreign.configMaps)/settings"

    @Test("creates what is not there, and changes nothing the second time")
    func twice() async throws {
        try await withClient { cluster, client in
            let created = try await client.replace(.configMap("settings"))
            let again = try await client.replace(.configMap("settings"))
            #expect(created.before == nil)
            #expect(again.before == created.resource)
            #expect(again.resource.resourceVersion == created.resource.resourceVersion)
            #expect(cluster.object(Self.path)?["data"] == ["a": "1"])
        }
    }

    @Test("takes away what the manifest does not say, and keeps the object, its finalizers and its owners")
    func dropped() async throws {
        try await withClient { cluster, client in
            var object = try Foreign.configMap()
            try object.set(["example.com/hold"], at: ["metadata", "finalizers"])
            cluster.create(object, at: Foreign.configMaps, by: "kubectl-client-side-apply")
            let replaced = try await client.replace(.configMap("settings"))
            let live = try #require(cluster.object(Self.path))
            #expect(live["data"] == ["a": "1"])
            #expect(live[path: "metadata", "labels"] == nil)
            #expect(live[path: "metadata", "finalizers"] == ["example.com/hold"])
            #expect(replaced.resource.uid == replaced.before?.uid)
        }
    }

    @Test("keeps what the server gave a Service, and leaves an unchanged one alone")
    func service() async throws {
        try await withClient { cluster, client in
            let service = try Manifest(
                yaml: """
                    apiVersion: v1
                    kind: Service
                    metadata: {name: cart, namespace: default}
                    spec: {type: NodePort, selector: {app: cart}, ports: [{name: http, port: 80}]}
                    """
            )
            let first = try await client.apply(service)
            let replaced = try await client.replace(service)
            for path in [["spec", "clusterIP"], ["spec", "clusterIPs"], ["spec", "ports"]] {
                #expect(replaced.resource.object.at(path) == first.resource.object.at(path))
            }
            let sent = try #require(cluster.requests.last { $0.method == "PUT" })
            #expect(sent.query.contains("fieldManager=flotilla"))
            let again = try await client.replace(service)
            #expect(again.resource.resourceVersion == replaced.resource.resourceVersion)
        }
    }

    @Test("API-08 of a custom resource sends the version that was read")
    func custom() async throws {
        try await withClient { cluster, client in
            let path = "/apis/networking.istio.io/v1/namespaces/default/virtualservices/cart"
            for hosts in ["[cart]", "[cart, other]"] {
                let manifest = try Manifest(
                    yaml: """
                        apiVersion: networking.istio.io/v1
                        kind: VirtualService
                        metadata: {name: cart, namespace: default}
                        spec: {hosts: \(hosts), http: [{route: [{destination: {host: cart}}]}]}
                        """
                )
                _ = try await client.replace(manifest)
                let spec = cluster.object(path)?["spec"]
                #expect(spec == manifest.object["spec"])
            }
            #expect(cluster.paths.last == "PUT \(path)")
        }
    }

    @Test("leaves an unchanged Deployment alone, whose controller has written meanwhile")
    func deployment() async throws {
        try await withClient { _, client in
            let manifest = try Manifest(Foreign.deployment(env: ["A"]))
            let mapping = try await client.mapping(for: manifest.groupVersionKind)
            let first = try await client.replace(manifest).resource
            let target = ReadinessTarget(first, mapping: mapping)
            #expect(try await client.waitUntilReady([target], deadline: .seconds(240)).values.allSatisfy(\.isCurrent))
            let again = try await client.replace(manifest)
            #expect(again.before?.resourceVersion != first.resourceVersion)
            #expect(again.resource.resourceVersion == again.before?.resourceVersion)
        }
    }

    @Test("reads the object again when it changes meanwhile, at most five times", arguments: [2, 5])
    func modified(times: Int) async throws {
        let waits = RecordedWaits()
        try await withClient(waits: waits) { cluster, client in
            _ = try await client.create(.configMap("settings"))
            let message = "the object has been modified; please apply your changes to the latest version"
            let effect = Fault.Effect.status(code: 409, reason: "Conflict", message: message)
            cluster.inject(Fault(effect, verbs: [.update], times: times))
            cluster.clearRequests()
            var error: APIError?
            do {
                _ = try await client.replace(.configMap("settings", data: ["b": "2"]))
            } catch let failure as APIError {
                error = failure
            }
            #expect((error == nil) == (times < 5), "\(error.text)")
            #expect(cluster.object(Self.path)?["data"] == (times < 5 ? ["b": "2"] : ["a": "1"]))
            #expect(cluster.paths.filter { $0.hasPrefix("PUT") }.count == min(times + 1, 5))
            #expect(waits.all == (1...min(times, 4)).map { .milliseconds(10 << $0) })
        }
    }

    @Test("REPL-01 ends in success, in the server's refusal, or in a create of what is not found")
    func outcomes() async throws {
        try await withClient { cluster, client in
            _ = try await client.create(.configMap("settings"))
            let refusal = Fault.Effect.status(code: 422, reason: "Invalid", message: "data: Invalid value")
            cluster.inject(Fault(refusal, verbs: [.update], times: 1))
            let error = await #expect(throws: APIError.self) { try await client.replace(.configMap("settings")) }
            #expect(error?.reason == .invalid(code: 422, message: "data: Invalid value"))
            #expect(try await client.replace(.configMap("settings")).before != nil)
            cluster.perform("DELETE", Self.path)
            #expect(try await client.replace(.configMap("settings")).before == nil)
            let nowhere = try Manifest.configMap("settings", namespace: "nowhere")
            let missing = await #expect(throws: APIError.self) { try await client.replace(nowhere) }
            #expect(missing?.reason == .namespaceNotFound("nowhere"))
        }
    }

    @Test("tells the object as it was at first when the answer to its own write got lost")
    func lostAnswer() async throws {
        try await withClient { cluster, client in
            let first = try await client.create(.configMap("settings")).resource
            cluster.inject(Fault(.resetAfter, verbs: [.update], times: 1))
            let replaced = try await client.replace(.configMap("settings", data: ["b": "2"]))
            #expect(replaced.before == first)
            #expect(replaced.resource.object["data"] == ["b": "2"])
        }
    }

    @Test("changes the strategy to Recreate, which an apply cannot, but names as the way")
    func recreate() async throws {
        try await withClient { _, client in
            var manifest = try Manifest(Foreign.deployment(env: []))
            manifest.remove(at: ["metadata", "annotations"])
            _ = try await client.apply(manifest)
            try manifest.set("Recreate", at: ["spec", "strategy", "type"])
            let changed = manifest
            let error = await #expect(throws: APIError.self) { try await client.apply(changed) }
            let remedy = "set the annotation pipecd.dev/sync-by-replace: enabled for one deployment"
            #expect(
                error.text.contains("spec.strategy.rollingUpdate: Forbidden: may not be specified"),
                "\(error.text)"
            )
            #expect(error.text.hasSuffix(remedy), "\(error.text)")
            let replaced = try await client.replace(changed)
            #expect(replaced.resource.object[path: "spec", "strategy"] == ["type": "Recreate"])
            let applied = try await client.apply(changed)
            #expect(applied.resource.object[path: "spec", "strategy"] == ["type": "Recreate"])
            try manifest.set("1", at: ["spec", "strategy", "rollingUpdate", "maxSurge"])
            let wrong = manifest
            let refusal = await #expect(throws: APIError.self) { try await client.replace(wrong) }
            #expect(refusal.text.contains("the server finds it invalid"), "\(refusal.text)")
            #expect(!refusal.text.contains("sync-by-replace"), "\(refusal.text)")
        }
    }

    @Test("of a field that cannot change says how to get past it")
    func immutable() async throws {
        try await withClient { _, client in
            var manifest = try Manifest(Foreign.deployment(env: []))
            manifest.remove(at: ["metadata", "annotations"])
            _ = try await client.apply(manifest)
            try manifest.set(["app": "web", "tier": "front"], at: ["spec", "selector", "matchLabels"])
            try manifest.set(["app": "web", "tier": "front"], at: ["spec", "template", "metadata", "labels"])
            let hint = "to delete it and create it anew, set the annotation pipecd.dev/force-sync-by-replace: enabled"
            let changed = manifest
            for error in [
                await #expect(throws: APIError.self) { _ = try await client.apply(changed) },
                await #expect(throws: APIError.self) { _ = try await client.replace(changed) },
            ] {
                guard case .immutable = error?.reason else { return unexpected(error) }
                #expect(error.text.contains("spec.selector"), "\(error.text)")
                #expect(error.text.hasSuffix(hint), "\(error.text)")
            }
            let forced = try await client.forceReplace(changed)
            #expect(forced.resource.object[path: "spec", "selector", "matchLabels", "tier"] == "front")
            #expect(forced.resource.uid != forced.before?.uid)
        }
    }
}
