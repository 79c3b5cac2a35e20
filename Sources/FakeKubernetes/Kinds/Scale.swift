import Manifests

/// The part of a workload that autoscalers see: how many pods there are and shall be.
enum Scale {
    static let kind = "Scale"
    static let apiVersion = "autoscaling/v1"

    static func object(_ object: Value, _ target: ResourceTarget) throws(APIStatus) -> Value {
        var metadata = Mapping()
        for field in ["name", "namespace", "uid", "resourceVersion", "creationTimestamp"] {
            metadata[field] = object["metadata"]?[field]
        }
        var status: Mapping = ["replicas": object.at(statusPath(target)) ?? 0]
        let selector = selector(object, target)
        if !selector.isEmpty { status["selector"] = .string(selector) }
        var spec = Mapping()
        if let replicas = object.at(replicasPath(target)), replicas != 0 { spec["replicas"] = replicas }
        return [
            "kind": .string(kind), "apiVersion": .string(apiVersion), "metadata": .mapping(metadata),
            "spec": .mapping(spec), "status": .mapping(status),
        ]
    }

    static func replicasPath(_ target: ResourceTarget) -> [String] {
        path(target.type.custom?.scale?["specReplicasPath"]) ?? ["spec", "replicas"]
    }

    private static func statusPath(_ target: ResourceTarget) -> [String] {
        path(target.type.custom?.scale?["statusReplicasPath"]) ?? ["status", "replicas"]
    }

    private static func path(_ text: Value?) -> [String]? {
        text?.string?.split(separator: ".").map(String.init)
    }

    private static func selector(_ object: Value, _ target: ResourceTarget) -> String {
        if let path = path(target.type.custom?.scale?["labelSelectorPath"]) { return object.at(path)?.string ?? "" }
        let labels = object["spec"]?["selector"]?["matchLabels"]?.mapping ?? object["spec"]?["selector"]?.mapping ?? [:]
        return labels.sortedByKey().compactMap { label in label.value.string.map { "\(label.key)=\($0)" } }
            .joined(separator: ",")
    }
}
