import ArgumentParser
import Manifests
import Stages

/// The printed forms of what differs between Git and the clusters.
struct DriftReport {
    let identity: Application.Identity
    let states: [LiveStateAnswer]
    let drifts: [TargetDrift]
    let now: Moment

    /// The stable form: `{"application", "commit", "targets": […]}`, each target as `TargetDrift.value` says, with `"commits"`, those
    /// of the live objects.
    var value: Value {
        [
            "application": .string(identity.application),
            "commit": .string(identity.commit),
            "targets": .array(
                drifts.map { drift in
                    var value = drift.value
                    value["commits"] = .array(commits(on: drift.target).map(Value.string))
                    return value
                }
            ),
        ]
    }

    /// 0 when nothing differs, 2 when something does; 3 when some targets could not be compared, 1 when none could.
    var exitCode: ExitCode {
        let failed = drifts.filter { !$0.problems.isEmpty }.count
        guard failed == 0 else { return failed == drifts.count ? .failure : ExitCode(3) }
        return drifts.contains { $0.comparison != nil } ? ExitCode(2) : .success
    }

    /// The form for people; targets with the same differences are shown together.
    var text: String {
        var groups: [Group] = []
        for drift in drifts {
            let (body, timed) = (text(of: drift, timed: false), text(of: drift, timed: true))
            if let index = groups.firstIndex(where: { $0.body == body }) {
                groups[index].names.append(drift.target)
                if groups[index].timed != timed { groups[index].timed = nil }
            } else {
                groups.append(Group(names: [drift.target], summary: drift.summary, body: body, timed: timed))
            }
        }
        return head + groups.map(\.text).joined() + (isOwnedByOthers ? Self.ownership : "")
    }

    /// Targets with the same differences; times only where they have the same, too.
    private struct Group {
        var names: [String]
        let summary: String
        let body: String
        var timed: String?

        var text: String {
            let same = names.count > 1 && !body.isEmpty ? ", the same on each" : ""
            return "\n\(names.joined(separator: ", ")): \(summary)\(same)\n\(timed ?? body)"
        }
    }

    /// Whether a field that Git has was written by somebody else.
    private var isOwnedByOthers: Bool {
        drifts.compactMap(\.comparison).flatMap(\.changed).flatMap(\.differences).contains {
            $0.owner != nil && $0.after != nil
        }
    }

    private static let ownership = """

        A deployment takes a field from somebody else only where the object has the annotation \
        pipecd.dev/force-conflicts: "true".

        """

    /// Which commit is in Git, and which ones run.
    private var head: String {
        let live = drifts.map { ($0.target, commits(on: $0.target).map(\.shortCommit).joined(separator: " and ")) }
        let known = live.filter { !$0.1.isEmpty }
        let texts = Set(known.map(\.1))
        let clusters =
            switch texts.count {
            case 0: "nothing that says its commit"
            case 1: known.count == live.count ? known[0].1 : "\(known[0].1) (\(known.map(\.0).joined(separator: ", ")))"
            default: known.map { "\($0.1) (\($0.0))" }.joined(separator: ", ")
            }
        return "\(identity.application): Git has \(identity.commit.shortCommit), clusters have \(clusters)\n"
    }

    private func commits(on target: String) -> [String] {
        guard let state = try? states.first(where: { $0.target == target })?.result.get() else { return [] }
        let variants = Set(drifts.first { $0.target == target }?.variants ?? [])
        return Set(state.managed.filter { !variants.contains($0.key) }.compactMap(\.commit)).sorted()
    }

    // MARK: Targets

    private func text(of drift: TargetDrift, timed: Bool) -> String {
        let comparison = drift.comparison
        let changed = (comparison?.changed ?? []).map { text(of: $0, timed: timed) }
        let added = (comparison?.added ?? []).map { "  + \($0.shortDescription) is in Git and not in the cluster\n" }
        let deleted = (comparison?.deleted ?? []).map {
            "  - \($0.shortDescription) is in the cluster and not in Git\n"
        }
        let variants = drift.variants.map { "  note: \($0.shortDescription) is of another variant\n" }
        let lines = drift.problems.map { "  \($0)\n" } + changed + added + deleted + variants
        return (lines + drift.notes.map { "  note: \($0)\n" }).joined()
    }

