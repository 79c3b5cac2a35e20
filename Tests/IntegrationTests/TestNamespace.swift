import Manifests
import Testing

@testable import KubernetesAPI

/// A namespace of one test in one cluster, and what tests do there.
struct TestNamespace: Sendable {
    let name: String
    let cluster: TestCluster
    /// The path of the cluster's kubeconfig.
    let kubeconfig: String
    /// The product's client, under its own name.
    let client: ClusterClient

    static let engine = HTTPEngine()
    /// The label of everything that this suite makes; its value is another one in each run.
    static let label = "flotilla.test/run"
    static let run = RandomName.make(8)

    /// A client that writes under another name.
    func client(as manager: String) throws -> ClusterClient {
        ClusterClient(
            target: cluster.name,
            configuration: try Kubeconfig.load(path: kubeconfig),
            engine: Self.engine,
            options: ClusterClient.Options(fieldManager: FieldManager(name: manager))
        )
    }

    /// Makes the namespace; `name` is another one in each test.
    func create() async throws {
        let labels: Value = [Self.label: .string(Self.run)]
        let namespace: Value = [
            "apiVersion": "v1", "kind": "Namespace", "metadata": ["name": .string(name), "labels": labels],
        ]
        let answer = try await send("POST", "/api/v1/namespaces", namespace)
        try #require(answer.code == 201, "\(answer.message)")
    }

    /// Lets it go with all that is in it, without waiting for that.
    func delete() async throws {
        _ = try await send("DELETE", "/api/v1/namespaces/\(name)")
    }
}

/// What a server answered to a request.
struct Answer: Sendable {
    let code: Int
    /// The object in it, `null` when it holds none.
    let object: Value

    var message: String { object["message"]?.string ?? "" }
}

extension ClusterClient {
    /// Sends a request as it is, past everything that the client does by itself.
    @discardableResult
    func raw(
        _ method: String,
        _ path: String,
        _ body: Value? = nil,
        type: String = "application/json"
    ) async throws -> Answer {
        var call = APICall(.get, path, path: path)
        call.timeout = nil
        call.method = method
        call.body = body?.jsonBytes()
        call.contentType = body == nil ? nil : type
        let response = try await engine.response(to: try await request(for: call))
        return Answer(code: response.status, object: (try? Value(json: response.body, file: "answer")) ?? .null)
    }
}

extension TestNamespace {
    static let apply = "application/apply-patch+yaml"
    static let merge = "application/merge-patch+json"
    static let jsonPatch = "application/json-patch+json"

    /// Sends a request as it is.
    @discardableResult
    func send(
        _ method: String,
        _ path: String,
        _ body: Value? = nil,
        type: String = "application/json"
    ) async throws -> Answer {
        try await client.raw(method, path, body, type: type)
    }

    /// The path of a type in this namespace, or of one of its objects.
    func path(_ plural: String, _ name: String? = nil, in version: String = "v1") -> String {
        let root = version.contains("/") ? "/apis/\(version)" : "/api/\(version)"
        return "\(root)/namespaces/\(self.name)/\(plural)" + (name.map { "/\($0)" } ?? "")
    }

    /// The object at a path, `nil` when there is none.
    func object(_ path: String) async throws -> Value? {
        let answer = try await send("GET", path)
        guard answer.code != 404 else { return nil }
        try #require(answer.code == 200, "\(answer.message)")
        return answer.object
    }

    /// A manifest in this namespace.
    func manifest(_ yaml: String) throws -> Manifest {
        var manifest = try Manifest(try Value(yaml: yaml))
        try manifest.set(.string(name), at: ["metadata", "namespace"])
        return manifest
    }

    /// A ConfigMap in this namespace.
    func configMap(_ name: String = "settings", _ data: [String: String] = ["a": "1"]) throws -> Manifest {
        var manifest = try manifest("apiVersion: v1\nkind: ConfigMap\nmetadata: {name: \(name)}")
        for (key, value) in data.sorted(by: { $0.key < $1.key }) {
            try manifest.set(.string(value), at: ["data", key])
        }
        return manifest
    }

    /// Waits until objects are current.
    func waitUntilReady(_ resources: [LiveResource]) async throws {
        var targets: [ReadinessTarget] = []
        for resource in resources {
            let mapping = try await client.mapping(for: resource.groupVersionKind)
            targets.append(ReadinessTarget(resource, mapping: mapping))
        }
        let states = try await client.waitUntilReady(targets, deadline: .seconds(120))
        #expect(states.values.allSatisfy { $0.isCurrent }, "\(states)")
    }

    /// Looks again and again, with growing pauses, until a condition holds; the time limit of the test ends it.
    func wait(until condition: () async throws -> Bool) async throws {
        var pause: Duration = .milliseconds(20)
        while try await !condition() {
            try await Task.sleep(for: pause)
            pause = min(pause * 2, .seconds(1))
        }
    }

    /// The number after the `1.` of the server's version.
    func minorVersion() async throws -> Int {
        let text = try await send("GET", "/version").object["minor"]?.string ?? ""
        return try #require(Int(String(text.filter(\.isNumber))))
    }
}

extension Value {
    /// The node of a YAML text.
    init(yaml text: String) throws {
        self = try YAML.documents(in: Array(text.utf8), file: "test.yaml").first?.value ?? .null
    }

    /// Who owns fields of the object, and how; what controllers say of its status does not count.
    var writers: [String] {
        let entries = self[path: "metadata", "managedFields"]?.array ?? []
        return entries.filter { $0["subresource"] == nil && $0["manager"] != "kube-controller-manager" }.map {
            "\($0["manager"]?.string ?? "") \($0["operation"]?.string ?? "")"
        }
    }

    /// The fields that a manager owns.
    func fields(of manager: String) -> Value? {
        let entries = self[path: "metadata", "managedFields"]?.array ?? []
        return entries.first { $0["manager"]?.string == manager }?["fieldsV1"]
    }
}

extension LiveResource {
    var writers: [String] { object.writers }
}

/// Names that no other test has.
enum RandomName {
    /// So many lower-case letters and digits, a letter first.
    static func make(_ length: Int) -> String {
        let letters = Array("abcdefghijklmnopqrstuvwxyz")
        let all = letters + Array("0123456789")
        let rest = (1..<max(length, 2)).compactMap { _ in all.randomElement() }
        return String([letters.randomElement() ?? "x"] + rest)
    }
}
