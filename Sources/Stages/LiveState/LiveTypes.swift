import KubernetesAPI
import Manifests
import Rollouts

/// The types of a cluster that an application may have objects of.
struct LiveTypes {
    /// Each kind in the version that the server prefers.
    private(set) var mappings: [ResourceMapping]
    /// Groups of which nothing could be learnt: nobody may say that the cluster has none of their objects.
    let hidden: [LiveState.HiddenType]
    private let discovery: Discovery
    private var gone: Set<ResourceMapping> = []

    /// Chooses among all types those that can be listed, read and deleted, and that count.
    ///
    /// Events, measurements and reviews are no objects that anybody deploys.
    init(_ discovery: Discovery, informer: AppStateInformer) {
        self.discovery = discovery
        let covered = Dictionary(grouping: discovery.mappings, by: \.groupVersionKind.groupKind).filter { _, versions in
            versions.contains { informer.covers($0.groupVersionKind) }
        }
        mappings = discovery.mappings.filter { mapping in
            let kind = mapping.groupVersionKind.groupKind
            return mapping.verbs.isSuperset(of: ["list", "get", "delete"]) && !Self.isPassing(kind)
                && discovery.mapping(for: kind) == mapping && covered[kind] != nil
                && (informer.namespace == nil || mapping.isNamespaced)
        }
        hidden = discovery.failures.filter { !Self.isPassing(GroupKind(group: $0.key.group, kind: "")) }
            .map { version, cause in
                LiveState.HiddenType(
                    type: GroupKind(group: version.group, kind: "*"),
                    reason: "\(version) cannot be discovered: \(cause)"
                )
            }
            .sorted { $0.reason < $1.reason }
    }

    /// How an object is to be read: in the version that Git has it in where that is served.
    func mapping(for object: LiveResource, of preferred: ResourceMapping) -> ResourceMapping {
        guard let text = object.annotations[MarkKey.originalAPIVersion], let version = GroupVersion(apiVersion: text)
        else { return preferred }
        let kind = GroupVersionKind(group: version.group, version: version.version, kind: object.key.kind)
        guard let mapping = discovery.mapping(for: kind), mapping.verbs.contains("list") else { return preferred }
        return mapping
    }

    /// How a kind is reached in the version that the server prefers, `nil` when it was not seen to serve it.
    func served(_ kind: GroupKind) -> ResourceMapping? { discovery.mapping(for: kind).flatMap(present) }

    /// How a type is reached in exactly this version, `nil` when the server was not seen to serve it.
    func served(_ type: GroupVersionKind) -> ResourceMapping? { discovery.mapping(for: type).flatMap(present) }

    /// Notes that the server does not serve a type any more.
    mutating func remove(_ type: ResourceMapping) {
        mappings.removeAll { $0 == type }
        gone.insert(type)
    }

    private func present(_ type: ResourceMapping) -> ResourceMapping? { gone.contains(type) ? nil : type }

    private static func isPassing(_ kind: GroupKind) -> Bool {
        kind.group.hasSuffix("metrics.k8s.io") || passing.contains(kind)
            || ["authentication.k8s.io", "authorization.k8s.io"].contains(kind.group)
    }

    private static let passing: Set = [
        GroupKind(kind: "Event"), GroupKind(group: "events.k8s.io", kind: "Event"), GroupKind(kind: "ComponentStatus"),
    ]
}
