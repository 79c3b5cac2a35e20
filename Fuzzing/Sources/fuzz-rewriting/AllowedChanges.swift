import FuzzSupport
import Manifests
import Rollouts

/// What may be different in a copy, apart from references.
struct AllowedChanges {
    let original: Manifest
    /// The key of the label that tells variants apart.
    let label: String

    func contain(_ difference: Difference) -> Bool {
        let always = [["metadata", "name"], ["metadata", "annotations", MarkKey.resourceKey]]
        let labelled = [["metadata", "labels", label], ["metadata", "annotations", label]]
        if (always + labelled).contains(difference.path) { return true }
        if original.isService { return isOfService(difference) }
        return original.isWorkload && isOfWorkload(difference.path)
    }

    private func isOfWorkload(_ path: [String]) -> Bool {
        let labelled = [
            ["spec", "selector", "matchLabels", label], ["spec", "template", "metadata", "labels", label],
        ]
        return path == HashCheck.path || path == ["spec", "replicas"] || labelled.contains(path)
            || original.isStatefulSet && path == ["spec", "updateStrategy"]
    }

    private func isOfService(_ difference: Difference) -> Bool {
        let path = difference.path
        let removed = [
            "externalIPs", "externalName", "externalTrafficPolicy", "loadBalancerIP", "loadBalancerSourceRanges",
            "loadBalancerClass", "allocateLoadBalancerNodePorts", "healthCheckNodePort", "clusterIP", "clusterIPs",
        ]
        if path == ["spec", "type"] || path == ["spec", "selector", label] { return true }
        guard difference.new == nil else { return false }
        return path.starts(with: ["metadata", "annotations"]) || difference.fields == ["spec", "ports", "nodePort"]
            || removed.contains { path == ["spec", $0] }
    }
}
