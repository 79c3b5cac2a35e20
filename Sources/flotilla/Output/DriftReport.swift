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
        var groups: [(lines: [String], targets: [(drift: TargetDrift, lines: [DriftLine])])] = []
        for drift in drifts {
            let lines = drift.lines
            let texts = lines.map(\.text)
            if let index = groups.firstIndex(where: { $0.lines == texts }) {
                groups[index].targets.append((drift, lines))
            } else {
                groups.append((texts, [(drift, lines)]))
            }
        }
        return head + groups.map { text(of: $0.targets) }.joined() + (isOwnedByOthers ? Self.ownership : "")
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

    /// Targets with the same differences; times only where they have the same, too.
    private func text(of targets: [(drift: TargetDrift, lines: [DriftLine])]) -> String {
        let names = targets.map(\.drift.target).joined(separator: ", ")
        let ages = targets.map { $0.lines.map { $0.age(at: now) } }
        let isTimed = ages.allSatisfy { $0 == ages.first }
        let lines = zip(targets.first?.lines ?? [], ages.first ?? []).map { line, age in
            "  \(line.text)\(isTimed ? age.map { ", \($0) ago" } ?? "" : "")\n"
        }
        let sameness = targets.count > 1 && !lines.isEmpty ? ", the same on each" : ""
        return "\n\(names): \(targets.first?.drift.summary ?? "")\(sameness)\n\(lines.joined())"
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
