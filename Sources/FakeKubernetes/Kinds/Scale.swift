import Manifests

/// The part of a workload that autoscalers see: how many pods there are and shall be.
enum Scale {
    static func object(_ object: Value, _ target: ResourceTarget) throws(APIStatus) -> Value {
        var metadata = Mapping()
        for field in ["name", "namespace", "uid", "resourceVersion", "creationTimestamp"] {
            metadata[field] = object["metadata"]?[field]
        }
        var status: Mapping = ["replicas": object.at(statusPath(target)) ?? 0]
        status["selector"] = .string(selector(object, target))
        return [
            "kind": "Scale", "apiVersion": "autoscaling/v1", "metadata": .mapping(metadata),
            "spec": ["replicas": object.at(replicasPath(target)) ?? 0], "status": .mapping(status),
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

extension ClusterState {
    mutating func replaceScale(
        _ target: ResourceTarget,
        _ request: APIRequest,
        _ options: WriteOptions
    ) throws(APIStatus) -> APIResponse {
        _ = try require(target)
        let body = try RequestBody.node(request.body, kind: "Scale")
        return try writeScale(body, target, options)
    }

    /// Writes the number of a scale into its object.
    mutating func writeScale(
        _ scale: Value,
        _ target: ResourceTarget,
        _ options: WriteOptions
    ) throws(APIStatus) -> APIResponse {
        let old = try require(target)
        let version = scale.resourceVersion
        guard version.isEmpty || version == old.resourceVersion else { throw .modified(target.groupResource, old.name) }
        let replicas = scale["spec"]?["replicas"]?.int ?? 0
        guard replicas >= 0 else {
            var type = target.type
            type.group = "autoscaling"
            type.kind = "Scale"
            let detail = "must be greater than or equal to 0"
            throw .invalid(type, old.name, [.invalid("spec.replicas", "\(replicas)", detail)])
        }
        var object = old
        do {
            try object.set(.int(replicas), at: Scale.replicasPath(target))
        } catch {
            throw .badRequest("\(error)")
        }
        let updated = try modify(old, into: object, target, options)
        return .object(try Scale.object(updated, target))
    }
}
