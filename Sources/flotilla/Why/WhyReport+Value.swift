import KubernetesAPI
import Manifests
import Rollouts
import Stages

extension WhyReport {
    /// The stable form.
    ///
    /// `{"application", "time", "run": {"name", "state": "running"|"interrupted"|"over", "outcome", "commit", "strategy",
    /// "since", "last", "journal"}, "waits": [{"targets", "stage", "number", "cause": "plan"|"writes"|"object"|"others"|"turn",
    /// "resource", "reason", "written", "others", "outcome", "since", "until", "then"}], "failures": [{"target", "stage", "reason"}],
    /// "unhealthy": [{"target", "resource", "health", "reason"}], "unseen": [{"target", "error"}]}`
    var value: Value {
        var value: Value = ["application": .string(application), "time": .string(now.wholeSeconds)]
        if let run { value["run"] = run.value }
        value["waits"] = .array(waits.map(\.value))
        value["failures"] = .array(failures.map(\.value))
        guard let status else { return value }
        value["unhealthy"] = .array(complaints.map(\.value))
        value["unseen"] = .array(
            status.clusters.compactMap { cluster in
                (cluster.error ?? cluster.unseen).map { ["target": .string(cluster.target), "error": .string($0)] }
            }
        )
        return value
    }
}

extension WhyReport.Run {
    fileprivate var value: Value {
        let header = history.header
        var value: Value = ["name": .string("\(header.run)"), "state": .string(state.rawValue)]
        if let outcome = history.outcome { value["outcome"] = .string(outcome.rawValue) }
        value["commit"] = .string(header.commit)
        value["strategy"] = .string(header.strategy.rawValue)
        value["since"] = .string(history.start.wholeSeconds)
        value["last"] = .string(history.last.wholeSeconds)
        value["journal"] = .string(journal)
        return value
    }
}

extension WhyReport.Complaint {
    fileprivate var value: Value {
        [
            "target": .string(target), "resource": .string("\(key)"), "health": .string(health.status.rawValue),
            "reason": .string(health.reason),
        ]
    }
}

extension RunFailure {
    fileprivate var value: Value {
        var value: Value = [:]
        if let target { value["target"] = .string(target) }
        value["stage"] = .string(stage)
        value["reason"] = .string(reason)
        return value
    }
}

extension RunWait {
    fileprivate var value: Value {
        var value: Value = ["targets": .array(targets.map(Value.string)), "stage": .string(stage)]
        if let number { value["number"] = .int(number) }
        value["cause"] = .string(word)
        switch cause {
        case .plan, .turn: break
        case .writes(let count): value["written"] = .int(count)
        case .others(let others, let outcome):
            value["others"] = .array(others.map(Value.string))
            value["outcome"] = .string(outcome.rawValue)
        case .object(let key, let reason):
            value["resource"] = .string("\(key)")
            value["reason"] = .string(reason)
        }
        if let since { value["since"] = .string(since.wholeSeconds) }
        guard let deadline else { return value }
        value["until"] = .string(deadline.wholeSeconds)
        if let consequence { value["then"] = .string(consequence) }
        return value
    }

    private var word: String {
        switch cause {
        case .plan: "plan"
        case .writes: "writes"
        case .object: "object"
        case .others: "others"
        case .turn: "turn"
        }
    }
}
