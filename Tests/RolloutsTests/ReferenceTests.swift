import Manifests
import Rollouts
import Testing

@Suite("References")
struct ReferenceTests {
    /// A Deployment with the fields of a pod.
    private func workload(_ pod: String) throws -> Manifest {
        try manifests(
            "{apiVersion: apps/v1, kind: Deployment, metadata: {name: cart}, spec: {template: {spec: \(pod)}}}"
        )[0]
    }

    @Test(
        "REF-01 REF-02 REF-03 to ConfigMaps and Secrets are found in every common place, sorted, each once",
        arguments: [
            ("{containers: [{name: main, image: 'shop/cart:1'}]}", [], []),
            ("{volumes: [{name: v0, configMap: {name: env}}]}", ["env"], []),
            (Self.everywhere, ["all", "boot", "env", "flags"], ["api", "db", "tls"]),
            ("{containers: {name: x}, volumes: [3, {configMap: 4}]}", [], []),
        ] as [(String, [String], [String])]
    )
    func configs(pod: String, configMaps: [String], secrets: [String]) throws {
        let references = ConfigReferences(in: try workload(pod))
        #expect(references.configMaps == configMaps && references.secrets == secrets)
    }

    static let everywhere = """
        {containers: [{name: main, image: 'shop/cart:1', envFrom: [{secretRef: {name: api}}], env: [
            {name: A, valueFrom: {configMapKeyRef: {name: flags, key: a}}},
            {name: B, valueFrom: {secretKeyRef: {name: db, key: b}}}]}],
         initContainers: [{name: init, image: 'shop/init:1', envFrom: [{configMapRef: {name: all}}], env: [
            {name: C, valueFrom: {configMapKeyRef: {name: boot, key: c}}}]}],
         volumes: [{name: v0, configMap: {name: env}}, {name: v1, configMap: {name: flags}},
            {name: v2, secret: {secretName: tls}}]}
        """

    /// Volumes that name the Secret `orders-db`, each in its own way.
    static let drivers =
        [
            "{azureFile: {secretName: orders-db, shareName: s}}", "{csi: {nodePublishSecretRef: {name: orders-db}}}",
        ]
        + ["cephfs", "cinder", "flexVolume", "iscsi", "rbd", "scaleIO", "storageos"].map {
            "{\($0): {secretRef: {name: orders-db}}}"
        }

    @Test(
        "BEYOND-26 for images and volumes are found only when everything is asked for",
        arguments: ["imagePullSecrets: [{name: orders-db}]"] + drivers.map { "volumes: [\($0)]" }
    )
    func credentials(fields: String) throws {
        let workload = try workload("{\(fields)}")
        #expect(ConfigReferences(in: workload).secrets.isEmpty)
        #expect(ConfigReferences(in: workload, scope: .everything).secrets == ["orders-db"])
    }

    @Test("REF-04 in projected volumes and ephemeral containers are found only when everything is asked for")
    func everything() throws {
        let pod = """
            {volumes: [{name: p, projected: {sources: [{configMap: {name: env}}, {secret: {name: db}}]}}],
             ephemeralContainers: [{name: debug, envFrom: [{configMapRef: {name: tools}}]}]}
            """
        let common = ConfigReferences(in: try workload(pod))
        #expect(common.configMaps.isEmpty && common.secrets.isEmpty)
        let all = ConfigReferences(in: try workload(pod), scope: .everything)
        #expect(all.configMaps == ["env", "tools"] && all.secrets == ["db"])
    }

