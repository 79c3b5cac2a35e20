public import Manifests

/// Compares the running and the new version of an application on one deploy target.
///
/// The marks that are put on objects when they are applied are not looked at, so that a new commit alone is no change.
public struct VersionComparison: Sendable {
    private let running: [Manifest]
    private let new: [Manifest]
    private let workloads: [ResourceReference]

    /// A comparison.
    ///
    /// - Parameters:
    ///   - running: The objects of the running version, none when the target did not have it.
    ///   - new: The objects of the new version.
    ///   - workloads: What selects the workloads; empty means every Deployment.
    public init(running: [Manifest], new: [Manifest], workloads: [ResourceReference]) {
        self.running = running
        self.new = new
        self.workloads = workloads
    }

    /// The first reason that fits.
    ///
    /// Workloads on one side only are not compared.
    public func reason() -> StrategyReason {
        let before = Selection.workloads(in: running, workloads)
        let after = Selection.workloads(in: new, workloads)
        guard !before.isEmpty else { return .noRunningWorkload }
        guard !after.isEmpty else { return .noNewWorkload }
        let old = Dictionary(before.map { ($0.key.normalized, $0) }) { first, _ in first }
        let pairs = after.compactMap { new in old[new.key.normalized].map { (old: $0, new: new) } }
        let templateReasons = pairs.lazy.compactMap { Self.templateReason($0.old, $0.new) }
        return templateReasons.first ?? configReason() ?? Self.scaledReason(pairs) ?? .nothingSpecial
    }

    private static func templateReason(_ old: Manifest, _ new: Manifest) -> StrategyReason? {
        let changes = Difference.between(
            old.object.withoutWrittenMarks[path: "spec", "template"],
            new.object.withoutWrittenMarks[path: "spec", "template"]
        )
        guard !changes.isEmpty else { return nil }
        let images = changes.compactMap(\.imageChange)
        return images.isEmpty ? .templateChanged(new.key) : .imageChanged(images)
    }

    private func configReason() -> StrategyReason? {
        let before = running.filter { $0.isConfigMap || $0.isSecret }
        let after = new.filter { $0.isConfigMap || $0.isSecret }
        if after.count < before.count { return .configDeleted(before.count - after.count) }
        if after.count > before.count { return .configAdded(after.count - before.count) }
        let known = Dictionary(after.map { ($0.key, $0) }) { first, _ in first }
        let sorted = before.sorted { $0.key.description.utf8.lexicographicallyPrecedes($1.key.description.utf8) }
        if let gone = sorted.first(where: { known[$0.key] == nil }) { return .configReplaced(gone.key) }
        let changed = sorted.first { old in
            !Difference.between(old.object.withoutWrittenMarks, known[old.key]?.object.withoutWrittenMarks).isEmpty
        }
        return changed.map { .configUpdated($0.key) }
    }

    private static func scaledReason(_ pairs: [(old: Manifest, new: Manifest)]) -> StrategyReason? {
        let changes = pairs.compactMap { pair -> ReplicasChange? in
            let before = pair.old[path: "spec", "replicas"]
            let after = pair.new[path: "spec", "replicas"]
            guard !Difference.between(before, after).isEmpty else { return nil }
            return ReplicasChange(workload: pair.new.key, before: before, after: after)
        }
        guard !changes.isEmpty else { return nil }
        return .scaled(
            changes.sorted {
                $0.workload.shortDescription.utf8.lexicographicallyPrecedes($1.workload.shortDescription.utf8)
            }
        )
    }
}

extension Difference {
    /// The change of a container's image in a pod template, when it is one of a container that both versions have.
    fileprivate var imageChange: ImageChange? {
        let steps = path.steps
        guard steps.count == 4, steps[0] == .key("spec"), steps[1] == .key("containers"), steps[3] == .key("image"),
            let before = before?.string, let after = after?.string
        else { return nil }
        return ImageChange(before: ImageReference(before), after: ImageReference(after))
    }
}
