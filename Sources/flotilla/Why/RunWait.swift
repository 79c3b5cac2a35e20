import KubernetesAPI
import Manifests
import Stages

/// What a run waits for on some targets.
struct RunWait: Sendable, Equatable {
    /// What it is.
    enum Cause: Sendable, Equatable {
        /// The plan of the stage: the cluster is being asked.
        case plan
        /// Writes: so many objects were written.
        case writes(Int)
        /// An object that is not ready, and why.
        case object(ResourceKey, String)
        /// The stage has ended here; on other targets it has not.
        case others([String], TargetOutcome)
        /// Nothing is known of it in this stage: it may take no part, or its turn has not come.
        case turn
    }

    /// The targets.
    private(set) var targets: [String]
    /// The stage as the user wrote its name.
    let stage: String
    /// The place of the stage among all, from 1; `nil` for the rollback.
    let number: Int?
    /// How many stages there are.
    let count: Int
    /// What is waited for.
    let cause: Cause
    /// Since when.
    private(set) var since: Moment?
    /// When the wait gives up.
    private(set) var deadline: Moment?
    /// What happens then.
    let consequence: String?

    /// Every wait of a stage, in the order of the targets; targets that only wait for others are put together.
    static func all(of stage: RunHistory.Stage, in history: RunHistory, _ status: StatusReport?) -> [RunWait] {
        let targets = history.header.targets
        let open = targets.filter { stage.cells[$0].map { $0.outcome == nil } ?? false }
        let clusters = Dictionary((status?.clusters ?? []).map { ($0.target, $0) }) { first, _ in first }
        let waits = targets.flatMap { target -> [RunWait] in
            guard let cell = stage.cells[target] else {
                return [RunWait(target, stage, history, .turn, since: stage.start)]
            }
            if let outcome = cell.outcome {
                return [RunWait(target, stage, history, .others(open, outcome), since: cell.end)]
            }
            guard cell.steps != nil else { return [RunWait(target, stage, history, .plan, since: cell.start)] }
            guard !cell.waits.isEmpty else {
                return [RunWait(target, stage, history, .writes(cell.changes), since: cell.last)]
            }
            return cell.waits.map { wait in
                let reason = clusters[target].reason(of: wait)
                return RunWait(
                    target,
                    stage,
                    history,
                    .object(wait.resource, reason),
                    since: wait.since,
                    deadline: cell.deadline
                )
            }
        }
        return waits.filter { !$0.isForOthers }.joined + waits.filter(\.isForOthers).joined
    }

    private init(
        _ target: String,
        _ stage: RunHistory.Stage,
        _ history: RunHistory,
        _ cause: Cause,
        since: Moment?,
        deadline: Moment? = nil
    ) {
        let isRollback = stage.number >= history.header.stages.count
        targets = [target]
        self.stage = stage.name
        number = isRollback ? nil : stage.number + 1
        count = history.header.stages.count
        self.cause = cause
        self.since = since
        self.deadline = deadline
        consequence =
            switch (isRollback, history.header.rollsBack) {
            case (true, _): "the rollback has failed on this cluster"
            case (false, true?): "the run rolls back"
            case (false, false?): "the run fails, and nothing is rolled back"
            case (false, nil): "the run fails"
            }
    }

    private var isForOthers: Bool {
        switch cause {
        case .others, .turn: true
        case .plan, .writes, .object: false
        }
    }
}

extension RunWait {
    /// Takes another one for the same cause in; the oldest beginning and the first end count.
    fileprivate mutating func join(_ other: RunWait) {
        targets += other.targets
        since = [since, other.since].compactMap { $0 }.min()
        deadline = [deadline, other.deadline].compactMap { $0 }.min()
    }
}

extension [RunWait] {
    /// Those for the same cause as one.
    fileprivate var joined: [RunWait] {
        reduce(into: []) { joined, wait in
            if let index = joined.firstIndex(where: { $0.cause == wait.cause }) {
                joined[index].join(wait)
            } else {
                joined.append(wait)
            }
        }
    }
}

extension ClusterStatus? {
    /// Why an object is not ready: as the run was told, and what its health says more.
    fileprivate func reason(of wait: RunHistory.Wait) -> String {
        let nodes = self?.trees.flatMap(\.withDescendants) ?? []
        let health = nodes.first { $0.key.normalized == wait.resource.normalized }?.health
        guard let health, health.status == .degraded, !wait.reason.contains(health.reason) else { return wait.reason }
        let more = health.reason
        return more.contains(wait.reason) ? more : "\(wait.reason); \(more)"
    }
}
