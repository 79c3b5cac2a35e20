import Manifests
import Testing

@testable import KubernetesAPI

@Suite("Field adoption")
struct FieldAdoptionTests {
    private static func entry(
        _ manager: String,
        _ operation: String,
        version: String = "v1",
        time: String = "1",
        _ data: String...
    ) -> Value {
        var fields: Value = [:]
        for key in data { fields["f:\(key)"] = [:] }
        var all: Value = ["f:data": fields]
        if operation == "Update" {
            all["f:metadata"] = ["f:annotations": ["f:kubectl.kubernetes.io/last-applied-configuration": [:]]]
        }
        return [
            "manager": .string(manager), "operation": .string(operation), "apiVersion": .string(version),
            "time": .string(time), "fieldsType": "FieldsV1", "fieldsV1": all,
        ]
    }

    private static func resource(_ entries: [Value]) throws -> LiveResource {
        var object: Value = [
            "apiVersion": "v1", "kind": "ConfigMap", "metadata": ["name": "x", "resourceVersion": "7"],
        ]
        try object.set(.array(entries), at: ["metadata", "managedFields"])
        guard let resource = LiveResource(object) else { throw Missing(what: "object") }
        return resource
    }

    @Test("unites the fields with our own entry, in its place, and keeps the others in order")
    func unites() throws {
        let others = [Self.entry("kubelet", "Apply", "z"), Self.entry("someone", "Apply", "y")]
        let live = try Self.resource([
            others[0], Self.entry("flotilla", "Apply", "a"), Self.entry("kubectl", "Update", "a", "b"), others[1],
        ])
        let adoption = try #require(FieldAdoption(of: live, by: .flotilla))
        #expect(adoption.managedFields.map { $0["manager"]?.string } == ["kubelet", "flotilla", "someone"])
        #expect([adoption.managedFields[0], adoption.managedFields[2]] == others)
        #expect(adoption.managedFields[1][path: "fieldsV1", "f:data"] == ["f:a": [:], "f:b": [:]])
        #expect(adoption.patch(of: live).array?.last?["value"] == "7")
    }

    @Test("makes the newest entry ours when we have none, and says which fields of another version stay without owner")
    func newest() throws {
        let live = try Self.resource([
            Self.entry("kubectl", "Update", version: "v1", time: "2026-02-01", "new"),
            Self.entry("kubectl", "Update", version: "v1beta1", time: "2026-01-01", "old"),
        ])
        let adoption = try #require(FieldAdoption(of: live, by: .flotilla))
        #expect(adoption.managers == ["kubectl"])
        #expect(adoption.managedFields.map { $0["operation"] } == ["Apply"])
        #expect(adoption.managedFields[0][path: "fieldsV1", "f:data"] == ["f:new": [:]])
        #expect(adoption.orphans.contains(".data.old"))
        #expect(!adoption.orphans.contains(".data.new"))
    }

    @Test("tells which fields are gone: not those that the object has, by name, key, value or place")
    func gone() throws {
        let fields = try Value(
            yaml: """
                f:spec:
                  f:here: {}
                  f:gone: {.: {}, f:below: {}}
                  f:list: {'k:{"name":"a"}': {.: {}, f:x: {}}, 'k:{"name":"b"}': {.: {}, f:x: {}}}
                  f:set: {'v:"a"': {}, 'v:"b"': {}}
                  f:places: {'i:0': {}, 'i:7': {}, 'i:-1': {}, 'k:no json': {}}
                """
        )
        let object = try Value(yaml: "spec: {here: 1, list: [{name: b}], set: [b], places: [1]}")
        let gone = [
            ".spec.gone", #".spec.list[name="a"]"#, #".spec.list[name="b"].x"#, #".spec.set["a"]"#, ".spec.places[7]",
            ".spec.places[-1]", ".spec.places[no json]",
        ]
        #expect(fields.fieldPaths(missingIn: object) == gone)
    }

    @Test("has nothing to do when nobody is to lose anything, whatever the entries look like")
    func nothing() throws {
        var status = Self.entry("kubectl", "Update", "a")
        status["subresource"] = "status"
        for entries in [
            [], [.null], ["text"], [status], [Self.entry("flotilla", "Apply", "a")], [Self.entry("x", "Apply")],
        ] {
            #expect(FieldAdoption(of: try Self.resource(entries), by: .flotilla) == nil)
        }
    }

    @Test(
        "API-06 reads the object again when somebody changes it meanwhile, and gives up after five tries",
        arguments: [1, 9]
    )
    func guarded(conflicts: Int) async throws {
        let object = """
            {"apiVersion":"v1","kind":"ConfigMap","metadata":{"name":"settings","namespace":"default","resourceVersion":"7","managedFields":[\
            {"manager":"kubectl-client-side-apply","operation":"Update","apiVersion":"v1","fieldsV1":{"f:metadata":\
            {"f:annotations":{"f:kubectl.kubernetes.io/last-applied-configuration":{}}}}}]}}
            """
        let status =
            #"{"kind":"Status","apiVersion":"v1","code":409,"reason":"Conflict","message":"the object has been modified"}"#
        let patches = Lock(0)
        try await withScriptedServer { request, _ in
            switch request.split(separator: "?").first {
            case "GET /api": return .respond(200, #"{"versions":["v1"]}"#)
            case "GET /apis": return .respond(200, #"{"groups":[]}"#)
            case "GET /api/v1":
                return .respond(
                    200,
                    #"{"resources":[{"name":"configmaps","kind":"ConfigMap","namespaced":true,"verbs":[]}]}"#
                )
            case "GET /api/v1/namespaces/default/configmaps/settings": return .respond(200, object)
            default:
                let number = patches.withLock {
                    $0 += 1; return $0
                }
                return number > 1 && number <= 1 + conflicts ? .respond(409, status) : .respond(200, object)
            }
        } _: { server, client in
            let outcome = await Result { try await client.apply(.configMap("settings")) }
            let reads = server.requests.filter { $0.hasPrefix("GET /api/v1/namespaces/") }.count
            #expect(reads == min(conflicts, 4))
            let writes = server.requests.filter { $0.hasPrefix("PATCH") }.count
            switch outcome {
            case .success: #expect(conflicts == 1 && writes == 4)
            case .failure(let error): #expect(conflicts == 9 && writes == 6, "\(error)")
            }
        }
    }
}

extension Result where Failure == any Error {
    /// What an operation returns or throws.
    fileprivate init(_ operation: () async throws -> Success) async {
        do {
            self = .success(try await operation())
        } catch {
            self = .failure(error)
        }
    }
}
