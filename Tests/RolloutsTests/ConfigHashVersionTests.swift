import Manifests
import Rollouts
import Testing

@Suite("The complete config hash")
struct ConfigHashVersionTests {
    private static let secret =
        "{apiVersion: v1, kind: Secret, metadata: {name: db}, type: Opaque, data: {pass: czNjcjN0}}"

    private static func secret(_ fields: String) -> String {
        "{apiVersion: v1, kind: Secret, metadata: {name: db}, type: Opaque\(fields)}"
    }

    private static func workload(_ pod: String, kind: String = "apps/v1, kind: Deployment", metadata: String = "")
        -> String
    {
        "{apiVersion: \(kind), metadata: {name: c\(metadata)}, spec: {template: {spec: {\(pod)}}}}"
    }

    /// The hash that the first object gets, by the version.
    private func hash(_ texts: [String], _ version: ConfigHash.Version) throws -> String? {
        let object = try ConfigHash.annotate(manifests(texts.joined(separator: "\n---\n")), version: version)[0].object
        let template = object[path: "spec", "jobTemplate", "spec", "template"] ?? object[path: "spec", "template"]
        return template?[path: "metadata", "annotations", "pipecd.dev/config-hash"]?.string
    }

    @Test(
        "BEYOND-26 E47 is of stringData over data, and that of version 1 where there is none",
        arguments: [
            (", data: {pass: czNjcjN0}", "h92d9268b2"), (", stringData: {pass: s3cr3t}", "h92d9268b2"),
            (", data: {pass: eA==}, stringData: {pass: s3cr3t}", "h92d9268b2"),
            (", data: {pass: czNjcjN0}, stringData: null", "h92d9268b2"),
            (", data: {pass: czNjcjN0}, stringData: {}", "h92d9268b2"),
        ]
    )
    func texts(fields: String, hash: String) throws {
        #expect(try ConfigHash.hash(of: manifests(Self.secret(fields)), version: .complete) == hash)
    }

    @Test("changes with stringData, which that of version 1 does not")
    func changes() throws {
        func hashes(_ version: ConfigHash.Version) throws -> Set<String> {
            try Set(
                ["one", "two"].map {
                    try ConfigHash.hash(of: manifests(Self.secret(", stringData: {pass: \($0)}")), version: version)
                }
            )
        }
        #expect(try hashes(.compatible).count == 1)
        #expect(try hashes(.complete).count == 2)
    }

    @Test("keeps data that is missing apart from data that is empty")
    func missing() throws {
        func hash(_ fields: String) throws -> String {
            try ConfigHash.hash(of: manifests(Self.secret(fields)), version: .complete)
        }
        #expect(try hash("") == hash(", stringData: {}"))
        #expect(try hash("") != hash(", data: {}"))
        #expect(try hash(", data: {}") == hash(", data: {}, stringData: {}"))
    }

    @Test("is refused for stringData that is no text, without the value")
    func refused() throws {
        let objects = try manifests(Self.secret(", stringData: {port: 8080}"))
        let text = message { _ = try ConfigHash.hash(of: objects, version: .complete) }
        #expect(text == "Secret/db: stringData.port: cannot convert int64 to string; quote the value")
        #expect(message { _ = try ConfigHash.hash(of: objects) } == nil)
    }

    @Test(
        "BEYOND-26 is of what is used in any way",
        arguments: [
            "volumes: [{projected: {sources: [{secret: {name: db}}]}}]", "imagePullSecrets: [{name: db}]",
            "ephemeralContainers: [{envFrom: [{secretRef: {name: db}}]}]",
            "ephemeralContainers: [{env: [{valueFrom: {secretKeyRef: {name: db, key: k}}}]}]",
            "volumes: [{csi: {nodePublishSecretRef: {name: db}}}]",
        ]
    )
    func everyReference(pod: String) throws {
        #expect(try hash([Self.workload(pod), Self.secret], .compatible) == nil)
        #expect(try hash([Self.workload(pod), Self.secret], .complete) == "h92d9268b2")
    }

    private static let envFrom = "containers: [{envFrom: [{configMapRef: {name: env}}]}]"

