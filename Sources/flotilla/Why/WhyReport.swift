import KubernetesAPI
import Manifests
import Stages

/// Why an application is where it is: what its run waits for, and what is not healthy.
struct WhyReport: Sendable {
    /// The latest run of the application, or the one that was asked for.
    struct Run: Sendable {
        /// Whether somebody works on it.
        enum State: String, Sendable {
            /// A process does.
            case running
            /// Nobody does, and it is not over.
            case interrupted
            /// It is over.
            case over
        }

        /// What its journal tells.
        let history: RunHistory
        /// Where the journal is.
        let journal: String
        /// Whether somebody works on it.
        let state: State

        /// Whether a failure was rolled back on every cluster.
        var isRolledBack: Bool {
            history.stages.contains { $0.number >= history.header.stages.count && $0.outcome == .succeeded }
        }

        /// A run; one that is not over goes on when a process has its journal.
        init(_ history: RunHistory, journal: String, isInUse: Bool) {
            self.history = history
            self.journal = journal
            state = history.outcome != nil ? .over : isInUse ? .running : .interrupted
        }
    }

    /// The application's id.
    let application: String
    /// The run, `nil` when none is known.
    let run: Run?
    /// How the application fares, `nil` when no clusters were named.
    let status: StatusReport?
    /// When this is so.
    let now: Moment

    /// What the run waits for, in the order of its targets; nothing unless it is under way.
    var waits: [RunWait] {
        guard let run, run.state == .running, let stage = run.history.current else { return [] }
        return RunWait.all(of: stage, in: run.history, status)
    }

    /// What went wrong in the run, stage by stage; nothing while it is under way.
    var failures: [RunFailure] {
        guard let run, run.state != .running else { return [] }
        return RunFailure.all(in: run.history)
    }

    /// What is not healthy, the worst first.
    var complaints: [Complaint] {
        let found = (status?.clusters ?? []).flatMap { cluster in
            cluster.complaints.map { Complaint(target: cluster.target, key: $0.key, health: $0.health) }
        }
        return found.enumerated().sorted {
            ($0.element.health.status.severity, $0.offset) < ($1.element.health.status.severity, $1.offset)
        }.map(\.element)
    }

    /// An object that is not healthy.
    struct Complaint: Sendable {
        let target: String
        let key: ResourceKey
        let health: Health
    }
}

extension String {
    /// A reason that follows the name of its target without that name.
    func without(target: String) -> String {
        hasPrefix("\(target): ") ? String(dropFirst(target.count + 2)) : self
    }
}

/// Why a stage did not succeed on a target, or at all.
struct RunFailure: Sendable, Equatable {
    /// The target, `nil` when it is about the whole stage.
    let target: String?
    /// The stage as the user wrote its name.
    let stage: String
    /// The reason.
    let reason: String

    /// The failures of a run, in the order of its stages and targets.
    static func all(in history: RunHistory) -> [RunFailure] {
        history.stages.flatMap { stage -> [RunFailure] in
            let problems = stage.problems.map { RunFailure(target: nil, stage: stage.name, reason: $0) }
            return problems
                + history.header.targets.compactMap { target in
                    stage.cells[target]?.error.map {
                        RunFailure(target: target, stage: stage.name, reason: $0.without(target: target))
                    }
                }
        }
    }
}
