import Manifests
import Testing

@testable import FakeKubernetes

@Suite("Server-side apply")
struct ServerSideApplyTests {
    private static let place = "\(Sample.configMaps)/settings"

    @Test("creates an absent object with 201 and owns exactly what it states")
    func create() {
        var driver = APIDriver()
        let answer = driver.apply(Self.place, Sample.configMap("settings", ["a": "1"]), as: "flotilla")
        #expect(answer.code == 201)
        #expect(answer.fields(of: "flotilla") == #"{"f:data":{"f:a":{}}}"#)
        #expect(answer.writers == ["flotilla/Apply"])
    }

    @Test("changes nothing, not even the version, when nothing is new")
    func repeated() {
        var driver = APIDriver()
        let first = driver.apply(Self.place, Sample.configMap("settings", ["a": "1"]), as: "flotilla")
        let second = driver.apply(Self.place, Sample.configMap("settings", ["a": "1"]), as: "flotilla")
        #expect(second.code == 200)
        #expect(second.object == first.object)
    }

    @Test("refuses a changed field of another writer in the words of the real server")
    func conflict() {
        var driver = APIDriver()
        driver.send(
            "POST",
            "\(Sample.configMaps)?fieldManager=kubectl-client-side-apply",
            Sample.configMap("settings", ["a": "1"])
        )
        let answer = driver.apply(Self.place, Sample.configMap("settings", ["a": "2"]), as: "flotilla")
        #expect(answer.code == 409)
        #expect(answer.reason == "Conflict")
        #expect(
            answer.message
                == #"Apply failed with 1 conflict: conflict with "kubectl-client-side-apply" using v1: .data.a"#
        )
        #expect(
            answer.object["details"]?["causes"]?.array?.first == [
                "reason": "FieldManagerConflict", "message": "conflict with \"kubectl-client-side-apply\" using v1",
                "field": ".data.a",
            ]
        )
        #expect(driver.get(Self.place)["data"]?["a"] == "1")
    }

    @Test("lists several conflicts by owner")
    func conflicts() {
        var driver = APIDriver()
        driver.apply(Self.place, Sample.configMap("settings", ["a": "1"]), as: "one")
        driver.apply(Self.place, Sample.configMap("settings", ["b": "1", "c": "1"]), as: "two")
        let wish = Sample.configMap("settings", ["a": "2", "b": "2", "c": "2"])
        let answer = driver.apply(Self.place, wish, as: "flotilla")
        #expect(
            answer.message
                == "Apply failed with 3 conflicts: conflicts with \"one\":\n- .data.a\n"
                + "conflicts with \"two\":\n- .data.b\n- .data.c"
        )
    }

    @Test("takes fields over by force, and the other writer loses them")
    func force() {
        var driver = APIDriver()
        driver.apply(Self.place, Sample.configMap("settings", ["a": "1", "b": "1"]), as: "one")
        let answer = driver.apply(Self.place, Sample.configMap("settings", ["a": "2"]), as: "two", force: true)
        #expect(answer.code == 200)
        #expect(answer.fields(of: "one") == #"{"f:data":{"f:b":{}}}"#)
        #expect(answer.object["data"] == ["a": "2", "b": "1"])
    }

    @Test("removes what its only owner no longer states, and keeps what is shared")
    func giveUp() {
        var driver = APIDriver()
        driver.apply(Self.place, Sample.configMap("settings", ["mine": "1", "shared": "1"]), as: "one")
        driver.apply(Self.place, Sample.configMap("settings", ["shared": "1"]), as: "two")
        let answer = driver.apply(Self.place, Sample.configMap("settings"), as: "one")
        #expect(answer.object["data"] == ["shared": "1"])
        #expect(answer.writers == ["two/Apply"])
    }

    @Test("leaves fields of a client-side writer behind until ownership is migrated by a guarded JSON patch")
    func migration() throws {
        var driver = APIDriver()
        let manager = "kubectl-client-side-apply"
        driver.send(
            "POST",
            "\(Sample.configMaps)?fieldManager=\(manager)",
            Sample.configMap("settings", ["a": "1", "old": "1"])
        )
        driver.apply(Self.place, Sample.configMap("settings", ["a": "1"]), as: "flotilla")
        let shared = driver.get(Self.place)
        #expect(shared["data"] == ["a": "1", "old": "1"])

        let entry: Value = [
            "manager": "flotilla", "operation": "Apply", "apiVersion": "v1", "fieldsType": "FieldsV1",
            "fieldsV1": ["f:data": [".": [:], "f:a": [:], "f:old": [:]]],
        ]
        func patch(_ version: String) -> Value {
            [
                ["op": "replace", "path": "/metadata/managedFields", "value": [entry]],
                ["op": "replace", "path": "/metadata/resourceVersion", "value": .string(version)],
            ]
        }
        let type = "application/json-patch+json"
        #expect(driver.send("PATCH", Self.place, patch("1"), type: type).code == 409)
        #expect(driver.send("PATCH", Self.place, patch(shared.resourceVersion), type: type).code == 200)
        let applied = driver.apply(Self.place, Sample.configMap("settings", ["a": "1"]), as: "flotilla")
        #expect(applied.object["data"] == ["a": "1"])
        #expect(applied.writers == ["flotilla/Apply"])
    }

    @Test("gives all fields to before-first-apply when nobody owned them")
    func beforeFirstApply() {
        var driver = APIDriver()
        driver.send("POST", Sample.configMaps, Sample.configMap("settings", ["a": "1"]))
        let reset: Value = [["op": "replace", "path": "/metadata/managedFields", "value": [[:]]]]
        driver.send("PATCH", Self.place, reset, type: "application/json-patch+json")
        let answer = driver.apply(Self.place, Sample.configMap("settings", ["a": "2"]), as: "flotilla")
        #expect(answer.message.contains(#"conflict with "before-first-apply" using v1: .data.a"#))
    }

    @Test("lets only kubectl overwrite the values of its own last client-side apply")
    func kubectl() {
        var driver = APIDriver()
        var object = Sample.configMap("settings", ["a": "1"])
        let last = object.jsonText()
        object.put(.string(last), "metadata", "annotations", "kubectl.kubernetes.io/last-applied-configuration")
        driver.send("POST", "\(Sample.configMaps)?fieldManager=kubectl-client-side-apply", object)
        let wish = Sample.configMap("settings", ["a": "2"])
        #expect(driver.apply(Self.place, wish, as: "flotilla").code == 409)
        #expect(driver.apply(Self.place, wish, as: "kubectl").code == 200)
    }
}

