import Manifests
import Testing

@testable import FakeKubernetes

@Suite("The scale of a workload")
struct ScaleTests {
    private static let web = "\(Sample.deployments)/web"
    private static let path = "\(web)/scale"
    private static let merge = "application/merge-patch+json"

    /// A cluster of a version with a Deployment of one pod, applied by `app`.
    private func driver(_ version: String) -> APIDriver {
        var options = FakeClusterOptions()
        options.version = version
        var api = APIDriver(options)
        api.apply(Self.web, Sample.deployment("web", replicas: 1), as: "app")
        return api
    }

    private func scale(_ replicas: Int) -> Value {
        [
            "apiVersion": "autoscaling/v1", "kind": "Scale", "metadata": ["name": "web", "namespace": "default"],
            "spec": ["replicas": .int(replicas)],
        ]
    }

    /// Who owns the number of pods, as `manager operation apiVersion subresource`.
    private func owners(_ api: inout APIDriver) -> [String] {
        let entries = api.get(Self.web)["metadata"]?["managedFields"]?.array ?? []
        return entries.filter { $0["fieldsV1"]?["f:spec"]?["f:replicas"] != nil }.map { entry in
            ["manager", "operation", "apiVersion", "subresource"].map { entry[$0]?.string ?? "-" }
                .joined(separator: " ")
        }
    }

