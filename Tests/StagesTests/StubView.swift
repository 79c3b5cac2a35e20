import KubernetesAPI
import Manifests
import Rollouts

@testable import Stages

/// A cluster whose objects are values of the test.
struct StubView: ClusterView {
    var target = "eu"
    var isLive: Bool { true }
    var resources: [LiveResource] = []
    var clusterScoped: Set<ResourceKey> = []
    /// The namespace of objects that name none.
    var namespace = "default"
    /// What a search says that it did not search.
    var notes: [String] = []
    /// How many of the objects a search finds; the others are the same objects in another API group.
    var shown: Int?
    /// Kinds that may not be listed.
    var hidden: Set<String> = []

    init(_ objects: [Value], clusterScoped kinds: Set<String> = []) {
        resources = objects.compactMap { LiveResource($0) }
        clusterScoped = Set(resources.map(\.key).filter { kinds.contains($0.kind) })
    }

    func resolveNamespaces(_ manifests: [Manifest]) -> [Manifest] {
        manifests.map { manifest in
            var copy = manifest
            copy.namespace = manifest.namespace ?? namespace
            return copy
        }
    }

    func live(_ manifest: Manifest) -> LiveResource? {
        resources.first { $0.key.normalized == manifest.key.normalized }
    }

    func workloads(label: String, value: String, application: String) -> [LiveResource] {
        resources.filter { WorkloadKinds.copied.contains($0.key.groupKind) && $0.labels[label] == value }
    }

    func autoscalers(in namespace: String?) -> [LiveResource] {
        resources.filter { ScaleTarget.autoscalers.contains($0.key.groupKind) }
    }

    func routes(_ kinds: [GroupKind], application: String) throws -> [LiveResource] {
        if let kind = kinds.map(\.kind).first(where: hidden.contains) {
            throw APIError(target: target, verb: "list", resource: kind, reason: .forbidden(message: "no"))
        }
        return resources.filter { kinds.contains($0.key.groupKind) }
    }

    func objects(_ lookup: TrafficLookup) -> [LiveResource]? {
        guard !hidden.contains(lookup.kind.kind) else { return nil }
        return resources.filter { resource in
            resource.key.groupKind == lookup.kind && resource.key.namespace == lookup.namespace
                && (lookup.name == nil || resource.key.name == lookup.name)
        }
    }

    func objects(label: String?, value: String, application: String) -> FoundObjects {
        let found = resources.prefix(shown ?? .max).filter { object in
            label.map { object.labels[$0] == value } ?? true
        }
        return FoundObjects(objects: Array(found), clusterScoped: clusterScoped, notes: notes)
    }
}

/// Live objects of tests.
enum Live {
    /// An object with the marks of the application `app-orders` and a variant.
    static func object(
        _ apiVersion: String,
        _ kind: String,
        _ name: String,
        variant: String = "canary",
        marks: [String: String] = [:]
    ) -> Value {
        var annotations: Value = [
            "pipecd.dev/managed-by": "piped", "pipecd.dev/application": "app-orders",
            "pipecd.dev/variant": .string(variant),
        ]
        for (key, value) in marks { annotations[key] = .string(value) }
        return [
            "apiVersion": .string(apiVersion), "kind": .string(kind),
            "metadata": [
                "name": .string(name), "namespace": "default", "uid": .string("uid-\(name)"), "resourceVersion": "7",
                "labels": [
                    "pipecd.dev/managed-by": "piped", "pipecd.dev/application": "app-orders",
                    "pipecd.dev/variant": .string(variant),
                ],
                "annotations": annotations,
            ],
        ]
    }

    /// A Deployment with so many ready pods of its newest version.
    static func deployment(_ name: String, app: String = "orders", variant: String, ready: Int) -> Value {
        var object = object("apps/v1", "Deployment", name, variant: variant)
        object["spec"] = [
            "replicas": 2,
            "template": ["metadata": ["labels": ["app": .string(app), "pipecd.dev/variant": .string(variant)]]],
        ]
        object["status"] = ["updatedReplicas": 2, "readyReplicas": .int(ready), "observedGeneration": 1]
        return object
    }
}
