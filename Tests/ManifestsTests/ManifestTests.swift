import Manifests
import Testing

@Suite("A manifest")
struct ManifestTests {
    @Test("META-01 takes annotations when it has none yet")
    func addsToEmptyMap() throws {
        for annotations: Value in [[:], .null] {
            var manifest = try configMap(annotations: annotations)
            manifest.setAnnotation("a", "1")
            manifest.setAnnotation("b", "2")
            #expect(manifest.annotations == ["a": "1", "b": "2"])
        }
    }

    @Test("META-02 replaces an annotation and keeps the others")
    func overrides() throws {
        var manifest = try configMap(annotations: ["a": "old", "z": "keep"])
        manifest.setAnnotation("a", "new")
        manifest.setAnnotation("b", "2")
        #expect(manifest.annotations == ["a": "new", "b": "2", "z": "keep"])
    }

    @Test("META-03 is a value: a copy and its original do not see each other's changes")
    func copies() throws {
        var original = [try configMap(annotations: ["a": "1"])]
        var copy = original
        copy[0].setLabel("app", "copy")
        original[0].setAnnotation("a", "original")
        #expect(original[0].labels.isEmpty)
        #expect(copy[0].annotations == ["a": "1"])
    }

    @Test("keeps all other fields, and their order, when one is set")
    func setsInPlace() throws {
        var manifest = try Manifest([
            "kind": "K", "spec": ["b": 1, "a": ["x": 2]], "metadata": ["name": "n"], "other": true,
        ])
        try manifest.set(7, at: ["spec", "a", "y"])
        try manifest.set("new", at: ["status", "phase"])
        #expect(
            manifest.object.jsonText()
                == #"{"kind":"K","spec":{"b":1,"a":{"x":2,"y":7}},"metadata":{"name":"n"},"other":true,"status":{"phase":"new"}}"#
        )
        manifest.remove(at: ["spec", "a", "x"])
        #expect(manifest.object[path: "spec", "a"] == ["y": 7])
    }

    @Test("stays as it is when a change is refused")
    func refusesChange() throws {
        var manifest = try Manifest(["kind": "K", "metadata": ["name": "n"], "spec": [1]])
        let before = manifest
        #expect(
            describeError { try manifest.set(1, at: ["spec", "a"]) } == "K/n: spec must be a mapping, found a list"
        )
        #expect(
            describeError { try manifest.set(1, at: ["metadata", "labels", "a"]) }
                == "K/n: metadata.labels.a must be a string (quote it), found an integer"
        )
        #expect(manifest == before)
    }

    private func configMap(annotations: Value) throws -> Manifest {
        try Manifest(["apiVersion": "v1", "kind": "ConfigMap", "metadata": ["name": "a", "annotations": annotations]])
    }
}