    @Test(
        "belongs to whoever writes it, from version 1.22 on",
        arguments: [
            ("PUT", "application/json", #"{"metadata":{"name":"web"},"spec":{"replicas":2}}"#),
            ("PATCH", merge, #"{"spec":{"replicas":2}}"#),
            ("PATCH", "application/strategic-merge-patch+json", #"{"spec":{"replicas":2}}"#),
            ("PATCH", "application/json-patch+json", #"[{"op":"replace","path":"/spec/replicas","value":2}]"#),
        ]
    )
    func updates(method: String, type: String, body: String) throws {
        let body = try Value(json: Array(body.utf8))
        var api = driver("v1.22.0")
        #expect(owners(&api) == ["app Apply apps/v1 -"])
        let dryRun = api.send(method, "\(Self.path)?fieldManager=hpa&dryRun=All", body, type: type)
        #expect(dryRun.object["spec"] == ["replicas": 2])
        #expect(owners(&api) == ["app Apply apps/v1 -"])
        let answer = api.send(method, "\(Self.path)?fieldManager=hpa", body, type: type)
        #expect(answer.object["kind"] == "Scale")
        #expect(answer.object["spec"] == ["replicas": 2])
        #expect(api.get(Self.web)["spec"]?["replicas"] == 2)
        #expect(owners(&api) == ["hpa Update apps/v1 scale"])
        let conflict = api.apply(Self.web, Sample.deployment("web", replicas: 1), as: "app")
        let text = #"conflict with "hpa" with subresource "scale" using apps/v1: .spec.replicas"#
        #expect(conflict.message == "Apply failed with 1 conflict: \(text)")
    }

    @Test("leaves no trace of its writers before version 1.22")
    func untracked() {
        var api = driver("v1.20.2")
        api.send("PATCH", "\(Self.path)?fieldManager=hpa", ["spec": ["replicas": 2]], type: Self.merge)
        #expect(api.get(Self.web)["spec"]?["replicas"] == 2)
        #expect(owners(&api) == ["app Apply apps/v1 -"])
        let entries = api.get(Self.web)["metadata"]?["managedFields"]?.array ?? []
        #expect(entries.count == 2)
        #expect(entries.allSatisfy { $0["subresource"] == nil })
        let conflict = api.apply(Self.path, scale(3), as: "scaler")
        #expect(
            conflict.message
                == "Apply failed with 1 conflict: conflict with \"before-first-apply\" using autoscaling/v1: .spec.replicas"
        )
        #expect(api.apply(Self.path, scale(2), as: "scaler").code == 200)
        #expect(api.apply(Self.path, scale(4), as: "scaler", force: true).object["spec"] == ["replicas": 4])
        #expect(owners(&api) == ["app Apply apps/v1 -"])
    }

    @Test("is applied like any other object, from version 1.22 on")
    func applied() {
        var api = driver("v1.32.0")
        let conflict = api.apply(Self.path, scale(3), as: "scaler")
        #expect(conflict.code == 409)
        #expect(conflict.message == "Apply failed with 1 conflict: conflict with \"app\": .spec.replicas")
        #expect(conflict.causes == [".spec.replicas"])
        #expect(api.apply(Self.path, scale(1), as: "scaler").code == 200)
        #expect(owners(&api) == ["app Apply apps/v1 -", "scaler Apply apps/v1 scale"])
        let forced = api.apply(Self.path, scale(3), as: "scaler", force: true)
        #expect(forced.object["spec"] == ["replicas": 3])
        #expect(owners(&api) == ["scaler Apply apps/v1 scale"])
        #expect(api.get(Self.web)["metadata"]?["generation"] == 2)
        api.send("PATCH", "\(Self.path)?fieldManager=hpa", ["spec": ["replicas": 4]], type: Self.merge)
        let update = api.apply(Self.path, scale(5), as: "scaler")
        let text = #"conflict with "hpa" with subresource "scale" using autoscaling/v1: .spec.replicas"#
        #expect(update.message == "Apply failed with 1 conflict: \(text)")
    }

    @Test("refuses what a real server refuses, in its words")
    func refusals() {
        var api = driver("v1.20.2")
        var other = scale(1)
        other.setMetadata("name", "other")
        var kind = scale(1)
        kind["kind"] = "Deployment"
        var old = scale(1)
        old.setMetadata("resourceVersion", "1")
        var unknown = scale(1)
        unknown["spec"] = ["nope": 1]
        let words: [(Answer, Int, String)] = [
            (
                api.send("PUT", Self.path, other), 400,
                "the name of the object (other) does not match the name on the URL (web)"
            ),
            (
                api.send("PUT", Self.path, scale(-1)), 422,
                "Scale.autoscaling \"web\" is invalid: spec.replicas: Invalid value: -1: "
                    + "must be greater than or equal to 0"
            ),
            (
                api.send("PUT", Self.path, kind), 400,
                "Deployment in version \"v1\" cannot be handled as a Scale: no kind \"Deployment\" is registered for "
                    + "version \"autoscaling/v1\" in scheme \"k8s.io/kubernetes/pkg/api/legacyscheme/scheme.go:30\""
            ),
            (
                api.send("PUT", Self.path, old), 409,
                "Operation cannot be fulfilled on deployments.apps \"web\": the object has been modified; "
                    + "please apply your changes to the latest version and try again"
            ),
            (
                api.send("GET", "\(Sample.deployments)/none/scale"), 404,
                "deployments/scale.apps \"none\" not found"
            ),
            (
                api.apply("\(Sample.deployments)/other/scale", other, as: "x"), 404,
                "deployments.apps \"other\" not found"
            ),
            (
                api.apply(Self.path, unknown, as: "x"), 500,
                "failed to create typed patch object: .spec.nope: field not declared in schema"
            ),
            (
                api.apply(Self.path, kind, as: "x"), 500,
                "failed to create typed patch object: no corresponding type for autoscaling/v1, Kind=Deployment"
            ),
            (
                api.apply(Self.path, Sample.deployment("web"), as: "x"), 400,
                "Incorrect version specified in apply patch. Specified patch version: apps/v1, expected: autoscaling/v1"
            ),
            (
                api.send("DELETE", Self.path), 405,
                "the server does not allow this method on the requested resource"
            ),
        ]
        for (answer, code, message) in words {
            #expect(answer.code == code)
            #expect(answer.message == message)
        }
    }

    @Test("leaves a number of zero out, and shows its metadata alone when asked to")
    func shapes() {
        var api = driver("v1.32.0")
        let none = api.send("PUT", Self.path, scale(0)).object
        #expect(none["spec"] == [:])
        let accept = "application/json;as=PartialObjectMetadata;g=meta.k8s.io;v=v1"
        let metadata = api.send("GET", Self.path, accept: accept).object
        #expect(metadata["kind"] == "PartialObjectMetadata")
        #expect(metadata["spec"] == nil)
        #expect(metadata.name == "web")
    }
}
