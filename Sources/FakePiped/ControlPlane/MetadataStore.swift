import GRPCCore
package import PipedAPI

/// The metadata of the deployments that piped plans or executes right now; no other deployment has any.
///
/// Values are strings; they are added and overwritten, never removed.
package struct MetadataStore: Sendable {
    private struct Entry: Sendable {
        var shared: [String: String] = [:]
        var plugins: [String: [String: String]] = [:]
        var stages: [String: [String: String]] = [:]
    }

    private var entries: [String: Entry] = [:]

    package init() {}

    /// Takes up a deployment, with the values that it and its stages have at the control plane.
    package mutating func open(_ deployment: PipedDeployment) {
        var entry = Entry()
        entry.shared = deployment.metadataV2.shared.keyValues
        entry.plugins = deployment.metadataV2.plugins.mapValues(\.keyValues)
        for stage in deployment.stages { entry.stages[stage.id] = stage.metadata }
        entries[deployment.id] = entry
    }

    /// Forgets a deployment, as when its planner or scheduler is done.
    package mutating func close(_ deployment: String) {
        entries[deployment] = nil
    }

    /// The pairs of a stage.
    package func stage(_ stage: String, of deployment: String) throws(Refusal) -> [String: String] {
        try entry(deployment).stages[stage] ?? [:]
    }

    /// The pairs of a plugin.
    package func plugin(_ plugin: String, of deployment: String) throws(Refusal) -> [String: String] {
        try entry(deployment).plugins[plugin] ?? [:]
    }

    /// The pairs that piped itself wrote.
    package func shared(of deployment: String) throws(Refusal) -> [String: String] {
        try entry(deployment).shared
    }

    /// Merges pairs into those of a stage, and gives all of them.
    mutating func put(_ pairs: [String: String], stage: String, of deployment: String) throws(Refusal) -> [String:
        String]
    {
        var entry = try entry(deployment)
        entry.stages[stage, default: [:]].merge(pairs) { $1 }
        entries[deployment] = entry
        return entry.stages[stage] ?? [:]
    }

    /// Merges pairs into those of a plugin, and gives all of them.
    mutating func put(_ pairs: [String: String], plugin: String, of deployment: String) throws(Refusal) -> [String:
        String]
    {
        var entry = try entry(deployment)
        entry.plugins[plugin, default: [:]].merge(pairs) { $1 }
        entries[deployment] = entry
        return entry.plugins[plugin] ?? [:]
    }

    private func entry(_ deployment: String) throws(Refusal) -> Entry {
        guard let entry = entries[deployment] else {
            throw Refusal(.unknown, "metadata of deployment \(deployment) is not available: it is not in progress")
        }
        return entry
    }
}
