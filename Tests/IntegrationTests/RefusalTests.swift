import KubernetesAPI
import Manifests
import Testing

@Suite("Refused", .timeLimit(.minutes(3)))
struct RefusalTests {
    @Test("is an object for a namespace that is not there", arguments: TestCluster.all)
    func namespace(cluster: TestCluster) async throws {
        try await cluster.withNamespace { place in
            var manifest = try place.configMap()
            try manifest.set(.string("\(place.name)-no"), at: ["metadata", "namespace"])
            for dryRun in [false, true] {
                let options = WriteOptions(dryRun: dryRun)
                let error = await #expect(throws: APIError.self) {
                    try await place.client.apply(manifest, options: options)
                }
                #expect(error?.reason == .namespaceNotFound("\(place.name)-no"))
            }
            let error = await #expect(throws: APIError.self) { try await place.client.create(manifest) }
            #expect(error?.reason == .namespaceNotFound("\(place.name)-no"))
        }
    }

    @Test("is an object that breaks a rule of its type", arguments: TestCluster.all)
    func invalid(cluster: TestCluster) async throws {
        try await cluster.withNamespace { place in
            for rule in BrokenRule.all {
                let manifest = try place.manifest(rule.yaml)
                let error = await #expect(throws: APIError.self, "\(rule)") { try await place.client.apply(manifest) }
                #expect(error?.isInvalid == true, "\(error.text)")
                #expect(error?.description.contains(rule.message) == true, "\(error.text)")
            }
        }
    }

    @Test(
        "API-10 is a field of the wrong type, or an unknown one",
        arguments: TestCluster.all,
        [
            ("nope: 1", ".spec.nope: field not declared in schema"),
            ("replicas: many", ".spec.replicas: expected numeric (int or float), got "),
        ]
    )
    func type(cluster: TestCluster, mistake: (field: String, message: String)) async throws {
        try await cluster.withNamespace { place in
            let manifest = try place.manifest(
                """
                apiVersion: apps/v1
                kind: Deployment
                metadata: {name: web}
                spec:
                  \(mistake.field)
                  selector: {matchLabels: {app: web}}
                  template: {metadata: {labels: {app: web}}, spec: {containers: [{name: web, image: x}]}}
                """
            )
            let error = await #expect(throws: APIError.self) { try await place.client.apply(manifest) }
            #expect(error?.isInvalid == true, "\(error.text)")
            #expect(error?.description.contains(mistake.message) == true, "\(error.text)")
        }
    }

    @Test(
        "is a Secret without a word of its values",
        arguments: TestCluster.all,
        [
            "stringData: {p: [hunter2]}", "data: {p: hunter2!}", "stringData: {\"not a key\": hunter2}",
            "type: kubernetes.io/dockerconfigjson\nstringData: {.dockerconfigjson: hunter2}",
        ]
    )
    func secret(cluster: TestCluster, content: String) async throws {
        try await cluster.withNamespace { place in
            let manifest = try place.manifest("apiVersion: v1\nkind: Secret\nmetadata: {name: keys}\n\(content)")
            let error = await #expect(throws: APIError.self) { try await place.client.apply(manifest) }
            #expect(error?.description.contains("apply Secret/\(place.name)/keys") == true, "\(error.text)")
            #expect(error?.description.contains("hunter2") == false, "\(error.text)")
            #expect(error?.description.contains("aHVudGVyMg") == false, "\(error.text)")
            let path = place.path("secrets", "keys")
            #expect(try await place.object(path) == nil)
        }
    }

    @Test(
        "is a change of what can be set only once",
        arguments: TestCluster.all,
        [
            ("v1", "ConfigMap", "immutable: true\ndata: {a: VALUE}", "one", "two"),
            ("v1", "Secret", "immutable: true\nstringData: {a: VALUE}", "one", "two"),
            (
                "v1", "Service", "spec: {clusterIP: VALUE, ports: [{port: 80, protocol: TCP}]}", "None", "10.96.0.200"
            ),
            (
                "v1", "PersistentVolumeClaim",
                "spec: {accessModes: [VALUE], resources: {requests: {storage: 1Gi}}}", "ReadWriteOnce", "ReadWriteMany"
            ),
            (
                "apps/v1", "StatefulSet",
                "spec: {serviceName: VALUE, replicas: 0, selector: {matchLabels: {app: web}}, template: {metadata: "
                    + "{labels: {app: web}}, spec: {containers: [{name: web, image: x}]}}}", "one", "two"
            ),
            (
                "batch/v1", "Job",
                "spec: {template: {spec: {restartPolicy: Never, containers: [{name: web, image: VALUE}]}}}", "one",
                "two"
            ),
            (
                "rbac.authorization.k8s.io/v1", "RoleBinding",
                "roleRef: {apiGroup: rbac.authorization.k8s.io, kind: Role, name: VALUE}\nsubjects: []", "one", "two"
            ),
        ]
    )
    func immutable(
        cluster: TestCluster,
        object: (version: String, kind: String, content: String, first: String, second: String)
    ) async throws {
        try await cluster.withNamespace { place in
            let text = "apiVersion: \(object.version)\nkind: \(object.kind)\nmetadata: {name: web}\n\(object.content)"
            let first = try await place.client.apply(place.manifest(text.replacing("VALUE", with: object.first)))
            let second = try place.manifest(text.replacing("VALUE", with: object.second))
            let error = await #expect(throws: APIError.self) { try await place.client.apply(second) }
            guard case .immutable(let message) = error?.reason else {
                Issue.record("\(error.text)")
                return
            }
            #expect(!message.contains("{") && message.utf8.count < 400, "\(message)")
            let replaced = try await place.client.forceReplace(second, destroysData: true, deadline: .seconds(120))
            #expect(replaced.resource.uid != first.resource.uid)
        }
    }
}
