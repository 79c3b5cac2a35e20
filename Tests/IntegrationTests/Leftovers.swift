import Manifests

@testable import KubernetesAPI

/// What an earlier run that was killed has left in a running cluster.
///
/// Everything that carries the label of the suite with the value of another run goes before the first test.
enum Leftovers {
    /// Types of which tests make objects that no namespace takes along.
    private static let collections = [
        "/api/v1/namespaces", "/apis/rbac.authorization.k8s.io/v1/clusterrolebindings",
        "/apis/rbac.authorization.k8s.io/v1/clusterroles",
        "/apis/apiextensions.k8s.io/v1/customresourcedefinitions",
    ]

    /// Deletes them.
    static func remove(with client: ClusterClient) async throws {
        let others = PercentEncoding.encode("\(TestNamespace.label),\(TestNamespace.label)!=\(TestNamespace.run)")
        for collection in collections {
            let list = try await client.raw("GET", "\(collection)?labelSelector=\(others)").object
            for object in list["items"]?.array ?? [] {
                guard let name = object[path: "metadata", "name"]?.string else { continue }
                try await client.raw("DELETE", "\(collection)/\(PercentEncoding.encode(name))")
            }
        }
    }
}
