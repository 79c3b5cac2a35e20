import Manifests

/// One look at objects that are waited for.
struct ReadinessLook: Sendable {
    let client: ClusterClient
    /// Whether to look for the reason in the pods of workloads, too; they need some time to fail.
    var seesPods = false

    /// A type in one place: what one request shows.
    private struct Place: Hashable, Sendable {
        let mapping: ResourceMapping
        let namespace: String?
    }

    init(client: ClusterClient) {
        self.client = client
    }

    /// The readiness of objects; of those that could not be read, nothing.
    func readiness(of targets: [ReadinessTarget]) async throws -> [ResourceKey: Readiness] {
        let places = Dictionary(grouping: targets) { Place(mapping: $0.mapping, namespace: $0.namespace) }
        let seen = try await withThrowingTaskGroup(of: [(ReadinessTarget, LiveResource?)].self) { group in
            for (place, members) in places { group.addTask { try await self.read(members, at: place) } }
            return try await group.reduce(into: []) { $0 += $1 }
        }
        var states = seen.reduce(into: [:]) { $0[$1.0.key] = $1.0.readiness(of: $1.1) }
        guard seesPods else { return states }
        let waiting = seen.compactMap { $0.1 }.filter { states[$0.key]?.isSettled == false && $0.ownsPods }
        for (key, failure) in try await podFailures(of: waiting) { states[key] = .failed("\(failure)") }
        return states
    }

    private func read(
        _ members: [ReadinessTarget],
        at place: Place
    ) async throws -> [(ReadinessTarget, LiveResource?)] {
        do {
            if let only = members.first, members.count == 1 {
                let resource = try await client.get(place.mapping, namespace: place.namespace, name: only.name)
                return [(only, resource)]
            }
            let items = try await client.list(place.mapping, namespace: place.namespace).items
            let byName = Dictionary(items.map { ($0.key.name, $0) }) { first, _ in first }
            return members.map { ($0, byName[$0.name]) }
        } catch let error as APIError where error.isTransient {
            return []
        }
    }

    private func podFailures(of workloads: [LiveResource]) async throws -> [(ResourceKey, PodFailure)] {
        let byNamespace = Dictionary(grouping: workloads) { $0.key.namespace ?? "" }
        return try await withThrowingTaskGroup(of: [(ResourceKey, PodFailure)].self) { group in
            for (namespace, members) in byNamespace {
                group.addTask { try await self.podFailures(of: members, in: namespace) }
            }
            return try await group.reduce(into: []) { $0 += $1 }
        }
    }

    private func podFailures(
        of workloads: [LiveResource],
        in namespace: String
    ) async throws -> [(ResourceKey, PodFailure)] {
        do {
            let selector = workloads.count == 1 ? workloads[0].podSelector : .everything
            let hasDeployments = workloads.contains { $0.key.kind == "Deployment" }
            let kinds =
                [GroupKind(kind: "Pod")] + (hasDeployments ? [GroupKind(group: "apps", kind: "ReplicaSet")] : [])
            var lists: [[LiveResource]] = []
            for kind in kinds {
                let mapping = try await client.mapping(for: kind)
                lists.append(try await client.list(mapping, namespace: namespace, selector: selector).items)
            }
            return workloads.compactMap { workload in
                PodFailure.find(for: workload, pods: lists[0], replicaSets: lists.count > 1 ? lists[1] : [])
                    .map { (workload.key, $0) }
            }
        } catch is APIError {
            // Whoever may not read pods still learns from the workload itself.
            return []
        }
    }
}

extension LiveResource {
    /// Whether it is a workload whose pods can be looked at.
    fileprivate var ownsPods: Bool {
        key.group == "apps" && ["Deployment", "StatefulSet", "DaemonSet", "ReplicaSet"].contains(key.kind)
    }

    /// A selector that every one of its pods matches.
    fileprivate var podSelector: LabelSelector {
        let labels = object[path: "spec", "selector", "matchLabels"]?.mapping ?? [:]
        let strings = labels.reduce(into: [String: String]()) { $0[$1.key] = $1.value.string }
        return (try? LabelSelector(strings)) ?? .everything
    }
}
