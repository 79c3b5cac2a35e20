import Manifests

@testable import KubernetesAPI

/// What an earlier run that was killed has left in a running cluster.
///
/// Everything that carries the label of the suite with the value of another run goes before the first test.
actor Leftovers {
    static let shared = Leftovers()

    private var cleaned: Set<String> = []

    /// Types of which tests make objects that no namespace takes along.
    private static let collections = [
        "/api/v1/namespaces", "/apis/rbac.authorization.k8s.io/v1/clusterroles",
        "/apis/apiextensions.k8s.io/v1/customresourcedefinitions",
    ]

    /// Deletes them, once for each cluster.
    func remove(from place: TestNamespace) async throws {
        guard case .real = place.cluster.kind, cleaned.insert(place.cluster.name).inserted else { return }
        let others = "\(TestNamespace.label),\(TestNamespace.label)!=\(TestNamespace.run)"
        for collection in Self.collections {
            let selector = PercentEncoding.encode(others)
            let list = try await place.send("GET", "\(collection)?labelSelector=\(selector)").object
            for object in list["items"]?.array ?? [] {
                guard let name = object[path: "metadata", "name"]?.string else { continue }
                try await place.send("DELETE", "\(collection)/\(PercentEncoding.encode(name))")
            }
        }
    }
}
