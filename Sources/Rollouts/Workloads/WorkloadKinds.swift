public import Manifests

/// The kinds of workloads that are known.
///
/// A new one is a file beside this one and a line in the table.
public enum WorkloadKinds {
    private static let all: [any WorkloadKind] = [
        DeploymentKind(),
        StatefulSetKind(),
        DaemonSetKind(),
    ]

    /// The types of which copies for a canary or a baseline are made, and may be live.
    public static let copied: [GroupKind] = all.filter(\.hasCopies).map(\.type)

    /// The names of the kinds.
    static let names: [String] = all.map(\.type.kind)

    /// Whether an object is a workload of a known kind, be it copied or not.
    public static func contains(_ manifest: Manifest) -> Bool { kind(of: manifest) != nil }

    /// The kind of a workload; `nil` for objects of other types.
    static func kind(of manifest: Manifest) -> (any WorkloadKind)? {
        let type = manifest.groupVersionKind.groupKind
        return all.first { $0.type == type }
    }

    /// The kind of a workload that is to be copied.
    ///
    /// - Throws: `RolloutError` with `.unsupportedWorkload` when no copy can run beside it.
    static func copyable(_ manifest: Manifest) throws(RolloutError) -> any WorkloadKind {
        guard let kind = kind(of: manifest) else {
            let group = manifest.groupVersionKind.group
            let place = group == "apps" || group.isEmpty ? "" : " of group \(group)"
            let text = "\(place): copies are made of \(copiedNames); leave it out of workloads"
            throw RolloutError(.unsupportedWorkload(kind: manifest.kind, text), in: manifest)
        }
        if let obstacle = kind.obstacle(toCopying: manifest) {
            throw RolloutError(.unsupportedWorkload(kind: manifest.kind, obstacle), in: manifest)
        }
        return kind
    }

    private static var copiedNames: String { copied.map { "\($0.kind)s" }.joined(separator: " and ") }
}
