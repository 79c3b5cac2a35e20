package import KubernetesAPI
package import Manifests
package import Rollouts

/// A cluster as its API server shows it.
package struct LiveView: ClusterView {
    private let client: ClusterClient

    package var target: String { client.target }
    package var isLive: Bool { true }

    package init(_ client: ClusterClient) {
        self.client = client
    }

    package func resolveNamespaces(_ manifests: [Manifest]) async throws -> [Manifest] {
        let definitions = manifests.definitions
        var scopes: [GroupVersionKind: Bool] = [:]
        var resolved: [Manifest] = []
        for manifest in manifests {
            let type = manifest.groupVersionKind
            let isNamespaced: Bool
            if let known = scopes[type] {
                isNamespaced = known
            } else {
                isNamespaced = try await self.isNamespaced(type, definedBy: definitions)
                scopes[type] = isNamespaced
            }
            var copy = manifest
            copy.namespace = isNamespaced ? manifest.namespace ?? client.defaultNamespace : nil
            resolved.append(copy)
        }
        return resolved
    }

    /// Whether objects of a type live in namespaces; a type that is not served yet may be defined by the same manifests.
    private func isNamespaced(_ type: GroupVersionKind, definedBy definitions: [Definition]) async throws -> Bool {
        do {
            return try await client.mapping(for: type).isNamespaced
        } catch let error as APIError where error.isNoMatch {
            guard let definition = definitions.first(where: { $0.defines(type) }) else { throw error }
            return definition.isNamespaced
        }
    }

    package func live(_ manifest: Manifest) async throws -> LiveResource? {
        do {
            let mapping = try await client.mapping(for: manifest.groupVersionKind)
            return try await client.get(mapping, namespace: manifest.namespace, name: manifest.name)
        } catch let error as APIError where error.isNoMatch {
            return nil
        }
    }

    package func workloads(label: String, value: String, application: String) async throws -> [LiveResource] {
        let selector = try LabelSelector.application(application, label: label, value: value)
        return try await listed(WorkloadKinds.copied, in: nil, selector)
    }

    package func autoscalers(in namespace: String?) async throws -> [LiveResource] {
        try await listed(ScaleTarget.autoscalers, in: namespace, .everything)
    }

    /// The objects of those of the types that the cluster serves.
    private func listed(
        _ types: [GroupKind],
        in namespace: String?,
        _ selector: LabelSelector
    ) async throws -> [LiveResource] {
        var found: [LiveResource] = []
        for type in types {
            guard let mapping = try await client.servedMapping(for: type) else { continue }
            found += try await client.list(mapping, namespace: namespace, selector: selector).items
        }
        return found
    }

    package func routes(_ kinds: [GroupKind], application: String) async throws -> [LiveResource] {
        let selector = try LabelSelector.application(application)
        var found: [LiveResource] = []
        for kind in kinds {
            guard let mapping = try await client.servedMapping(for: kind) else { continue }
            found += try await client.list(mapping, namespace: nil, selector: selector).items
        }
        return found
    }

    package func objects(_ lookup: TrafficLookup) async throws -> [LiveResource]? {
        do {
            guard let mapping = try await client.servedMapping(for: lookup.kind) else { return nil }
            guard let name = lookup.name else {
                return try await client.list(mapping, namespace: lookup.namespace).items
            }
            let found = try await client.get(mapping, namespace: lookup.namespace, name: name)
            return found.map { [$0] } ?? []
        } catch let error as APIError where error.hidesType {
            return nil
        }
    }

    package func objects(label: String?, value: String, application: String) async throws -> FoundObjects {
        let discovery = try await client.discovery()
        let selector = try LabelSelector.application(application, label: label, value: value)
        let types = discovery.mappings.filter { type in
            type.verbs.isSuperset(of: ["list", "delete"])
                && discovery.mapping(for: type.groupVersionKind.groupKind) == type
        }
        for type in Self.madeByStages where discovery.mapping(for: type) == nil {
            let version = discovery.failures.keys.first { $0.group == type.group }
            guard let version, let cause = discovery.failures[version] else { continue }
            let reason = APIError.Reason.discoveryIncomplete(groupVersion: "\(version)", cause: cause)
            throw APIError(target: target, verb: "list", resource: type.kind, reason: reason)
        }
        let answers = await concurrently(types, atOnce: Self.listsAtOnce) { type in
            await Result { try await client.listMetadata(type, namespace: nil, selector: selector).items }
        }
        var found = FoundObjects(notes: discovery.failures.map { "\($0.key) was not searched: \($0.value)" }.sorted())
        var seen: Set<String> = []
        for (type, answer) in zip(types, answers) {
            guard let answer else { continue }
            try collect(answer, of: type, seen: &seen, into: &found)
        }
        return found
    }

    /// Adds what one type answered; a type that may not be listed, or is gone since discovery, is a note.
    private func collect(
        _ answer: Result<[LiveResource], any Error>,
        of type: ResourceMapping,
        seen: inout Set<String>,
        into found: inout FoundObjects
    ) throws {
        do {
            for item in try answer.get() where seen.insert(item.uid).inserted {
                found.objects.append(item)
                if !type.isNamespaced { found.clusterScoped.insert(item.key) }
            }
        } catch let error as APIError where !Self.madeByStages.contains(type.groupVersionKind.groupKind) {
            guard !error.hasNoAnswer else { throw error }
            let reason = error.isNoMatch ? "the type is gone" : "\(error)"
            found.notes.append("\(type.resource) was not searched: \(reason)")
        }
    }

    private static let listsAtOnce = 16

    /// What the stages make as variants: nobody may say that there is none without having looked.
    private static let madeByStages =
        [GroupKind(kind: "Service"), GroupKind(kind: "ConfigMap"), GroupKind(kind: "Secret")] + WorkloadKinds.copied
}

extension LabelSelector {
    /// Selects what belongs to an application and carries one more label.
    static func application(_ application: String, label: String? = nil, value: String = "") throws -> LabelSelector {
        var labels = [MarkKey.managedBy: MarkKey.managedByPiped, MarkKey.application: application]
        if let label { labels[label] = value }
        return try LabelSelector(labels)
    }
}
