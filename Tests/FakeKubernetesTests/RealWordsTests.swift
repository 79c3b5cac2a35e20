import Manifests
import Testing

@testable import FakeKubernetes

/// Each of these was asked of a real server of version 1.20.
@Suite("What a real server says, this one says, too")
struct RealWordsTests {
    private static let merge = "application/merge-patch+json"

    private func driver(_ version: String = "v1.32.0") -> APIDriver {
        var options = FakeClusterOptions()
        options.version = version
        var api = APIDriver(options)
        api.send("POST", Sample.configMaps, Sample.configMap("a", ["a": "1"]))
        return api
    }

    private func scheme(_ kind: String, _ version: String) -> String {
        "no kind \"\(kind)\" is registered for version \"\(version)\""
            + " in scheme \"k8s.io/kubernetes/pkg/api/legacyscheme/scheme.go:30\""
    }

    @Test("of objects that are not what the path says", arguments: ["PUT", "PATCH"])
    func identity(method: String) {
        var api = driver()
        let type = method == "PUT" ? "application/json" : "application/apply-patch+yaml"
        let path = "\(Sample.configMaps)/a?fieldManager=x"
        let nameless: Value = ["apiVersion": "v1", "kind": "ConfigMap", "data": ["a": "2"]]
        let unnamed = api.send(method, path, nameless, type: type)
        #expect(unnamed.code == 400)
        #expect(unnamed.message == "the name of the object (a based on URL) was undeterminable: name must be provided")
        var elsewhere = Sample.configMap("a")
        elsewhere.setMetadata("namespace", "x")
        let misplaced = api.send(method, path, elsewhere, type: type)
        #expect(misplaced.code == 400)
        #expect(
            misplaced.message == "the namespace of the object (x) does not match the namespace on the request (default)"
        )
        #expect(api.get("\(Sample.configMaps)/a")["data"] == ["a": "1"])
    }

    @Test("of kinds that it does not know")
    func unknownKinds() {
        var api = driver()
        var object = Sample.configMap("b")
        object["kind"] = "Nope"
        let kind = api.send("POST", Sample.configMaps, object)
        #expect(kind.message == "Nope in version \"v1\" cannot be handled as a ConfigMap: \(scheme("Nope", "v1"))")
        object = Sample.configMap("b")
        object["apiVersion"] = "apps/v1"
        let version = api.send("POST", Sample.configMaps, object)
        let text = scheme("ConfigMap", "apps/v1")
        #expect(version.message == "ConfigMap in version \"v1\" cannot be handled as a ConfigMap: \(text)")
        #expect([kind.code, version.code] == [400, 400])
    }

    @Test("of patches that make no object")
    func patches() {
        var api = driver()
        let path = "\(Sample.configMaps)/a"
        let wrong = api.send("PATCH", path, ["data": ["b": 2]], type: Self.merge)
        #expect(wrong.code == 422)
        #expect(wrong.message.hasPrefix(" \"\" is invalid: patch: Invalid value: \"{\\\"kind\\\":\\\"ConfigMap\\\","))
        #expect(wrong.causes == ["patch"])
        let kind = api.send("PATCH", path, ["kind": "Secret"], type: Self.merge)
        #expect(kind.code == 422)
        #expect(kind.message.hasSuffix(scheme("Secret", "v1")))
        let uid = api.send("PATCH", path, ["metadata": ["uid": "x"]], type: Self.merge)
        #expect(uid.code == 422)
        #expect(uid.message == "ConfigMap \"a\" is invalid: metadata.uid: Invalid value: \"x\": field is immutable")
        let list: Value = [["op": "test", "path": "/data/a", "value": "4"]]
        let test = api.send("PATCH", path, list, type: "application/json-patch+json")
        #expect(test.code == 422)
        #expect(test.message == "the server rejected our request due to an error in our request")
        #expect(test.object["details"] == [:])
        let json = api.send("PATCH", path, ["data": [:]], type: "application/json")
        #expect(json.code == 415)
        #expect(json.message == "415: Unsupported Media Type")
    }

    @Test("of a UID that is another one's")
    func uid() {
        var api = driver()
        let uid = api.get("\(Sample.configMaps)/a")["metadata"]?["uid"]?.string ?? ""
        var object = Sample.configMap("a")
        object.setMetadata("uid", "x")
        let answer = api.send("PUT", "\(Sample.configMaps)/a", object)
        #expect(answer.code == 409)
        #expect(
            answer.message
                == "Operation cannot be fulfilled on configmaps \"a\": StorageError: invalid object, Code: 4, "
                + "Key: /registry/configmaps/default/a, ResourceVersion: 0, AdditionalErrorMsg: Precondition failed: "
                + "UID in precondition: x, UID in object meta: \(uid)"
        )
    }

    @Test("of paths that lead nowhere", arguments: ["/apis/apps/v9/deployments", "/api/v2", "/api/v2/pods"])
    func paths(path: String) {
        var api = driver()
        let answer = api.send("GET", path)
        #expect(answer.code == 404)
        #expect(answer.reason == "NotFound")
        #expect(answer.message == "the server could not find the requested resource")
    }

    @Test("of a list of the future")
    func future() {
        var api = driver()
        let answer = api.send("GET", "\(Sample.configMaps)?resourceVersion=99999999")
        #expect(answer.code == 504)
        #expect(answer.message.hasPrefix("Timeout: Too large resource version: 99999999, current: "))
        #expect(answer.object["details"]?["retryAfterSeconds"] == 1)
        #expect(answer.object["details"]?["causes"]?.array?.first?["reason"] == "ResourceVersionTooLarge")
    }

    @Test(
        "of metadata that is no good",
        arguments: [
            ("annotations", #"{"a b":"x"}"#, "metadata.annotations"),
            ("finalizers", #"["nope"]"#, "metadata.finalizers[0]"),
            (
                "ownerReferences", #"[{"apiVersion":"v1","kind":"ConfigMap","name":"x"}]"#,
                "metadata.ownerReferences.uid"
            ),
        ]
    )
    func metadata(field: String, value: String, cause: String) throws {
        var api = driver()
        var object = Sample.configMap("b")
        object.setMetadata(field, try Value(json: Array(value.utf8)))
        let answer = api.send("POST", Sample.configMaps, object)
        #expect(answer.code == 422)
        #expect(answer.causes == [cause])
    }

    @Test("of a field that cannot be selected, and of a dry run that is none")
    func parameters() {
        var api = driver()
        let list = api.send("GET", "\(Sample.configMaps)?fieldSelector=data.a%3D1")
        let known = #"only "metadata.name", "metadata.namespace""#
        #expect(list.message == "\"data.a\" is not a known field selector: \(known)")
        #expect(
            api.send("GET", "\(Sample.pods)?fieldSelector=data.a%3D1").message
                == "field label not supported: data.a"
        )
        let dryRun = api.send("DELETE", "\(Sample.configMaps)/a?dryRun=x")
        #expect(
            dryRun.message == "DeleteOptions.meta.k8s.io \"\" is invalid: dryRun: Unsupported value: []string{\"x\"}: "
                + "supported values: \"All\""
        )
    }

    @Test("of a delete that says two things, or is something else")
    func deleteOptions() {
        var api = driver()
        let path = "\(Sample.configMaps)/a"
        let both = api.send("DELETE", path, ["propagationPolicy": "Orphan", "orphanDependents": true])
        #expect(both.code == 422)
        #expect(both.message.hasSuffix("\"Orphan\": orphanDependents and deletionPropagation cannot be both set"))
        let other = api.send("DELETE", path, Sample.configMap("a"))
        #expect(other.code == 500)
        #expect(other.message.hasPrefix("no kind \"ConfigMap\" is registered for version \"v1\" in scheme "))
        #expect(api.send("DELETE", path, ["kind": "DeleteOptions", "apiVersion": "v1"]).code == 200)
    }

    @Test("a watch of one object by its path is a look at it")
    func namedWatch() {
        var api = driver()
        #expect(api.send("GET", "\(Sample.configMaps)/a?watch=1").object.name == "a")
    }

    @Test("objects that lost their owners get none by updates, and those of before at the first apply")
    func ownerless() {
        var api = driver()
        let path = "\(Sample.configMaps)/a"
        var object = Sample.configMap("a", ["a": "1"])
        object.setMetadata("managedFields", [[:]])
        #expect(api.send("PUT", path, object).writers == [])
        #expect(api.send("PATCH", path, ["data": ["b": "2"]], type: Self.merge).writers == [])
        let conflict = api.apply(path, Sample.configMap("a", ["b": "3"]), as: "x")
        #expect(
            conflict.message == "Apply failed with 1 conflict: conflict with \"before-first-apply\" using v1: .data.b"
        )
        #expect(
            api.apply(path, Sample.configMap("a", ["b": "2"]), as: "x").writers.sorted() == [
                "before-first-apply/Update", "x/Apply",
            ]
        )
    }

    @Test("objects that cannot be merged have no owners")
    func unmergeable() {
        var api = driver()
        var object = Sample.deployment("twice")
        let entry: Value = ["name": "A", "value": "1"]
        let container: Value = ["name": "main", "image": "nginx", "env": [entry, entry]]
        object.put([container], "spec", "template", "spec", "containers")
        let answer = api.send("POST", "\(Sample.deployments)?dryRun=All", object)
        #expect(answer.code == 201)
        #expect(answer.writers == [])
    }

    @Test("an object that is deleted with its parts or without goes in two steps", arguments: ["Foreground", "Orphan"])
    func deletion(policy: String) {
        var api = driver()
        let path = "\(Sample.configMaps)/a"
        let finalizer = policy == "Orphan" ? "orphan" : "foregroundDeletion"
        for query in ["&dryRun=All", ""] {
            let answer = api.send("DELETE", "\(path)?propagationPolicy=\(policy)\(query)")
            #expect(answer.code == 200)
            #expect(answer.object["metadata"]?["finalizers"] == [.string(finalizer)])
            #expect(answer.object["metadata"]?["deletionTimestamp"] != nil)
            #expect((api.send("GET", path).code == 404) == query.isEmpty)
        }
    }

    @Test(
        "unknown fields are dropped in silence before version 1.25",
        arguments: ["", "Ignore", "Warn", "Strict", "x"]
    )
    func silence(validation: String) {
        var object = Sample.configMap("b")
        object["nope"] = 1
        var old = driver("v1.24.9")
        let answer = old.send("POST", "\(Sample.configMaps)?fieldValidation=\(validation)", object)
        #expect(answer.code == 201)
        #expect(answer.response.warnings == [])
        #expect(answer.object["nope"] == nil)
        var new = driver("v1.25.0")
        let loud = new.send("POST", "\(Sample.configMaps)?fieldValidation=\(validation)", object)
        #expect(loud.code == ["Strict": 400, "x": 422][validation, default: 201])
        #expect(loud.response.warnings == (["", "Warn"].contains(validation) ? ["unknown field \"nope\""] : []))
        #expect(new.apply("\(Sample.configMaps)/b", object, as: "x").code == 500)
        #expect(old.apply("\(Sample.configMaps)/b", object, as: "x").code == 500)
    }

    @Test("custom objects must say what they are")
    func customTypes() {
        var api = driver()
        let path = "/apis/networking.istio.io/v1/namespaces/default/virtualservices"
        let nameless = api.send("POST", path, ["metadata": ["name": "x"]])
        #expect(nameless.code == 400)
        #expect(nameless.message.contains("unmarshalerDecoder: Object 'Kind' is missing in '"))
        let object: Value = ["apiVersion": "networking.istio.io/v1", "kind": "Nope", "metadata": ["name": "x"]]
        let wrong = api.send("POST", path, object)
        #expect(wrong.code == 422)
        #expect(
            wrong.message
                == "Nope.networking.istio.io \"x\" is invalid: kind: Invalid value: \"Nope\": must be VirtualService"
        )
    }
}
