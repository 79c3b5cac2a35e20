package import KubernetesAPI
package import Manifests
package import Rollouts

/// A cluster with what earlier stages of the same dry run would have left in it.
package struct PredictedView: ClusterView {
    private let base: any ClusterView
    private let written: [ResourceKey: LiveResource]
    private let removed: Set<ResourceKey>
    /// Definitions of types that the stages write.
    private let definitions: [Manifest]
    /// What the stages write and leave, in the order in which they first do.
    private let predicted: [LiveResource]

    package var target: String { base.target }
    package var isLive: Bool { base.isLive }

    /// The cluster after the steps of earlier plans.
    ///
    /// - Parameters:
    ///   - base: The cluster as it is.
    ///   - plans: The plans.
    ///   - cluster: What the server said that they would leave; where it was not asked, objects are as in the manifests.
    package init(
        _ base: any ClusterView,
        after plans: [ClusterPlan],
        leaving cluster: PredictedCluster = PredictedCluster()
    ) {
        var written: [ResourceKey: LiveResource] = [:]
        var turns: [ResourceKey: Int] = [:]
        var removed: Set<ResourceKey> = []
        for (turn, step) in plans.flatMap(\.steps).enumerated() {
            if let manifest = step.manifest, let object = cluster.object(manifest.key) ?? LiveResource(manifest.object)
            {
                let key = manifest.key.normalized
                if written.updateValue(object, forKey: key) == nil { turns[key] = turn }
                removed.remove(key)
            } else if step.isDelete, let key = step.resources.first?.normalized {
                written[key] = nil
                removed.insert(key)
            }
        }
        self.base = base
        definitions = plans.flatMap(\.manifests).filter { Definition($0) != nil }
        self.written = written
        self.removed = removed
        predicted = written.sorted { (turns[$0.key] ?? 0) < (turns[$1.key] ?? 0) }.map(\.value)
    }

    package func isPredicted(_ key: ResourceKey) -> Bool { written[key.normalized] != nil }

    package func resolveNamespaces(_ manifests: [Manifest]) async throws -> [Manifest] {
        try await base.resolveNamespaces(manifests + definitions).dropLast(definitions.count)
    }

    package func live(_ manifest: Manifest) async throws -> LiveResource? {
        if let predicted = written[manifest.key.normalized] { return predicted }
        return removed.contains(manifest.key.normalized) ? nil : try await base.live(manifest)
    }

    package func workloads(label: String, value: String, application: String) async throws -> [LiveResource] {
        let there = try await base.workloads(label: label, value: value, application: application)
        return there.filter { !hides($0) }
            + made(label: label, value: value) { WorkloadKinds.copied.contains($0.key.groupKind) }
    }

    package func autoscalers(in namespace: String?) async throws -> [LiveResource] {
        try await base.autoscalers(in: namespace)
    }

    package func objects(label: String?, value: String, application: String) async throws -> FoundObjects {
        var found = try await base.objects(label: label, value: value, application: application)
        found.objects.removeAll(where: hides)
        let made = made(label: label, value: value) { _ in true }
        found.objects += made
        // The namespace of every object is explicit when there is a cluster.
        if isLive { found.clusterScoped.formUnion(made.map(\.key).filter { $0.namespace == nil }) }
        return found
    }

    package func routes(_ kinds: [GroupKind], application: String) async throws -> [LiveResource] {
        let there = try await base.routes(kinds, application: application)
        return there.filter { !hides($0) } + made { kinds.contains($0.key.groupKind) }
    }

    package func objects(_ lookup: TrafficLookup) async throws -> [LiveResource]? {
        let there = try await base.objects(lookup)?.filter { !hides($0) }
        let made = made { object in
            object.key.groupKind == lookup.kind
                && (object.key.namespace ?? "default") == (lookup.namespace ?? "default")
                && (lookup.name == nil || object.key.name == lookup.name)
        }
        return there == nil && made.isEmpty ? nil : (there ?? []) + made
    }

    private func hides(_ resource: LiveResource) -> Bool {
        let key = resource.key.normalized
        return written[key] != nil || removed.contains(key)
    }

    private func made(label: String?, value: String, where matches: (LiveResource) -> Bool) -> [LiveResource] {
        made { object in (label.map { object.labels[$0] == value } ?? true) && matches(object) }
    }

    private func made(where matches: (LiveResource) -> Bool) -> [LiveResource] {
        predicted.filter(matches)
    }
}
