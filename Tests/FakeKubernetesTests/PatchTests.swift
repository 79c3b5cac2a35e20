import Manifests
import Testing

@testable import FakeKubernetes

@Suite("Patches")
struct PatchTests {
    @Test(
        "merge as RFC 7396 says",
        arguments: [
            (["a": 1, "b": ["c": 1]], ["b": ["c": .null, "d": 2]], ["a": 1, "b": ["d": 2]]),
            (["a": [1, 2]], ["a": [3]], ["a": [3]]),
            ([:], ["a": ["b": .null, "c": 1]], ["a": ["c": 1]]),
        ] as [(Value, Value, Value)]
    )
    func merge(target: Value, patch: Value, result: Value) {
        #expect(MergePatch.apply(patch, to: target) == result)
    }

    @Test(
        "change step by step as RFC 6902 says",
        arguments: [
            ([["op": "add", "path": "/a/1", "value": 9]], ["a": [1, 9, 2], "b": ["c/d": 1]]),
            ([["op": "add", "path": "/a/-", "value": 9]], ["a": [1, 2, 9], "b": ["c/d": 1]]),
            ([["op": "remove", "path": "/b/c~1d"]], ["a": [1, 2], "b": [:]]),
            ([["op": "replace", "path": "/a/0", "value": .null]], ["a": [.null, 2], "b": ["c/d": 1]]),
            ([["op": "move", "from": "/b/c~1d", "path": "/e"]], ["a": [1, 2], "b": [:], "e": 1]),
            ([["op": "copy", "from": "/a", "path": "/b/x"]], ["a": [1, 2], "b": ["c/d": 1, "x": [1, 2]]]),
            ([["op": "test", "path": "/a/0", "value": 1]], ["a": [1, 2], "b": ["c/d": 1]]),
        ] as [(Value, Value)]
    )
    func json(patch: Value, result: Value) throws {
        #expect(try JSONPatch.apply(patch, to: ["a": [1, 2], "b": ["c/d": 1]]) == result)
    }

    @Test(
        "fail as a whole when one step cannot be done",
        arguments: [
            [["op": "test", "path": "/a", "value": 2]], [["op": "remove", "path": "/x"]],
            [["op": "replace", "path": "/x/y", "value": 1]], [["op": "add", "path": "/l/9", "value": 1]],
            [["op": "grow", "path": "/a"]], [["op": "add", "path": "a", "value": 1]],
        ] as [Value]
    )
    func jsonFailure(patch: Value) {
        #expect(throws: APIStatus.self) { try JSONPatch.apply(patch, to: ["a": 1, "l": []]) }
    }

    @Test(
        "merge lists by their keys when they are strategic",
        arguments: [
            (
                ["containers": [["name": "b", "image": "new"]]],
                ["containers": [["name": "a", "image": "1"], ["name": "b", "image": "new"]]]
            ),
            (["containers": [["name": "a", "$patch": "delete"]]], ["containers": [["name": "b", "image": "2"]]]),
            (
                [
                    "containers": [["name": "c"]],
                    "$setElementOrder/containers": [["name": "c"], ["name": "a"], ["name": "b"]],
                ],
                ["containers": [["name": "c"], ["name": "a", "image": "1"], ["name": "b", "image": "2"]]]
            ),
            (["containers": [["name": "z"], ["$patch": "replace"]]], ["containers": [["name": "z"]]]),
            (["tolerations": [["key": "x"]]], nil),
        ] as [(Value, Value?)]
    )
    func strategic(patch: Value, containers: Value?) {
        let target: Value = [
            "containers": [["name": "a", "image": "1"], ["name": "b", "image": "2"]], "tolerations": [["key": "old"]],
        ]
        let result = StrategicMergePatch.apply(patch, to: target, .named("PodSpec"))
        if let containers {
            #expect(result["containers"] == containers["containers"])
        } else {
            #expect(result["tolerations"] == [["key": "x"]])
        }
    }

    @Test("drop the other keys of a strategy")
    func retainKeys() {
        let target: Value = ["strategy": ["type": "RollingUpdate", "rollingUpdate": ["maxSurge": 1]]]
        let patch: Value = ["strategy": ["$retainKeys": ["type"], "type": "Recreate"]]
        let result = StrategicMergePatch.apply(patch, to: target, .named("DeploymentSpec"))
        #expect(result == ["strategy": ["type": "Recreate"]])
    }

    @Test("of an unknown kind are refused, and strategic ones for custom types")
    func mediaTypes() {
        var driver = APIDriver()
        driver.send("POST", Sample.configMaps, Sample.configMap("settings"))
        #expect(driver.send("PATCH", "\(Sample.configMaps)/settings", [:]).code == 415)
        let services = "/apis/networking.istio.io/v1/namespaces/default/virtualservices"
        driver.send("POST", services, ["kind": "VirtualService", "metadata": ["name": "web"], "spec": [:]])
        let answer = driver.send("PATCH", "\(services)/web", [:], type: "application/strategic-merge-patch+json")
        #expect(answer.code == 415)
    }

    @Test("cannot rename an object or change its type")
    func identity() {
        var driver = APIDriver()
        let place = "\(Sample.configMaps)/settings"
        driver.send("POST", Sample.configMaps, Sample.configMap("settings"))
        let merge = "application/merge-patch+json"
        let renamed = driver.send("PATCH", place, ["metadata": ["name": "other"]], type: merge)
        #expect(renamed.message == "the name of the object (other) does not match the name on the URL (settings)")
        #expect(driver.send("PATCH", place, ["kind": "Secret"], type: merge).code == 422)
    }
}
