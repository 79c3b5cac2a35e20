import KubernetesAPI
import Manifests
import Rollouts
import Stages

extension WhyReport {
    /// The answer for people, line by line.
    func lines(_ style: TextStyle) -> [String] {
        let lines = runLines + waits.flatMap { $0.lines(now) } + failureLines + healthLines
        return lines.flatMap { line in
            let indentation = String(line.prefix { $0 == " " })
            let width = style.columns.map { $0 - indentation.count - 2 }
            return TextStyle.wrapped(line.dropFirst(indentation.count).description.inOneLine(limit: 4000), to: width)
                .enumerated().map { index, part in indentation + (index == 0 ? "" : "  ") + part }
        }
    }

    private var runLines: [String] {
        guard let run else { return ["no run of \(application) is under way, and none is recorded here"] }
        let header = run.history.header
        let name = "run \(header.run) of \(header.application)"
        let about = "commit \(header.commit.shortCommit), \(header.strategy.rawValue)"
        switch run.state {
        case .running:
            let start = "under way since \(run.history.start.clock(now))"
            let idle = run.history.current == nil ? ["it is between two stages"] : []
            return ["\(name): \(start) (\(now.age(since: run.history.start))), \(about)"] + idle
        case .interrupted:
            return [
                "\(name) is not under way and not over: it was stopped or killed at \(run.history.last.clock(now)) "
                    + "(\(now.age(since: run.history.last)) ago); go on with flotilla run --resume, \(about)"
            ]
        case .over:
            let outcome = run.history.outcome?.rawValue ?? ""
            return [
                "no run of \(header.application) is under way; the last one, \(header.run), \(outcome.pastTense)\(run.isRolledBack ? " and was rolled back" : "") at "
                    + "\(run.history.last.clock(now)) (\(now.age(since: run.history.last)) ago), \(about)"
            ]
        }
    }

    private var failureLines: [String] {
        failures.map { failure in
            [failure.target, failure.stage, failure.reason].compactMap { $0 }.joined(separator: ": ")
        }
    }

    private var healthLines: [String] {
        guard let status else { return [] }
        let unseen = status.clusters.compactMap { cluster in
            cluster.error.map { "\(cluster.target) cannot be looked at: \($0.without(target: cluster.target))" }
                ?? cluster.unseen.map { "\(cluster.target): \($0), so that nobody knows how they fare" }
        }
        let empty = status.clusters.filter { $0.lack != nil && $0.unseen == nil }
            .map { "\($0.target) has no object of the application" }
        let seen = status.clusters.filter { $0.error == nil && !$0.trees.isEmpty }
        let complaints = complaints
        let rest = complaints.count > 50 ? ["and \(complaints.count - 50) more, see flotilla status"] : []
        let bad = complaints.prefix(50).map { complaint in
            let reason = complaint.health.reason.isEmpty ? "" : ": \(complaint.health.reason)"
            return
                "\(complaint.target): \(complaint.health.status.rawValue): \(complaint.key.shortDescription)\(reason)"
        }
        let good = seen.filter { $0.health == .healthy }.map(\.target)
        let well = good.isEmpty ? [] : ["\(good.joined(separator: ", ")): everything is healthy"]
        return unseen + empty + bad + rest + well
    }
}

extension RunWait {
    /// Where and what, and below it since when and until when.
    fileprivate func lines(_ now: Moment) -> [String] {
        ["\(targets.joined(separator: ", ")): \(place): \(text)"] + (times(now).map { ["    \($0)"] } ?? [])
    }

    /// Stage, what is waited for, since when and until when, in one sentence.
    func sentence(_ now: Moment) -> String {
        "\(place): \(text)" + (times(now).map { "; \($0)" } ?? "")
    }

    private var place: String { number.map { "stage \($0) of \(count), \(stage)" } ?? "rollback, \(stage)" }

    /// Since when and until when, `nil` when it is not its own wait.
    private func times(_ now: Moment) -> String? {
        switch cause {
        case .turn, .others: return nil
        case .plan, .writes, .object: break
        }
        let start = since.map { "since \($0.clock(now)) (\(now.age(since: $0)))" }
        let end = deadline.map { deadline in
            let rest = deadline > now ? "in \(deadline.age(since: now))" : "now"
            return "gives up at \(deadline.clock(now)) (\(rest))" + (consequence.map { ", then \($0)" } ?? "")
        }
        return [start, end].compactMap { $0 }.joined(separator: ", ")
    }

    /// The object that is waited for.
    var resource: ResourceKey? {
        guard case .object(let key, _) = cause else { return nil }
        return key
    }

    /// Whether it is an object that is waited for.
    var isForObject: Bool { resource != nil }

    /// What is waited for, in words.
    var text: String {
        switch cause {
        case .plan: "asks the cluster, to plan the stage"
        case .writes(let count): "writes; \(String.count(count, "object")) done"
        case .object(let key, let reason): "waits for \(key.shortDescription): \(reason)"
        case .others(let targets, let outcome):
            (outcome == .succeeded ? "done" : outcome.rawValue)
                + (targets.isEmpty ? "" : "; waits for \(targets.joined(separator: ", "))")
        case .turn: "has not begun, or takes no part"
        }
    }
}

extension Moment {
    /// The time of the day, and the day when it is another one than that of a moment.
    fileprivate func clock(_ now: Moment) -> String {
        let day = wholeSeconds.prefix(10)
        return (day == now.wholeSeconds.prefix(10) ? "" : "\(day) ") + "\(timeOfDay) UTC"
    }

    /// The time since an earlier moment, in its largest unit.
    fileprivate func age(since earlier: Moment) -> String { age(since: earlier.sinceEpoch.components.seconds) }
}

extension String {
    /// The word for an outcome in a sentence.
    fileprivate var pastTense: String {
        switch self {
        case "partial": "failed on some clusters"
        case "cancelled": "was cancelled"
        default: self
        }
    }
}
