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
        var groups: [(names: [String], drifts: [TargetDrift], body: String)] = []
        for drift in drifts {
            let body = text(of: drift, timed: false)
            if let index = groups.firstIndex(where: { $0.body == body }) {
                groups[index].names.append(drift.target)
                groups[index].drifts.append(drift)
            } else {
                groups.append(([drift.target], [drift], body))
            }
        }
        return head + groups.map(\.drifts).map(text(of:)).joined() + (isOwnedByOthers ? Self.ownership : "")
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
        let live = drifts.map { ($0.target, commits(on: $0.target).map(Self.short).joined(separator: " and ")) }
        let known = live.filter { !$0.1.isEmpty }
        let texts = Set(known.map(\.1))
        let clusters =
            switch texts.count {
            case 0: "nothing that says its commit"
            case 1: known.count == live.count ? known[0].1 : "\(known[0].1) (\(known.map(\.0).joined(separator: ", ")))"
            default: known.map { "\($0.1) (\($0.0))" }.joined(separator: ", ")
            }
        return "\(identity.application): Git has \(Self.short(identity.commit)), clusters have \(clusters)\n"
    }

    /// Hashes in their short form.
    private static func short(_ commit: String) -> String {
        commit.count == 40 && commit.allSatisfy(\.isHexDigit) ? String(commit.prefix(7)) : commit
    }

    private func commits(on target: String) -> [String] {
        guard let state = try? states.first(where: { $0.target == target })?.result.get() else { return [] }
        let variants = Set(drifts.first { $0.target == target }?.variants ?? [])
        return Set(state.managed.filter { !variants.contains($0.key) }.compactMap(\.commit)).sorted()
    }

    // MARK: Targets

    /// Targets with the same differences; times only where they have the same, too.
    private func text(of drifts: [TargetDrift]) -> String {
        let names = drifts.map(\.target).joined(separator: ", ")
        let timed = Set(drifts.map { text(of: $0, timed: true) })
        let body = drifts.first.map { text(of: $0, timed: timed.count == 1) } ?? ""
        return
            "\n\(names): \(drifts.first?.summary ?? "")\(drifts.count > 1 && !body.isEmpty ? ", the same on each" : "")\n\(body)"
    }

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
        guard let moment = Moment(time) else { return nil }
        let seconds = max(0, (now.sinceEpoch - moment.sinceEpoch).components.seconds)
        return switch seconds {
        case ..<120: "\(seconds) s ago"
        case ..<7200: "\(seconds / 60) min ago"
        case ..<172_800: "\(seconds / 3600) h ago"
        default: "\(seconds / 86400) days ago"
        }
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
    /// The lines of two texts that are not in both, each behind `-` or `+`; `nil` where there are not two texts of several lines.
    fileprivate var changedLines: [String]? {
        guard let old = before?.string, let new = after?.string, old.contains("\n") || new.contains("\n") else {
            return nil
        }
        func lines(_ text: String) -> [String] {
            text.split(separator: "\n", omittingEmptySubsequences: false).map(String.init)
        }
        let changes = lines(new).difference(from: lines(old))
        return changes.removals.map { "- \($0.text)" } + changes.insertions.map { "+ \($0.text)" }
    }
}

extension CollectionDifference<String>.Change {
    fileprivate var text: String {
        switch self {
        case .insert(_, let element, _), .remove(_, let element, _): element.inOneLine()
        }
    }
}

extension Value {
    /// The value as JSON on one line, cut where it is long.
    fileprivate var short: String {
        let text = jsonText()
        return text.count <= 100 ? text : "\(text.prefix(97))..."
    }
}