    private static func configMap(_ namespace: String?, _ data: String) -> String {
        let place = namespace.map { ", namespace: \($0)" } ?? ""
        return "{apiVersion: v1, kind: ConfigMap, metadata: {name: env\(place)}, data: \(data)}"
    }

    @Test(
        "is of the config in the namespace of the workload; that of version 1 of the last one",
        arguments: [
            ("a", [("a", "{app: cart}"), ("b", "{}")], "74b48td7m8", "4gdfkg2825"),
            ("a", [("b", "{}")], nil, "4gdfkg2825"),
            ("a", [("a", "{app: cart}"), (nil, "{}")], "74b48td7m8", "4gdfkg2825"),
            ("a", [(nil, "{}"), ("b", "{app: cart}")], "4gdfkg2825", "74b48td7m8"),
            (nil, [("default", "{app: cart}"), ("b", "{}")], "74b48td7m8", "4gdfkg2825"),
            ("default", [(nil, "{app: cart}"), ("b", "{}")], "74b48td7m8", "4gdfkg2825"),
        ] as [(String?, [(String?, String)], String?, String)]
    )
    func namespaces(namespace: String?, configs: [(String?, String)], complete: String?, compatible: String) throws {
        let workload = Self.workload(Self.envFrom, metadata: namespace.map { ", namespace: \($0)" } ?? "")
        let texts = [workload] + configs.map { Self.configMap($0.0, $0.1) }
        #expect(try hash(texts, .complete) == complete)
        #expect(try hash(texts, .compatible) == compatible)
    }

    @Test("stands in the template of the pods that a CronJob's jobs make")
    func cronJob() throws {
        func cronJob(_ group: String) -> String {
            """
            {apiVersion: \(group)/v1, kind: CronJob, metadata: {name: c},
             spec: {jobTemplate: {spec: {template: {spec: {\(Self.envFrom)}}}}}}
            """
        }
        let configMap = Self.configMap(nil, "{app: cart}")
        #expect(try hash([cronJob("batch"), configMap], .complete) == "74b48td7m8")
        #expect(try hash([cronJob("batch"), configMap], .compatible) == nil)
        #expect(try hash([cronJob("acme.io"), configMap], .complete) == nil)
    }

    @Test(
        "is put on a Job only when it is made anew, for the template of a Job cannot change",
        arguments: [
            ("", nil), (", annotations: {pipecd.dev/sync-by-replace: enabled}", nil),
            (", annotations: {pipecd.dev/force-sync-by-replace: enabled}", "74b48td7m8"),
            (", annotations: {pipecd.dev/force-sync-by-replace: 'no'}", nil),
        ] as [(String, String?)]
    )
    func job(metadata: String, expected: String?) throws {
        let job = Self.workload(Self.envFrom, kind: "batch/v1, kind: Job", metadata: metadata)
        #expect(try hash([job, Self.configMap(nil, "{app: cart}")], .complete) == expected)
        #expect(try hash([job, Self.configMap(nil, "{app: cart}")], .compatible) == nil)
    }

    @Test(
        "is recommended where pods use a Secret with stringData, once for each",
        arguments: [
            ("volumes: [{secret: {secretName: db}}]", ", stringData: {a: b}", ["db"]),
            ("volumes: [{projected: {sources: [{secret: {name: db}}]}}]", ", stringData: {a: b}", ["db"]),
            ("volumes: [{secret: {secretName: db}}]", ", stringData: {}", []),
            ("volumes: [{secret: {secretName: db}}]", ", data: {}", []),
            ("volumes: [{secret: {secretName: other}}]", ", stringData: {a: b}", []),
        ] as [(String, String, [String])]
    )
    func notes(pod: String, fields: String, names: [String]) throws {
        let two = [Self.workload(pod), Self.workload(pod).replacing("name: c", with: "name: d"), Self.secret(fields)]
        let objects = try manifests(two.joined(separator: "\n---\n"))
        let expected = names.map {
            "Secret/\($0): the pods that use it do not restart when its stringData changes; set configHashVersion: 2"
        }
        #expect(ConfigHash.notes(on: objects, version: .compatible) == expected)
        #expect(ConfigHash.notes(on: objects, version: .complete) == [])
    }
}
