import FakeKubernetes
import Manifests
import Testing

@testable import KubernetesAPI

@Suite("Options of a write", .timeLimit(.minutes(5)))
struct WriteOptionsTests {
    private static let dryRun = WriteOptions(dryRun: true)

    @Test("keep a dry run from leaving a trace, whatever is written", arguments: TestedWrite.allCases)
    func dryRun(write: TestedWrite) async throws {
        try await withClient { cluster, client in
            let before = try await write.prepare(client)
            let revision = cluster.revision
            let manifest = try Manifest.configMap("settings", data: ["a": "2"])
            switch write {
            case .apply:
                let shown = try await client.apply(manifest, options: Self.dryRun)
                #expect(shown.resource.object["data"] == ["a": "2"])
            case .create:
                let shown = try await client.create(manifest, options: Self.dryRun)
                #expect(shown.resource.object["data"] == ["a": "2"])
                // What is not there is created, by a dry run as well.
                #expect(try await client.replace(manifest, options: Self.dryRun).before == nil)
            case .replace:
                let shown = try await client.replace(manifest, options: Self.dryRun)
                #expect(shown.resource.object["data"] == ["a": "2"])
                #expect(shown.before?.object["data"] == ["a": "1"])
            case .delete:
                let live = try #require(before)
                #expect(try await client.delete(live, options: Self.dryRun).outcome == .gone)
            }
            #expect(cluster.revision == revision)
            #expect(cluster.object(TestedWrite.path) == before?.object)
        }
    }

    @Test("do not keep a dry run from naming a namespace that is missing", arguments: [TestedWrite.apply, .create])
    func missingNamespace(write: TestedWrite) async throws {
        try await withClient { _, client in
            let manifest = try Manifest.configMap("settings", namespace: "nowhere")
            let error = await #expect(throws: APIError.self) {
                _ =
                    write == .apply
                    ? try await client.apply(manifest, options: Self.dryRun)
                    : try await client.create(manifest, options: Self.dryRun)
            }
            #expect(error?.reason == .namespaceNotFound("nowhere"))
        }
    }

    private static let definition = """
        apiVersion: apiextensions.k8s.io/v1
        kind: CustomResourceDefinition
        metadata: {name: foos.y.io, annotations: {\(Foreign.lastApplied): "{}"}, labels: {a: "1"}}
        spec:
          group: y.io
          scope: Namespaced
          names: {kind: Foo, plural: foos, singular: foo, listKind: FooList}
          versions:
            - {name: v1, served: true, storage: true, schema: {openAPIV3Schema: {type: object}}}
        """
    private static let foo = GroupKind(group: "y.io", kind: "Foo")

    @Test("keep a dry run of a definition from announcing its kind", arguments: [TestedWrite.apply, .create, .replace])
    func announcement(write: TestedWrite) async throws {
        try await withClient { cluster, client in
            var manifest = try Manifest(yaml: Self.definition)
            manifest.remove(at: ["metadata", "annotations"])
            if write == .replace { _ = try await cluster.client(client.engine).create(manifest) }
            for options in [Self.dryRun, WriteOptions()] {
                switch write {
                case .apply: _ = try await client.apply(manifest, options: options)
                case .create: _ = try await client.create(manifest, options: options)
                default: _ = try await client.replace(manifest, options: options)
                }
                #expect(client.cache.isExpected(Self.foo) == !options.dryRun)
            }
        }
    }

    @Test("let a definition announce its kind also when it is taken over from a client-side apply")
    func adoptedDefinition() async throws {
        try await withClient { cluster, client in
            let definitions = "/apis/apiextensions.k8s.io/v1/customresourcedefinitions"
            cluster.create(try Value(yaml: Self.definition), at: definitions, by: "kubectl-client-side-apply")
            var manifest = try Manifest(yaml: Self.definition)
            try manifest.set("2", at: ["metadata", "labels", "a"])
            let applied = try await client.apply(manifest)
            #expect(applied.migration != nil)
            #expect(client.cache.isExpected(Self.foo))
        }
    }

    @Test("say when a webhook cannot take part in a dry run, which is not the manifest's fault")
    func webhook() async throws {
        try await withClient { cluster, client in
            let message = "admission webhook \"mail.example.com\" does not support dry run"
            cluster.inject(Fault(.webhookWithSideEffects("mail.example.com")))
            _ = try await client.apply(.configMap("settings"))
            let error = await #expect(throws: APIError.self) {
                try await client.apply(.configMap("settings"), options: Self.dryRun)
            }
            #expect(error?.reason == .dryRunUnsupported(message: message))
            #expect(error.text == "osaka: apply ConfigMap/default/settings: there is no dry run of it: \(message)")
        }
    }

    @Test(
        "say what becomes of unknown fields, and nothing unless told to",
        arguments: [(nil, nil), (.strict, "Strict"), (.warn, "Warn"), (.ignore, "Ignore")]
            as [(FieldValidation?, String?)]
    )
    func validation(validation: FieldValidation?, value: String?) async throws {
        try await withClient { cluster, client in
            let options = WriteOptions(fieldValidation: validation)
            _ = try await client.create(.configMap("created"), options: options)
            _ = try await client.apply(.configMap("applied"), options: options)
            _ = try await client.replace(.configMap("created", data: ["a": "2"]), options: options)
            let writes = cluster.requests.filter { $0.method != "GET" }
            #expect(writes.map(\.method) == ["POST", "PATCH", "PUT"])
            for write in writes {
                #expect(write.query.contains("fieldValidation") == (value != nil))
                if let value { #expect(write.query.contains("fieldValidation=\(value)")) }
            }
        }
    }

    @Test("let a strict server refuse a field that it does not know, and a lax one warn")
    func unknownField() async throws {
        try await withClient { cluster, client in
            var manifest = try Manifest.configMap("settings")
            try manifest.set("x", at: ["nope"])
            let unknown = manifest
            let error = await #expect(throws: APIError.self) {
                try await client.create(unknown, options: WriteOptions(fieldValidation: .strict))
            }
            guard case .invalid(400, let message, _) = error?.reason else { return unexpected(error) }
            #expect(message.contains("unknown field \"nope\""), "\(message)")
            #expect(cluster.object(TestedWrite.path) == nil)
            let created = try await client.create(unknown, options: WriteOptions(fieldValidation: .warn))
            #expect(created.warnings.contains { $0.contains("unknown field \"nope\"") }, "\(created.warnings)")
            let replaced = try await client.replace(unknown, options: WriteOptions(fieldValidation: .warn))
            #expect(replaced.warnings == created.warnings)
        }
    }

    @Test("API-09 are joined by a field manager, and by nothing that only the server writes")
    func hygiene() async throws {
        try await withClient { cluster, client in
            let first = try await client.apply(.configMap("settings")).resource
            let exported = try Manifest(first.object)
            #expect(exported.object[path: "metadata", "managedFields"] != nil)
            let again = try await client.apply(exported)
            #expect(again.resource.resourceVersion == first.resourceVersion)
            _ = try await client.replace(exported)
            let body = first.object
            let refused = cluster.perform(
                "PATCH",
                "\(TestedWrite.path)?fieldManager=x",
                body,
                contentType: "application/apply-patch+yaml"
            )
            #expect(refused.code == 400)
            let nameless = cluster.perform(
                "PATCH",
                TestedWrite.path,
                try Manifest.configMap("settings").object,
                contentType: "application/apply-patch+yaml"
            )
            #expect(nameless.code == 422)
        }
    }
}