@Suite("Server-side apply of typed lists and maps")
struct TypedApplyTests {
    private static let place = "\(Sample.deployments)/web"

    private func config(_ containers: Value) -> Value {
        [
            "apiVersion": "apps/v1", "kind": "Deployment", "metadata": ["name": "web"],
            "spec": ["template": ["spec": ["containers": containers]]],
        ]
    }

    @Test("merges containers, variables and ports by their keys")
    func listMaps() {
        var driver = APIDriver()
        driver.apply(Self.place, Sample.deployment("web"), as: "one")
        let side: Value = [
            [
                "name": "side", "image": "side:1", "ports": [["containerPort": 80]],
                "env": [["name": "A", "value": "1"]],
            ]
        ]
        let answer = driver.apply(Self.place, config(side), as: "two")
        let containers = answer.object["spec"]?["template"]?["spec"]?["containers"]?.array ?? []
        #expect(containers.compactMap { $0["name"]?.string } == ["main", "side"])
        #expect(answer.fields(of: "two")?.contains(#""k:{\"containerPort\":80,\"protocol\":\"TCP\"}""#) == true)
        #expect(answer.fields(of: "two")?.contains(#""k:{\"name\":\"A\"}""#) == true)
    }

    @Test("owns a selector as a whole")
    func atomicMaps() {
        var driver = APIDriver()
        let answer = driver.apply(Self.place, Sample.deployment("web"), as: "one")
        #expect(answer.fields(of: "one")?.contains(#""f:selector":{}"#) == true)
    }

    @Test("keeps finalizers as a set with an owner for each")
    func sets() {
        var driver = APIDriver()
        let place = "\(Sample.configMaps)/settings"
        func wish(_ finalizers: Value) -> Value {
            var object = Sample.configMap("settings")
            object.put(finalizers, "metadata", "finalizers")
            return object
        }
        driver.apply(place, wish(["a/one", "b/two"]), as: "one")
        driver.apply(place, wish(["c/three"]), as: "two")
        let answer = driver.apply(place, wish(["b/two"]), as: "one")
        #expect(answer.object.finalizers == ["b/two", "c/three"])
    }

    @Test(
        "refuses what the schema does not know",
        arguments: [
            (["spec": ["nope": 1]], ".spec.nope: field not declared in schema"),
            (["spec": ["replicas": "many"]], ".spec.replicas: expected numeric (int or float)"),
            (
                [
                    "spec": [
                        "template": ["spec": ["containers": [["name": "c", "env": [["name": "A"], ["name": "A"]]]]]]
                    ]
                ],
                #".spec.template.spec.containers[name="c"].env: duplicate entries for key [name="A"]"#
            ),
        ] as [(Value, String)]
    )
    func strict(fields: Value, problem: String) {
        var driver = APIDriver()
        var object = fields
        object["apiVersion"] = "apps/v1"
        object["kind"] = "Deployment"
        object["metadata"] = ["name": "web"]
        let answer = driver.apply(Self.place, object, as: "one")
        #expect(answer.code == 500)
        #expect(
            answer.message.hasPrefix("failed to create typed patch object (default/web; apps/v1, Kind=Deployment): ")
        )
        #expect(answer.message.contains(problem))
    }

    @Test("gives an autoscaler its replicas through the scale subresource")
    func scale() {
        var driver = APIDriver()
        driver.apply(Self.place, Sample.deployment("web", replicas: 1), as: "one")
        let scale: Value = ["spec": ["replicas": 3]]
        driver.send("PATCH", "\(Self.place)/scale?fieldManager=hpa", scale, type: "application/merge-patch+json")
        let answer = driver.apply(Self.place, Sample.deployment("web", replicas: 1), as: "one")
        #expect(
            answer.message
                == #"Apply failed with 1 conflict: conflict with "hpa" with subresource "scale" using apps/v1: .spec.replicas"#
        )
        #expect(driver.apply(Self.place, Sample.deployment("web"), as: "one").object["spec"]?["replicas"] == 3)
    }

    @Test("keeps the status of controllers apart from the specification")
    func status() {
        var driver = APIDriver()
        var object = Sample.deployment("web")
        object["status"] = ["replicas": 9]
        driver.apply(Self.place, object, as: "one")
        let answer = driver.send("GET", Self.place)
        #expect(answer.object["status"]?["replicas"] == 1)
        #expect(answer.fields(of: "one")?.contains("f:status") == false)
        #expect(answer.fields(of: "kube-controller-manager")?.contains("f:availableReplicas") == true)
    }
}
