public import Manifests

/// The workload whose number of pods an autoscaler decides.
public struct ScaleTarget: Sendable, Hashable {
    /// The types of autoscalers that are known: of Kubernetes itself and of KEDA.
    public static let autoscalers = [
        GroupKind(group: "autoscaling", kind: "HorizontalPodAutoscaler"),
        GroupKind(group: "keda.sh", kind: "ScaledObject"),
    ]

    /// The API group, `nil` when the autoscaler does not say.
    private let group: String?
    private let kind: String
    /// The name of the workload.
    public let name: String
    private let namespace: String?

    /// The target of an autoscaler; `nil` for objects of other types, and when no target is named.
    ///
    /// KEDA's [ScaledObject](https://keda.sh/docs/latest/reference/scaledobject-spec/) means a Deployment when it does not
    /// say the kind.
    ///
    /// - Parameters:
    ///   - object: The autoscaler.
    ///   - key: Its key, with the namespace in which it is.
    public init?(of object: Value, key: ResourceKey) {
        guard Self.autoscalers.contains(key.groupKind),
            let target = object[path: "spec", "scaleTargetRef"],
            let name = target["name"]?.string
        else { return nil }
        let version = target["apiVersion"]?.string.flatMap { $0.isEmpty ? nil : $0 }
        group = version.flatMap { GroupVersion(apiVersion: $0)?.group }
        kind = target["kind"]?.string ?? "Deployment"
        self.name = name
        namespace = key.namespace
    }

    /// Whether the autoscaler means this object.
    public func matches(_ key: ResourceKey) -> Bool {
        key.kind == kind && key.name == name && key.inNamespace(namespace).normalized == key.normalized
            && (group == nil || group == key.group)
    }
}
