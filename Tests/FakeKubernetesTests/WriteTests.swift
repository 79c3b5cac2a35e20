import Manifests
import Testing

@testable import FakeKubernetes

@Suite("Writing objects")
struct WriteTests {
    @Test("creates with an identity, a version and an owner")
    func create() {
        var driver = APIDriver()
        let answer = driver.send("POST", Sample.configMaps, Sample.configMap("settings", ["a": "1"]))
        #expect(answer.code == 201)
        #expect(answer.object.uid.count == 36)
        #expect(Int(answer.object.resourceVersion) ?? 0 > 0)
        #expect(answer.object.metadata("creationTimestamp").hasSuffix("Z"))
        #expect(answer.writers == ["tester/Update"])
        #expect(answer.fields(of: "tester") == #"{"f:data":{".":{},"f:a":{}}}"#)
    }

    @Test("refuses a second object of the same name")
    func alreadyExists() {
        var driver = APIDriver()
        driver.send("POST", Sample.configMaps, Sample.configMap("settings"))
        let answer = driver.send("POST", Sample.configMaps, Sample.configMap("settings"))
        #expect(answer.code == 409)
        #expect(answer.reason == "AlreadyExists")
        #expect(answer.message == #"configmaps "settings" already exists"#)
    }

    @Test("makes up a name behind generateName")
    func generateName() {
        var driver = APIDriver()
        let answer = driver.send("POST", Sample.configMaps, ["metadata": ["generateName": "run-"]])
        #expect(answer.object.name.hasPrefix("run-"))
        #expect(answer.object.name.count == 9)
    }

