package import Manifests

/// Whether a cluster, or several, have what Git wants, in PipeCD's words.
package struct SyncState: Sendable, Hashable {
    /// The word, the worst one last.
    package enum Status: String, Sendable, CaseIterable {
        /// `SYNCED` on the wire.
        case synced = "SYNCED"
        /// `OUT_OF_SYNC` on the wire.
        case outOfSync = "OUT_OF_SYNC"
        /// `UNKNOWN` on the wire.
        case unknown = "UNKNOWN"
        /// `INVALID_CONFIG` on the wire.
        case invalidConfiguration = "INVALID_CONFIG"
    }

    /// The word.
    package let status: Status
    /// What it comes to in a line for each target; empty when synced.
    package let shortReason: String
    /// Everything that differs, for a highlighter of diffs; empty when synced.
    package let reason: String

    package init(_ status: Status, shortReason: String = "", reason: String = "") {
        self.status = status
        self.shortReason = shortReason
        self.reason = reason
    }

    /// The state of several targets: the worst one counts, and the texts of those that are not synced are joined.
    package init(of targets: [(name: String, state: SyncState)]) {
        let others = targets.filter { $0.state.status != .synced }
        let known = Set(others.map(\.state.status))
        self.init(
            Status.allCases.last(where: known.contains) ?? .synced,
            shortReason: others.map { "[\($0.name)] \($0.state.shortReason)" }.joined(separator: "\n"),
            reason: others.map { "[\($0.name)] \($0.state.reason)" }.joined(separator: "\n")
        )
    }
}

extension TargetDrift {
    /// The most objects that differ to show one by one.
    private static let mostChanges = 3
    /// The state in PipeCD's words, Git being at a commit; values of ConfigMaps are hidden as those of Secrets are.
    package func syncState(commit: String) -> SyncState {
        switch verdict {
        case .synced: SyncState(.synced)
        case .outOfSync(let comparison):
            SyncState(
                .outOfSync,
                shortReason: comparison.shortReason,
                reason: "Diff between the defined state in Git at commit \(commit.prefix(7)) "
                    + "and actual state in cluster: \(target)\n\n--- Actual   (LiveState)\n+++ Expected (Git)\n\n"
                    + comparison.forEverybody.text(changes: Self.mostChanges)
            )
        case .unknown(let lines):
            SyncState(.unknown, shortReason: lines.first ?? "", reason: lines.joined(separator: "\n"))
        case .invalidConfiguration(let lines):
            SyncState(.invalidConfiguration, shortReason: lines.first ?? "", reason: lines.joined(separator: "\n"))
        }
    }
}

extension ManifestComparison {
    /// The same without the values of ConfigMaps, for those who see more than they may read in a cluster: PipeCD's users, and whoever
    /// gets a page.
    package var forEverybody: ManifestComparison { hiding([GroupKind(kind: "ConfigMap"): ["data", "binaryData"]]) }

    fileprivate var shortReason: String {
        "There are \(added.count + deleted.count + changed.count) manifests not synced "
            + "(\(added.count) adds, \(deleted.count) deletes, \(changed.count) changes)"
    }
}

extension [TargetDrift] {
    /// The state of all targets together in PipeCD's words, Git being at a commit.
    package func syncState(commit: String) -> SyncState {
        SyncState(of: map { ($0.target, $0.syncState(commit: commit)) })
    }
}
