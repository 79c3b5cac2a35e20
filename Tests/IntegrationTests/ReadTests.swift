import Manifests
import Testing

@testable import KubernetesAPI

@Suite("Reading", .timeLimit(.minutes(3)))
struct ReadTests {
    private static let configMaps = GroupVersionKind(group: "", version: "v1", kind: "ConfigMap")

    @Test(
        "finds the path of every kind",
        arguments: TestCluster.all,
        [
            ("apps/v1", "Deployment", "deployments.apps", true),
            ("v1", "Namespace", "namespaces", false),
            ("networking.k8s.io/v1", "NetworkPolicy", "networkpolicies.networking.k8s.io", true),
            ("networking.istio.io/v1", "VirtualService", "virtualservices.networking.istio.io", true),
            ("networking.istio.io/v1beta1", "DestinationRule", "destinationrules.networking.istio.io", true),
            ("rbac.authorization.k8s.io/v1", "ClusterRole", "clusterroles.rbac.authorization.k8s.io", false),
        ]
    )
    func mapping(cluster: TestCluster, kind: (version: String, kind: String, resource: String, namespaced: Bool))
        async throws
    {
        try await cluster.withNamespace { place in
            let version = try #require(GroupVersion(apiVersion: kind.version))
            let mapping = try await place.client.mapping(
                for: GroupVersionKind(group: version.group, version: version.version, kind: kind.kind)
            )
            #expect("\(mapping.resource)" == kind.resource)
            #expect(mapping.isNamespaced == kind.namespaced)
            #expect(mapping.verbs.isSuperset(of: ["get", "list", "watch", "patch", "delete"]))
        }
    }

    @Test("says that it does not know a kind", arguments: TestCluster.all)
    func unknown(cluster: TestCluster) async throws {
        try await cluster.withNamespace { place in
            for version in ["flotilla.test/v1", "apps/v9"] {
                let manifest = try place.manifest("apiVersion: \(version)\nkind: Nothing\nmetadata: {name: x}")
                let error = await #expect(throws: APIError.self) { try await place.client.apply(manifest) }
                #expect(error?.reason == .noMatch(kind: "Nothing", apiVersion: version))
            }
        }
    }

    @Test("finds a name with a colon", arguments: TestCluster.all)
    func colon(cluster: TestCluster) async throws {
        try await cluster.withNamespace { place in
            var manifest = try #require(Sample.all.first { $0.kind == "ClusterRole" }).manifest(in: place)
            try manifest.set(.string("flotilla:\(place.name):reader"), at: ["metadata", "name"])
            #expect(try await place.client.apply(manifest).isNew)
            let mapping = try await place.client.mapping(for: manifest.groupVersionKind)
            let live = try #require(try await place.client.get(mapping, namespace: nil, name: manifest.name))
            #expect(live.key.name == manifest.name)
            #expect(try await place.client.delete(live).outcome == .gone)
            #expect(try await place.client.get(mapping, namespace: nil, name: manifest.name) == nil)
        }
    }

    @Test("lists page by page, with kinds and by labels", arguments: TestCluster.all)
    func list(cluster: TestCluster) async throws {
        try await cluster.withNamespace { place in
            for number in 1...7 {
                var manifest = try place.configMap("settings-\(number)")
                manifest.setLabel("parity", number.isMultiple(of: 2) ? "even" : "odd")
                _ = try await place.client.create(manifest)
            }
            let mapping = try await place.client.mapping(for: Self.configMaps)
            let labels = try LabelSelector(["parity": "odd"])
            let odd = try await place.client.list(mapping, namespace: place.name, selector: labels)
            #expect(odd.items.map(\.key.name) == [1, 3, 5, 7].map { "settings-\($0)" })
            let client = place.client
            let paged = try await client.list(
                mapping,
                namespace: place.name,
                selector: labels,
                content: .whole,
                limit: 2
            )
            #expect(paged.items.map(\.key.name) == odd.items.map(\.key.name))
            #expect(paged.items.allSatisfy { $0.groupVersionKind == Self.configMaps })
            #expect(!paged.resourceVersion.isEmpty)
            let everywhere = try await place.client.list(mapping, selector: labels)
            #expect(everywhere.items.filter { $0.key.namespace == place.name }.count == 4)
        }
    }

    @Test("tells absent objects from absent namespaces and types", arguments: TestCluster.all)
    func absent(cluster: TestCluster) async throws {
        try await cluster.withNamespace { place in
            let mapping = try await place.client.mapping(for: Self.configMaps)
            #expect(try await place.client.get(mapping, namespace: place.name, name: "nothing") == nil)
            #expect(try await place.client.get(mapping, namespace: "\(place.name)-no", name: "nothing") == nil)
            #expect(try await place.client.list(mapping, namespace: "\(place.name)-no").items.isEmpty)
        }
    }

    @Test("watches what is created, changed and deleted", arguments: TestCluster.all)
    func watch(cluster: TestCluster) async throws {
        try await cluster.withNamespace { place in
            let mapping = try await place.client.mapping(for: Self.configMaps)
            let labels = try LabelSelector(["app": "web"])
            let list = try await place.client.list(mapping, namespace: place.name, selector: labels)
            var manifest = try place.configMap()
            _ = try await place.client.create(place.configMap("other"))
            manifest.setLabel("app", "web")
            _ = try await place.client.apply(manifest)
            try manifest.set("2", at: ["data", "a"])
            let live = try await place.client.apply(manifest).resource
            _ = try await place.client.delete(live)
            var seen: [String] = []
            let events = place.client.watch(
                mapping,
                namespace: place.name,
                selector: labels,
                from: list.resourceVersion
            )
            for try await event in events {
                switch event {
                case .added(let resource): seen.append("added \(resource.text)")
                case .modified(let resource): seen.append("modified \(resource.text)")
                case .deleted(let resource): seen.append("deleted \(resource.text)")
                case .bookmark: continue
                }
                if seen.count == 3 { break }
            }
            #expect(
                seen == ["added ConfigMap settings 1", "modified ConfigMap settings 2", "deleted ConfigMap settings 2"]
            )
        }
    }
}

extension LiveResource {
    fileprivate var text: String {
        "\(key.kind) \(key.name) \(object[path: "data", "a"]?.string ?? "")"
    }
}