    @Test("replaces only from the version that is there")
    func optimisticLock() {
        var driver = APIDriver()
        let place = "\(Sample.configMaps)/settings"
        let first = driver.send("POST", Sample.configMaps, Sample.configMap("settings", ["a": "1"])).object
        var next = first
        next.put("2", "data", "a")
        #expect(driver.send("PUT", place, next).code == 200)
        let answer = driver.send("PUT", place, next)
        #expect(answer.code == 409)
        #expect(
            answer.message
                == #"Operation cannot be fulfilled on configmaps "settings": the object has been modified; "#
                + "please apply your changes to the latest version and try again"
        )
    }

    @Test("does not count a write that changes nothing")
    func noChange() {
        var driver = APIDriver()
        let first = driver.send("POST", Sample.configMaps, Sample.configMap("settings", ["a": "1"])).object
        let second = driver.send("PUT", "\(Sample.configMaps)/settings", first).object
        #expect(second.resourceVersion == first.resourceVersion)
    }

    @Test("counts generations of the specification, not of metadata or status")
    func generation() {
        var driver = APIDriver()
        let place = "\(Sample.deployments)/web"
        driver.send("POST", Sample.deployments, Sample.deployment("web"))
        let merge = "application/merge-patch+json"
        driver.send("PATCH", place, ["metadata": ["labels": ["x": "y"]]], type: merge)
        driver.send("PATCH", "\(place)/status", ["status": ["replicas": 7], "spec": ["replicas": 7]], type: merge)
        #expect(driver.get(place)["metadata"]?["generation"] == 1)
        #expect(driver.get(place)["spec"]?["replicas"] == 1)
        driver.send("PATCH", place, ["spec": ["replicas": 2]], type: merge)
        #expect(driver.get(place)["metadata"]?["generation"] == 2)
    }

    @Test("fills in what the server fills in")
    func defaults() {
        var driver = APIDriver()
        let spec = driver.send("POST", Sample.deployments, Sample.deployment("web")).object["spec"]
        #expect(spec?["replicas"] == 1)
        #expect(
            spec?["strategy"] == [
                "type": "RollingUpdate", "rollingUpdate": ["maxUnavailable": "25%", "maxSurge": "25%"],
            ]
        )
        #expect(spec?["progressDeadlineSeconds"] == 600)
        let container = spec?["template"]?["spec"]?["containers"]?.array?.first
        #expect(container?["imagePullPolicy"] == "IfNotPresent")
        #expect(container?["terminationMessagePath"] == "/dev/termination-log")
    }

    @Test("gives Services addresses, and keeps None")
    func addresses() {
        var driver = APIDriver()
        let services = "/api/v1/namespaces/default/services"
        func service(_ name: String, _ spec: Mapping) -> Value {
            var spec = spec
            spec["ports"] = [["port": 80]]
            return ["metadata": ["name": .string(name)], "spec": .mapping(spec)]
        }
        let first = driver.send("POST", services, service("one", ["type": "NodePort"])).object["spec"]
        #expect(first?["clusterIP"]?.string?.hasPrefix("10.96.") == true)
        #expect(first?["ports"]?.array?.first?["nodePort"] == 30000)
        let headless = driver.send("POST", services, service("two", ["clusterIP": "None"])).object["spec"]
        #expect(headless?["clusterIP"] == "None")
        let taken = driver.send("POST", services, service("three", ["clusterIP": first?["clusterIP"] ?? ""]))
        #expect(taken.code == 422)
        #expect(taken.message.contains("provided IP is already allocated"))
    }

    @Test(
        "refuses a wrong object with the field and the words of the real server",
        arguments: [
            (
                ["metadata": ["name": "a_B"]] as Value, "metadata.name",
                #"ConfigMap "a_B" is invalid: metadata.name: Invalid value: "a_B": a lowercase RFC 1123 subdomain must consist"#
            ),
            (["metadata": [:]], "metadata.name", "Required value: name or generateName is required"),
            (
                ["metadata": ["name": "a", "labels": ["k": .string(String(repeating: "x", count: 64))]]],
                "metadata.labels",
                "must be no more than 63 characters"
            ),
        ] as [(Value, String, String)]
    )
    func invalid(object: Value, field: String, text: String) {
        var driver = APIDriver()
        let answer = driver.send("POST", Sample.configMaps, object)
        #expect(answer.code == 422)
        #expect(answer.reason == "Invalid")
        #expect(answer.causes == [field])
        #expect(answer.message.contains(text))
    }

    @Test("refuses a selector that does not find its own pods, and one that changes")
    func selectors() {
        var driver = APIDriver()
        var object = Sample.deployment("web")
        object.put(["app": "other"], "spec", "template", "metadata", "labels")
        let mismatch = driver.send("POST", Sample.deployments, object)
        #expect(mismatch.code == 422)
        #expect(
            mismatch.message
                == #"Deployment.apps "web" is invalid: spec.template.metadata.labels: Invalid value: "#
                + #"map[string]string{"app":"other"}: `selector` does not match template `labels`"#
        )
        driver.send("POST", Sample.deployments, Sample.deployment("web"))
        object.put(["app": "other"], "spec", "selector", "matchLabels")
        let changed = driver.send("PUT", "\(Sample.deployments)/web", object)
        #expect(changed.code == 422)
        #expect(
            changed.message.hasSuffix(
                #"v1.LabelSelector{MatchLabels:map[string]string{"app":"other"}, "#
                    + "MatchExpressions:[]v1.LabelSelectorRequirement(nil)}: field is immutable"
            )
        )
    }

    @Test("warns of unknown fields, or refuses them when the client is strict")
    func unknownFields() {
        var driver = APIDriver()
        var object = Sample.deployment("web")
        object.put(1, "spec", "nope")
        let strict = driver.send("POST", "\(Sample.deployments)?fieldValidation=Strict", object)
        #expect(strict.code == 400)
        #expect(strict.message.hasSuffix(#"strict decoding error: unknown field "spec.nope""#))
        let warned = driver.send("POST", Sample.deployments, object)
        #expect(warned.code == 201)
        #expect(warned.response.warnings == [#"unknown field "spec.nope""#])
        #expect(warned.object["spec"]?["nope"] == nil)
        #expect(driver.send("POST", "\(Sample.deployments)?fieldValidation=Ignore", object).response.warnings.isEmpty)
    }

    @Test("takes the last value of a key that stands twice; the strict validation of that is not modelled")
    func repeatedKeys() {
        var driver = APIDriver()
        let metadata = #""metadata": {"name": "twice"}"#
        let json = #"{"apiVersion": "v1", "kind": "ConfigMap", \#(metadata), "data": {"a": "1", "b": "x", "a": "2"}}"#
        let yaml = "apiVersion: v1\nkind: ConfigMap\n\(metadata)\ndata: {a: '1', b: x, a: '2'}\n"
        for (type, body) in [("application/json", json), ("application/yaml", yaml)] {
            let strict = driver.send("POST", "\(Sample.configMaps)?fieldValidation=Strict", text: body, type: type)
            #expect(strict.code == 501)
            let answer = driver.send("POST", Sample.configMaps, text: body, type: type)
            #expect(answer.code == 201)
            #expect(answer.object["data"] == ["a": "2", "b": "x"])
            driver.send("DELETE", "\(Sample.configMaps)/twice")
        }
        driver.send("POST", Sample.configMaps, text: json, type: "application/json")
        let merge = "application/merge-patch+json"
        let patch = #"{"data": {"b": "1", "b": "2"}}"#
        #expect(
            driver.send("PATCH", "\(Sample.configMaps)/twice", text: patch, type: merge).object["data"]?["b"] == "2"
        )
        let strict = "\(Sample.configMaps)/twice?fieldValidation=Strict"
        #expect(driver.send("PATCH", strict, text: patch, type: merge).code == 501)
        let apply = "application/apply-patch+yaml"
        #expect(driver.send("PATCH", "\(strict)&fieldManager=m", text: yaml, type: apply).code == 501)
    }

    @Test("answers 501 to what it does not model and 404 to what does not exist")
    func notModelled() {
        var driver = APIDriver()
        #expect(driver.send("GET", "\(Sample.pods)/web/log").code == 501)
        #expect(driver.send("GET", "\(Sample.configMaps)/settings/status").code == 404)
        #expect(
            driver.send("GET", "/api/v1/namespaces/default/nothings").message
                == "the server could not find the requested resource"
        )
        let page = driver.send("GET", "/apis/none/v1/namespaces/default/nothings")
        #expect(page.code == 404)
        #expect(page.object == .string("404 page not found\n"))
        #expect(driver.send("PATCH", Sample.configMaps, [:]).code == 405)
    }
}
