package import KubernetesAPI
package import Manifests
package import Rollouts

/// A cluster of which only the name is known.
package struct OfflineView: ClusterView {
    package let target: String
    package var isLive: Bool { false }

    package init(target: String) {
        self.target = target
    }

    package func resolveNamespaces(_ manifests: [Manifest]) -> [Manifest] {
        manifests
    }

    package func live(_ manifest: Manifest) -> LiveResource? {
        nil
    }

    package func workloads(label: String, value: String, application: String) -> [LiveResource] {
        []
    }

    package func routes(_ kinds: [GroupKind], application: String) -> [LiveResource] {
        []
    }

    package func objects(_ lookup: TrafficLookup) -> [LiveResource]? {
        nil
    }

    package func objects(label: String?, value: String, application: String) -> FoundObjects {
        FoundObjects()
    }
}
