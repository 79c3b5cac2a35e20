import Manifests
import Testing

@testable import FakeKubernetes

@Suite("Requests to apply")
struct ApplyRequestTests {
    private static let place = "\(Sample.configMaps)/settings"
    private static let type = "application/apply-patch+yaml"

    @Test("need a field manager")
    func fieldManager() {
        var driver = APIDriver()
        let answer = driver.send("PATCH", Self.place, Sample.configMap("settings"), type: Self.type)
        #expect(answer.code == 422)
        #expect(
            answer.message
                == #"PatchOptions.meta.k8s.io "" is invalid: fieldManager: Required value: is required for apply patch"#
        )
    }

    @Test("cannot state owners")
    func managedFields() {
        var driver = APIDriver()
        var object = Sample.configMap("settings")
        object.put([], "metadata", "managedFields")
        let answer = driver.apply(Self.place, object, as: "one")
        #expect(answer.code == 400)
        #expect(answer.message == "metadata.managedFields must be nil")
    }

    @Test("must fit their address")
    func address() {
        var driver = APIDriver()
        let other = driver.apply(Self.place, Sample.configMap("other"), as: "one")
        #expect(other.message == "the name of the object (other) does not match the name on the URL (settings)")
        var old = Sample.configMap("settings")
        old["apiVersion"] = "v2"
        let version = driver.apply(Self.place, old, as: "one")
        #expect(
            version.message == "Incorrect version specified in apply patch. Specified patch version: v2, expected: v1"
        )
        #expect([other.code, version.code] == [400, 400])
    }

    @Test("with force are for apply alone")
    func force() {
        var driver = APIDriver()
        driver.send("POST", Sample.configMaps, Sample.configMap("settings"))
        let answer = driver.send(
            "PATCH",
            "\(Self.place)?force=true",
            ["data": [:]],
            type: "application/merge-patch+json"
        )
        #expect(
            answer.message
                == #"PatchOptions.meta.k8s.io "" is invalid: force: Forbidden: may not be specified for non-apply patch"#
        )
    }

    @Test("into a namespace that is not there are refused by its name")
    func namespace() {
        var driver = APIDriver()
        let answer = driver.apply(
            "/api/v1/namespaces/nowhere/configmaps/settings",
            Sample.configMap("settings"),
            as: "one"
        )
        #expect(answer.code == 404)
        #expect(answer.message == #"namespaces "nowhere" not found"#)
        #expect(answer.object["details"]?["kind"] == "namespaces")
    }

    @Test("that are dry runs answer as the real one would, and write nothing")
    func dryRun() {
        var driver = APIDriver()
        let query = "fieldManager=one&dryRun=All"
        let answer = driver.send(
            "PATCH",
            "\(Self.place)?\(query)",
            Sample.configMap("settings", ["a": "1"]),
            type: Self.type
        )
        #expect(answer.code == 201)
        #expect(answer.object["data"] == ["a": "1"])
        #expect(driver.send("GET", Self.place).code == 404)
    }

    @Test("may be YAML")
    func yaml() {
        var driver = APIDriver()
        let text = "apiVersion: v1\nkind: ConfigMap\nmetadata:\n  name: settings\ndata:\n  a: \"1\"\n"
        let request = APIRequest(
            method: "PATCH",
            target: "\(Self.place)?fieldManager=one",
            headers: [("Content-Type", Self.type)],
            body: Array(text.utf8)
        )
        #expect(driver.state.respond(to: request, sink: driver.events).code == 201)
        #expect(driver.get(Self.place)["data"] == ["a": "1"])
    }
}
