import Manifests
import Testing

@testable import FakeKubernetes

@Suite("Deleting objects")
struct DeleteTests {
    private static let place = "\(Sample.configMaps)/settings"

    @Test("answers with a Status that names what is gone")
    func gone() {
        var driver = APIDriver()
        let uid = driver.send("POST", Sample.configMaps, Sample.configMap("settings")).object.uid
        let answer = driver.send("DELETE", Self.place)
        #expect(answer.code == 200)
        #expect(answer.object["status"] == "Success")
        #expect(answer.object["details"] == ["name": "settings", "kind": "configmaps", "uid": .string(uid)])
        #expect(driver.send("DELETE", Self.place).code == 404)
    }

    @Test("spares an object that is not the one decided on")
    func preconditions() {
        var driver = APIDriver()
        driver.send("POST", Sample.configMaps, Sample.configMap("settings"))
        let other = driver.send("DELETE", Self.place, ["preconditions": ["uid": "other"]])
        #expect(other.code == 409)
        #expect(other.message.contains("the UID in the precondition (other) does not match the UID in record"))
        #expect(driver.send("DELETE", Self.place, ["preconditions": ["resourceVersion": "1"]]).code == 409)
        #expect(driver.send("GET", Self.place).code == 200)
    }

    @Test("waits for finalizers, and goes with the last of them")
    func finalizers() {
        var driver = APIDriver()
        var object = Sample.configMap("settings")
        object.put(["example.com/hold"], "metadata", "finalizers")
        driver.send("POST", Sample.configMaps, object)
        let waiting = driver.send("DELETE", Self.place)
        #expect(waiting.object["kind"] == "ConfigMap")
        #expect(waiting.object.isBeingDeleted)
        let release: Value = ["metadata": ["finalizers": .null]]
        driver.send("PATCH", Self.place, release, type: "application/merge-patch+json")
        #expect(driver.send("GET", Self.place).code == 404)
    }

    @Test("tries out without doing")
    func dryRun() {
        var driver = APIDriver()
        driver.send("POST", Sample.configMaps, Sample.configMap("settings"))
        #expect(driver.send("DELETE", Self.place, ["dryRun": ["All"]]).code == 200)
        #expect(driver.send("GET", Self.place).code == 200)
    }

    @Test(
        "treats the parts of a Deployment as the propagation policy says",
        arguments: [("Background", 0), ("Foreground", 0), ("Orphan", 2)]
    )
    func propagation(policy: String, left: Int) {
        var driver = APIDriver()
        driver.send("POST", Sample.deployments, Sample.deployment("web", replicas: 2))
        driver.send("DELETE", "\(Sample.deployments)/web", ["propagationPolicy": .string(policy)])
        #expect(driver.send("GET", "\(Sample.deployments)/web").code == 404)
        #expect(driver.send("GET", Sample.pods).names.count == left)
    }

    @Test("empties a namespace before it goes, and refuses new content meanwhile")
    func namespaces() {
        var driver = APIDriver()
        driver.send("POST", "/api/v1/namespaces", ["metadata": ["name": "shop"]])
        let place = "/api/v1/namespaces/shop/configmaps"
        var held = Sample.configMap("held")
        held.put(["example.com/hold"], "metadata", "finalizers")
        driver.send("POST", place, held)
        let answer = driver.send("DELETE", "/api/v1/namespaces/shop")
        #expect(answer.object["status"]?["phase"] == "Terminating")
        let refused = driver.send("POST", place, Sample.configMap("late"))
        #expect(refused.code == 403)
        #expect(refused.message.hasSuffix("because it is being terminated"))
        let release: Value = ["metadata": ["finalizers": .null]]
        driver.send("PATCH", "\(place)/held", release, type: "application/merge-patch+json")
        #expect(driver.send("GET", "/api/v1/namespaces/shop").code == 404)
        #expect(driver.send("DELETE", "/api/v1/namespaces/default").code == 403)
    }

    @Test("takes whole collections by selector")
    func collection() {
        var driver = APIDriver()
        driver.send("POST", Sample.configMaps, Sample.configMap("one", labels: ["go": "yes"]))
        driver.send("POST", Sample.configMaps, Sample.configMap("two"))
        #expect(driver.send("DELETE", "\(Sample.configMaps)?labelSelector=go%3Dyes").names == ["one"])
        #expect(driver.send("GET", Sample.configMaps).names == ["kube-root-ca.crt", "two"])
    }

    @Test("collects an object whose owner does not exist")
    func absentOwner() {
        var driver = APIDriver()
        var object = Sample.configMap("part")
        let owner: Value = ["apiVersion": "v1", "kind": "ConfigMap", "name": "whole", "uid": "gone"]
        object.put([owner], "metadata", "ownerReferences")
        driver.send("POST", Sample.configMaps, object)
        #expect(driver.send("GET", "\(Sample.configMaps)/part").code == 404)
    }
}