    private func text(of changed: ManifestComparison.Changed, timed: Bool) -> String {
        "  ~ \(changed.key.shortDescription)\n"
            + changed.notes.map { "      \($0)\n" }.joined()
            + changed.differences.map { text(of: $0, timed: timed) }.joined()
    }

    private func text(of difference: Difference, timed: Bool) -> String {
        let owner = difference.owner.map { owner in
            "; \(owner.manager.inOneLine())" + (timed ? owner.time.flatMap(age).map { ", \($0)" } ?? "" : "")
        }
        if let lines = difference.changedLines {
            let shown = lines.prefix(Self.mostLines).map { "        \($0)\n" }.joined()
            let rest = lines.count > Self.mostLines ? "        … \(lines.count - Self.mostLines) lines more\n" : ""
            return "      \(difference.path): lines differ (- cluster, + Git)\(owner ?? "")\n\(shown)\(rest)"
        }
        let live = difference.before.map { "\($0.short) in the cluster" } ?? "not in the cluster"
        let git = difference.after.map { "\($0.short) in Git" } ?? "not in Git"
        return "      \(difference.path): \(live), \(git)\(owner ?? "")\n"
    }

    private static let mostLines = 20

    /// How long ago a time of the API was.
    private func age(_ time: String) -> String? {
        Moment(time).map { "\(now.age(since: $0.sinceEpoch.components.seconds)) ago" }
    }
}

extension TargetDrift {
    /// What it comes to, in a few words.
    fileprivate var summary: String {
        switch verdict {
        case .synced: "as Git wants it"
        case .outOfSync(let comparison): comparison.summary
        case .unknown: "could not be compared"
        case .invalidConfiguration: "Git cannot be read"
        }
    }
}

extension ManifestComparison {
    fileprivate var summary: String {
        let parts = [(changed.count, "changed"), (added.count, "missing"), (deleted.count, "not in Git")]
        return parts.filter { $0.0 > 0 }.map { "\(String.count($0.0, "object")) \($0.1)" }.joined(separator: ", ")
    }
}

extension Difference {
    /// The most lines that are compared one by one, since that takes memory in proportion to their square.
    private static let mostCompared = 2_000

    /// The lines of two texts that are not in both, each behind `-` or `+`; `nil` where there are not two texts of several lines.
    ///
    /// Of very many, only how many lines there are between the first and the last one that differ.
    fileprivate var changedLines: [String]? {
        guard let old = before?.string, let new = after?.string, old.contains("\n") || new.contains("\n") else {
            return nil
        }
        func lines(_ text: String) -> [Substring] { text.split(separator: "\n", omittingEmptySubsequences: false) }
        let (left, right) = Self.withoutCommonEnds(lines(old), lines(new))
        guard left.count + right.count <= Self.mostCompared else {
            return [
                "- \(String.count(left.count, "line"))", "+ \(String.count(right.count, "line")), too many to compare",
            ]
        }
        let changes = right.map(String.init).difference(from: left.map(String.init))
        return changes.removals.map { "- \($0.text)" } + changes.insertions.map { "+ \($0.text)" }
    }

    /// Both lists without the lines at the beginning and at the end that they have in common.
    private static func withoutCommonEnds(_ left: [Substring], _ right: [Substring]) -> (
        ArraySlice<Substring>, ArraySlice<Substring>
    ) {
        let head = zip(left, right).prefix { $0 == $1 }.count
        let (left, right) = (left.dropFirst(head), right.dropFirst(head))
        let tail = zip(left.reversed(), right.reversed()).prefix { $0 == $1 }.count
        return (left.dropLast(tail), right.dropLast(tail))
    }
}

extension CollectionDifference<String>.Change {
    fileprivate var text: String {
        switch self {
        case .insert(_, let element, _), .remove(_, let element, _): element.inOneLine()
        }
    }
}
