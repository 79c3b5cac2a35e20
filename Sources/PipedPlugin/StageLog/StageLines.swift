import Manifests
import Rollouts
import Stages

/// A line of a stage log.
struct StageLine: Sendable, Equatable {
    let text: String
    let severity: LogSeverity
    /// The deploy target that it is about, `nil` when it is about the stage.
    let target: String?

    init(_ text: String, _ severity: LogSeverity = .info, target: String? = nil) {
        self.text = text
        self.severity = severity
        self.target = target
    }

    /// The text, each line of it with the name of the target before it.
    var prefixed: String {
        guard let target, !text.isEmpty else { return text }
        return text.split(omittingEmptySubsequences: false, whereSeparator: \.isNewline)
            .map { "[\(target)] \($0)" }
            .joined(separator: "\n")
    }
}

/// What the log of a stage says about what happens.
///
/// It remembers what it has said: what an object waits for is said once until it changes, and how a cluster ended once.
struct StageLines: Sendable {
    private struct Waiting: Hashable {
        let target: String
        let resource: ResourceKey
    }

    private var waiting: [Waiting: String] = [:]
    private var ended: Set<String> = []

    /// The line of an event, `nil` when there is nothing to say.
    mutating func line(of event: StageEvent) -> StageLine? {
        let text = event.kind.text
        switch event.kind {
        case .waiting(let resource, let reason):
            guard waiting.updateValue(reason, forKey: Waiting(target: event.target, resource: resource)) != reason
            else {
                return nil
            }
            return StageLine(text, target: event.target)
        case .finished(let report):
            return line(of: report)
        case .changed(let change):
            let isNews = [.created, .configured, .deleted].contains(change.change)
            return StageLine(text, isNews ? .success : .info, target: event.target)
        case .routed:
            return StageLine(text, .success, target: event.target)
        case .waitStarted, .ready:
            return nil
        case .planning, .planned, .note:
            return StageLine(text, target: event.target)
        }
    }

    /// The lines of the end: what was not said yet of single clusters, what was wrong with the stage, and its outcome.
    mutating func lines(of report: StageReport) -> [StageLine] {
        var lines: [StageLine] = []
        for target in report.targets {
            if let line = line(of: target) { lines.append(line) }
        }
        lines += report.problems.map { StageLine($0, .error) }
        return lines + [
            StageLine("\(report.stage) \(report.outcome.rawValue)\(report.counts)", report.outcome.severity)
        ]
    }

    private mutating func line(of report: TargetReport) -> StageLine? {
        guard ended.insert(report.target).inserted else { return nil }
        let severity: LogSeverity =
            switch report.outcome {
            case .succeeded: .success
            case .failed: .error
            case .cancelled: .info
            }
        return StageLine(report.sentence, severity, target: report.target)
    }
}

extension TargetReport {
    /// How it ended, why, what was done, and what was not.
    fileprivate var sentence: String {
        let why = error.map { "\($0); " } ?? ""
        let rest = left.isEmpty ? "" : "; not done: \(left.map(\.shortDescription).listed(atMost: 10))"
        return "\(outcome.rawValue): \(why)\(changes.summary)\(rest)"
    }
}

extension StageReport {
    /// How many clusters ended how, and which of them did not succeed.
    fileprivate var counts: String {
        guard !targets.isEmpty else { return "" }
        let parts = [TargetOutcome.succeeded, .failed, .cancelled].compactMap { outcome -> String? in
            let names = targets.filter { $0.outcome == outcome }.map(\.target)
            guard !names.isEmpty else { return nil }
            let list = outcome == .succeeded ? "" : " (\(names.listed(atMost: 20)))"
            return "\(names.count) \(outcome.rawValue)\(list)"
        }
        return ": \(parts.joined(separator: ", ")) of \(String.count(targets.count, "cluster"))"
    }
}

extension StageOutcome {
    fileprivate var severity: LogSeverity {
        switch self {
        case .succeeded: .success
        case .partial, .failed: .error
        case .cancelled: .info
        }
    }
}

extension [String] {
    /// The first so many with commas between them, and how many more there are.
    func listed(atMost count: Int) -> String {
        let rest = self.count > count ? " and \(self.count - count) more" : ""
        return prefix(count).joined(separator: ", ") + rest
    }
}
