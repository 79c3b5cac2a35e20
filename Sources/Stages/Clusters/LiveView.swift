package import KubernetesAPI
package import Manifests

/// A cluster as its API server shows it.
package struct LiveView: ClusterView {
    private let client: ClusterClient

    package var target: String { client.target }
    package var isLive: Bool { true }

    package init(_ client: ClusterClient) {
        self.client = client
    }

    package func resolveNamespaces(_ manifests: [Manifest]) async throws -> [Manifest] {
        var resolved: [Manifest] = []
        for manifest in manifests {
            let mapping = try await client.mapping(for: manifest.groupVersionKind)
            var copy = manifest
            copy.namespace = mapping.isNamespaced ? manifest.namespace ?? client.defaultNamespace : nil
            resolved.append(copy)
        }
        return resolved
    }

    package func live(_ manifest: Manifest) async throws -> LiveResource? {
        let mapping = try await client.mapping(for: manifest.groupVersionKind)
        return try await client.get(mapping, namespace: manifest.namespace, name: manifest.name)
    }

    package func workloads(label: String, value: String, application: String) async throws -> [LiveResource] {
        let mapping = try await client.mapping(for: GroupKind(group: "apps", kind: "Deployment"))
        let selector = try LabelSelector.application(application, label: label, value: value)
        return try await client.list(mapping, namespace: nil, selector: selector).items
    }

    package func objects(label: String, value: String, application: String) async throws -> FoundObjects {
        let discovery = try await client.discovery()
        let selector = try LabelSelector.application(application, label: label, value: value)
        let types = discovery.mappings.filter { type in
            type.verbs.isSuperset(of: ["list", "delete"])
                && discovery.mapping(for: type.groupVersionKind.groupKind) == type
        }
        let answers = await concurrently(types, atOnce: Self.listsAtOnce) { type in
            await Result { try await client.list(type, namespace: nil, selector: selector).items }
        }
        var found = FoundObjects(notes: discovery.failures.map { "\($0.key) was not searched: \($0.value)" }.sorted())
        var seen: Set<String> = []
        for (type, answer) in zip(types, answers) {
            guard let answer else { continue }
            try collect(answer, of: type, seen: &seen, into: &found)
        }
        return found
    }

    /// Adds what one type answered; a type that may not be listed is a note.
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
        } catch let error as APIError where error.hidesType {
            found.notes.append("\(type.resource) was not searched: \(error)")
        }
    }

    private static let listsAtOnce = 16
}

extension LabelSelector {
    /// Selects what belongs to an application and carries one more label.
    static func application(_ application: String, label: String? = nil, value: String = "") throws -> LabelSelector {
        var labels = ["pipecd.dev/managed-by": "piped", "pipecd.dev/application": application]
        if let label { labels[label] = value }
        return try LabelSelector(labels)
    }
}
