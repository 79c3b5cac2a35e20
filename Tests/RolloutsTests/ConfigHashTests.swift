import Manifests
import Rollouts
import Testing

@Suite("Config hash")
struct ConfigHashTests {
    private static let env = "{apiVersion: v1, kind: ConfigMap, metadata: {name: env}, data: {app: cart}}"
    private static let db =
        "{apiVersion: v1, kind: Secret, metadata: {name: db}, type: Opaque, data: {pass: czNjcjN0}}"

    private static func configMap(_ fields: String) -> String {
        "{apiVersion: v1, kind: ConfigMap, metadata: {name: env, labels: {a: b}}\(fields)}"
    }

    private static func secret(_ fields: String) -> String {
        "{apiVersion: v1, kind: Secret, metadata: {name: db}\(fields)}"
    }

    @Test(
        "HASH-02 to HASH-07, HASH-09 to HASH-11 is the one of PipeCD",
        arguments: [
            (configMap(", data: {}"), "4gdfkg2825"), (configMap(""), "7fdb8h44ct"),
            (configMap(", data: null"), "7fdb8h44ct"),
            (configMap(", data: {zone: eu, app: cart, mode: ''}"), "dgtt8kf9g8"),
            (configMap(", immutable: false, data: {app: cart}"), "hfghghd54k"),
            (configMap(", binaryData: {blob: AAEC}"), "mm7dg6h9tb"),
            (configMap(#", data: {html: '<a href="x">&amp;</a>', text: "Zürich \u2028 \t tab"}"#), "hf6dt42gh5"),
            (db, "h92d9268b2"), (secret(", stringData: {pass: one}"), "h278mk9t4m"), (secret(""), "h278mk9t4m"),
            (secret(", type: Opaque, data: {pass: \"czNj\\ncjN0\"}"), "h92d9268b2"),
        ] as [(String, String)]
    )
    func one(text: String, hash: String) throws {
        #expect(try ConfigHash.hash(of: manifests(text)) == hash)
    }

    @Test("HASH-13 is of all configs in their order")
    func two() throws {
        #expect(try ConfigHash.hash(of: manifests(Self.env, Self.db)) == "g6h2658gtb")
        #expect(try ConfigHash.hash(of: manifests(Self.db, Self.env)) != "g6h2658gtb")
    }

    @Test(
        "HASH-01 HASH-08 HASH-12 E46 is refused for what cannot be encoded, without the value",
        arguments: [
            ("", "no manifest to hash"),
            (
                configMap(", data: {port: 80}"),
                "ConfigMap/env: data.port: cannot convert int64 to string; quote the value"
            ),
            (
                configMap(", data: {on: true}"),
                "ConfigMap/env: data.true: cannot convert bool to string; quote the value"
            ),
            (configMap(", data: [a]"), "ConfigMap/env: data must be a mapping, found a list"),
            (configMap(", immutable: 'no'"), "ConfigMap/env: immutable must be true or false, found a string"),
            (
                secret(", data: {pass: '!!'}"),
                "Secret/db: data.pass: error decoding from json: illegal base64 data at input byte 0"
            ),
            (
                secret(", data: {pass: czNjc}"),
                "Secret/db: data.pass: error decoding from json: illegal base64 data at input byte 4"
            ),
            (
                secret(", data: {pass: cz=x}"),
                "Secret/db: data.pass: error decoding from json: illegal base64 data at input byte 2"
            ),
            (
                secret(", data: {pass: czN=cjN0}"),
                "Secret/db: data.pass: error decoding from json: illegal base64 data at input byte 4"
            ),
            (
                secret(", data: {pass: c===}"),
                "Secret/db: data.pass: error decoding from json: illegal base64 data at input byte 1"
            ),
            (secret(", data: {pass: 7}"), "Secret/db: data.pass must be a base64 string, found an integer"),
            (secret(", type: 7"), "Secret/db: type must be a string, found an integer"),
        ] as [(String, String)]
    )
    func refused(text: String, problem: String) throws {
        let configs = try manifests(text)
        #expect(message { _ = try ConfigHash.hash(of: configs) } == problem)
    }

    @Test(
        "HASH-14 HASH-15 HASH-16 HASH-17 stands in the pod template, beside other annotations",
        arguments: [
            (
                "Deployment", "{}", "volumes: [{name: v0, configMap: {name: env}}]",
                ["pipecd.dev/config-hash": "74b48td7m8"]
            ),
            (
                "Deployment", "{}",
                "volumes: [{secret: {secretName: db}}, {configMap: {name: env}}, {configMap: {name: foreign}}]",
                ["pipecd.dev/config-hash": "g6h2658gtb"]
            ),
            (
                "Deployment", "{annotations: {team: cart}}", "volumes: [{name: v0, configMap: {name: env}}]",
                ["pipecd.dev/config-hash": "74b48td7m8", "team": "cart"]
            ),
            (
                "StatefulSet", "{}", "containers: [{envFrom: [{configMapRef: {name: env}}]}]",
                ["pipecd.dev/config-hash": "74b48td7m8"]
            ),
            (
                "DaemonSet", "{}", "containers: [{envFrom: [{configMapRef: {name: env}}]}]",
                ["pipecd.dev/config-hash": "74b48td7m8"]
            ),
            ("Job", "{}", "containers: [{envFrom: [{configMapRef: {name: env}}]}]", nil),
            ("Deployment", "{}", "volumes: [{configMap: {name: foreign}}]", nil),
        ] as [(String, String, String, Value?)]
    )
    func annotated(kind: String, metadata: String, pod: String, annotations: Value?) throws {
        let workload = """
            {apiVersion: apps/v1, kind: \(kind), metadata: {name: cart},
             spec: {template: {metadata: \(metadata), spec: {\(pod)}}}}
            """
        let result = try ConfigHash.annotate(manifests(workload, Self.env, Self.db))
        #expect(result[0][path: "spec", "template", "metadata", "annotations"] == annotations)
        #expect(result.count == 3)
    }

    @Test("HSH-01 to HSH-04 is that of the shared fixtures")
    func fixtures() throws {
        func hash(_ objects: [Manifest]) throws -> String? {
            let result = try SyncRollout.manifests(from: objects, spec: PluginSpec(), labelling: .none)
            return result[0][path: "spec", "template", "metadata", "annotations", "pipecd.dev/config-hash"]?.string
        }
        let withVolume = { (volume: String) in
            Fixture.deployment().replacing("containers:", with: "volumes: [{name: v, \(volume)}]\n      containers:")
        }
        let configMap = withVolume("configMap: {name: orders-settings}")
        #expect(try hash(loaded(configMap, Fixture.configMap)) == "h8gbhfgtm6")
        #expect(try hash(loaded(Fixture.configuredDeployment, Fixture.configMap, Fixture.secret)) == "hmfggc92ff")
        #expect(try hash(loaded(withVolume("secret: {secretName: orders-db}"), Fixture.secret)) == "8m298kf447")
        #expect(try hash(loaded(Fixture.deployment(), Fixture.configMap)) == nil)
    }

    @Test(
        "HSH-05 is put on workloads of the group apps, and on nothing else",
        arguments: [
            ("apps/v1", "StatefulSet", true), ("apps/v1", "DaemonSet", true), ("apps/v1", "Deployment", true),
            ("acme.io/v1", "Deployment", false), ("v1", "StatefulSet", false), ("batch/v1", "Job", false),
        ]
    )
    func kinds(apiVersion: String, kind: String, isHashed: Bool) throws {
        let text = Fixture.configuredDeployment.replacing("apps/v1", with: apiVersion)
            .replacing("kind: Deployment", with: "kind: \(kind)")
        let result = try ConfigHash.annotate(manifests(text, Fixture.configMap, Fixture.secret))
        let hash = result[0][path: "spec", "template", "metadata", "annotations", "pipecd.dev/config-hash"]
        #expect(hash == (isHashed ? "hmfggc92ff" : nil))
    }
}
