import Manifests
import Stages

/// A line about what differs between Git and a cluster.
struct DriftLine {
    let text: String
    /// Since when it is so, in the form of the API.
    var since: String?

    /// How long that was before a moment.
    func age(at now: Moment) -> String? { since.flatMap(Moment.init).map { now.age(since: $0) } }
}

extension TargetDrift {
    /// What there is to say of the target, in lines.
    var lines: [DriftLine] {
        let added = (comparison?.added ?? []).map { "+ \($0.shortDescription) is in Git and not in the cluster" }
        let deleted = (comparison?.deleted ?? []).map { "- \($0.shortDescription) is in the cluster and not in Git" }
        let variants = variants.map { "note: \($0.shortDescription) is of another variant" }
        return problems.map { DriftLine(text: $0) } + (comparison?.changed ?? []).flatMap(\.lines)
            + (added + deleted + variants + notes.map { "note: \($0)" }).map { DriftLine(text: $0) }
    }
}

extension ManifestComparison.Changed {
    fileprivate var lines: [DriftLine] {
        (["~ \(key.shortDescription)"] + notes.map { "    \($0)" }).map { DriftLine(text: $0) }
            + differences.flatMap(\.lines)
    }
}

extension Difference {
    private static let mostLines = 20

    fileprivate var lines: [DriftLine] {
        let owner = owner.map { "; \($0.manager.inOneLine())" } ?? ""
        guard let change = textChange else {
            let live = before.map { "\($0.short) in the cluster" } ?? "not in the cluster"
            let git = after.map { "\($0.short) in Git" } ?? "not in Git"
            return [DriftLine(text: "    \(path): \(live), \(git)\(owner)", since: self.owner?.time)]
        }
        let head = DriftLine(text: "    \(path): lines differ (- cluster, + Git)\(owner)", since: self.owner?.time)
        return [head] + change.lines(atMost: Self.mostLines).map { DriftLine(text: "      \($0)") }
    }

    /// The change of a text; `nil` where there are not two texts, one of them of several lines.
    private var textChange: TextChange? {
        guard let old = before?.string, let new = after?.string, old.contains("\n") || new.contains("\n") else {
            return nil
        }
        return TextChange(from: old, to: new)
    }
}