@Suite("Who we are, and what we may do", .timeLimit(.minutes(5)))
struct IdentityTextTests {
    @Test("stands in every request: product, version and platform")
    func userAgent() async throws {
        try await withFakeCluster("osaka") { cluster in
            let engine = HTTPEngine()
            defer { engine.close() }
            var options = ClusterClient.Options()
            options.product = "flotilla/1.2.3"
            let client = ClusterClient(
                target: "osaka",
                configuration: try cluster.configuration(),
                engine: engine,
                options: options
            )
            _ = try await client.apply(.configMap("settings"))
            let agents = Set(cluster.requests.map(\.userAgent))
            #expect(agents == ["flotilla/1.2.3 (linux/amd64)"] || agents == ["flotilla/1.2.3 (linux/arm64)"])
        }
    }

    private static func grant(_ verb: APICall.Verb, _ mapping: ResourceMapping, _ namespace: String?, _ message: String)
        -> String?
    {
        var call = APICall(verb, "x", path: "/x")
        call.place = APICall.Place(mapping, namespace: namespace)
        return call.grant(afterRefusal: message)
    }

    @Test(
        "is said after a refusal: which verb to grant, on what, and where",
        arguments: [
            (.apply, .deployments, "shop", "patch", "patch on deployments.apps in namespace shop"),
            (.apply, .deployments, "shop", "create", "create on deployments.apps in namespace shop"),
            (.replace, .configMaps, "shop", "do this to", "update on configmaps in namespace shop"),
            (.list, .configMaps, nil, "list", "list on configmaps in all namespaces"),
            (.create, .namespaces, nil, "create", "create on namespaces"),
        ] as [(APICall.Verb, ResourceMapping, String?, String, String)]
    )
    func grants(verb: APICall.Verb, mapping: ResourceMapping, namespace: String?, word: String, grant: String) {
        let message = "x is forbidden: User \"jane\" cannot \(word) resource \"x\" in API group \"\""
        #expect(Self.grant(verb, mapping, namespace, message) == grant)
    }

    @Test(
        "is not the matter of a refusal for another reason",
        arguments: [
            "pods \"x\" is forbidden: exceeded quota: q, requested: pods=1, used: pods=1, limited: pods=1",
            "configmaps \"x\" is forbidden: unable to create new content in namespace shop because it is being terminated",
        ]
    )
    func otherRefusals(message: String) {
        #expect(Self.grant(.create, .configMaps, "shop", message) == nil)
    }

    @Test("is said to who has a role that does not suffice")
    func limited() async throws {
        var options = FakeClusterOptions()
        options.limitedRules = [AccessRule(verbs: [.get, .patch], resources: ["configmaps"])]
        try await withFakeCluster("osaka", options: options) { cluster in
            let engine = HTTPEngine()
            defer { engine.close() }
            let client = ClusterClient(
                target: "osaka",
                configuration: try cluster.configuration(.limited),
                engine: engine
            )
            let live = try await client.get(.configMaps, namespace: "default", name: "settings")
            #expect(live == nil)
            let error = await #expect(throws: APIError.self) { try await client.create(.configMap("settings")) }
            #expect(error.text.hasSuffix("; grant create on configmaps in namespace default"), "\(error.text)")
            let unread = await #expect(throws: APIError.self) { try await client.list(.deployments) }
            #expect(unread.text.hasSuffix("; grant list on deployments.apps in all namespaces"), "\(unread.text)")
        }
    }

    @Test("comes with the server's own words, in one line")
    func forbidden() async throws {
        try await withClient { cluster, client in
            cluster.inject(.forbidden(verbs: [.patch], resource: "configmaps"))
            let error = await #expect(throws: APIError.self) { try await client.apply(.configMap("settings")) }
            let words = "configmaps is forbidden: User \"fake-admin\" cannot do this to resource \"configmaps\""
            #expect(
                error.text == "osaka: apply ConfigMap/default/settings: not allowed: \(words)"
                    + "; grant patch on configmaps in namespace default"
            )
        }
    }
}