    @Test(
        "REF-03 REF-05 REF-06 REF-07 REF-08 to images are sorted, each once",
        arguments: [
            ("spec: {template: {spec: \(Self.everywhere)}}", ["shop/cart:1", "shop/init:1"]),
            (
                "spec: {template: {spec: {containers: [{image: 'shop/cart:1'}], initContainers: [{image: 'shop/migrate:3'}]}}}",
                ["shop/cart:1", "shop/migrate:3"]
            ),
            (
                "spec: {jobTemplate: {spec: {template: {spec: {initContainers: [{image: 'shop/prep:1'}], "
                    + "containers: [{image: 'shop/run:2'}]}}}}}", ["shop/prep:1", "shop/run:2"]
            ),
            (
                "spec: {template: {spec: {containers: [{image: 'shop/cart:1'}], initContainers: [{image: 'shop/cart:1'}]}}}",
                ["shop/cart:1"]
            ),
            (
                "spec: {template: {spec: {containers: [{image: 'shop/z:1'}, {image: 'shop/a:1'}]}}}",
                ["shop/a:1", "shop/z:1"]
            ),
            ("spec: {template: {spec: {containers: [just, strings, {name: x}]}}}", []),
        ] as [(String, [String])]
    )
    func images(spec: String, images: [String]) throws {
        let object = try manifests("{apiVersion: x/v1, kind: Any, metadata: {name: a}, \(spec)}")[0]
        #expect(ImageReferences.images(in: object) == images)
    }

    @Test(
        "REF-09 to REF-13 follow a path through every list",
        arguments: [
            (#"["x","y"]"#, [], ["x", "y"]), (#"{"a":{"b":["x"]}}"#, ["a", "b"], ["x"]),
            (#"{"a":[1,2]}"#, ["a"], []), (#"{"a":["x"]}"#, ["missing"], []),
            (#"{"l":[{"n":"x"},{"m":1},{"n":["y"]}]}"#, ["l", "n"], ["x", "y"]),
            ("{a: x}", ["a", "b"], []), ("{a: {b: c}}", ["a"], []), ("[[x], [z, x]]", [], ["x", "z"]),
        ] as [(String, [String], [String])]
    )
    func walker(text: String, path: [String], found: [String]) throws {
        #expect(ReferenceWalker.strings(in: try value(text), at: path) == found)
    }

    @Test("KEY-04 KEY-05 between versions and namespaces of one object are one; groups differ")
    func pairing() throws {
        func key(_ apiVersion: String, _ namespace: String) throws -> ResourceKey {
            try manifests(
                "{apiVersion: \(apiVersion), kind: Deployment, metadata: {name: cart, namespace: \(namespace)}}"
            )[0].key.normalized
        }
        #expect(try key("apps/v1beta1", "default") == key("apps/v1", "''"))
        #expect(try key("extensions/v1beta1", "''") != key("apps/v1", "''"))
    }
}

@Suite("Selection")
struct SelectionTests {
    private func objects() throws -> [Manifest] {
        try manifests(
            "{apiVersion: apps/v1, kind: Deployment, metadata: {name: web}}",
            "{apiVersion: apps/v1, kind: StatefulSet, metadata: {name: db}}",
            "{apiVersion: apps/v1, kind: Deployment, metadata: {name: worker}}",
            "{apiVersion: v1, kind: Service, metadata: {name: web}}",
            "{apiVersion: serving.knative.dev/v1, kind: Service, metadata: {name: web}}",
            "{apiVersion: v1, kind: Service, metadata: {name: admin}}"
        )
    }

    @Test(
        "of workloads is all Deployments, or what the references say, each once",
        arguments: [
            ([], ["web", "worker"]), ([ResourceReference(name: "worker")], ["worker"]),
            ([ResourceReference(kind: "StatefulSet")], ["db"]),
            ([ResourceReference(name: "worker"), ResourceReference()], ["worker", "web"]),
            ([ResourceReference(name: "absent")], []),
        ] as [([ResourceReference], [String])]
    )
    func workloads(references: [ResourceReference], names: [String]) throws {
        #expect(Selection.workloads(in: try objects(), references).map(\.name) == names)
    }

    @Test(
        "E60 of Services takes core ones, by name if there is one, whatever the kind of the reference",
        arguments: [
            (nil, ["web", "admin"]), (ResourceReference(kind: "Anything", name: "web"), ["web"]),
            (ResourceReference(name: "absent"), []),
        ] as [(ResourceReference?, [String])]
    )
    func services(reference: ResourceReference?, names: [String]) throws {
        #expect(Selection.services(in: try objects(), reference).map(\.name) == names)
    }
}
