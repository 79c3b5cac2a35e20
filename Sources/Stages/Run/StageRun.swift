import Manifests

/// Takes the targets of a stage through planning and execution, a bounded number at once in each.
///
/// Nothing is executed before the targets are planned, so that input that is wrong touches no cluster. A cluster that
/// keeps silent does not hold the others up: when all clusters without a plan have given no sign of life for `patience`,
/// the others go on, and each of those follows on its own when it answers. Silent ones do not count towards the bound.
struct StageRun<C: Clock<Duration>>: Sendable {
    let targets: [Prepared]
    let atOnce: Int
    /// How long to bear silence; `nil` waits for all, for a stage that needs every cluster.
    let patience: Duration?
    let clock: C
    /// The signs of life that the cluster of a target has given so far.
    let signsOfLife: @Sendable (Prepared) -> Int
    let plan: @Sendable (Prepared) async -> Planned
    /// Executes a plan, or reports why it is not: it has none, or others block it.
    let execute: @Sendable (Planned, _ blockers: [String]) async -> TargetReport
    /// Whether a target that cannot be planned for keeps the others from being touched.
    let isBlocker: @Sendable (Planned) -> Bool
    /// Whether targets that have not started may still start after a report.
    let goesOn: @Sendable (TargetReport) -> Bool

    /// One report for each target, in their order; a target that never started says so.
    func reports() async -> [TargetReport] {
        await withTaskGroup(of: Event.self) { group in
            var state = State(count: targets.count)
            start(&state, in: &group)
            while !state.isOver, let event = await group.next() {
                note(event, in: &state)
                start(&state, in: &group)
            }
            group.cancelAll()
            return zip(targets, zip(state.plans, state.reports)).map { target, known in
                known.1 ?? .notStarted(target.target.name, left: known.0?.keys ?? [])
            }
        }
    }

    /// What a task of the group comes back with.
    private enum Event: Sendable {
        case planned(Int, Planned)
        /// It is time to look who has given a sign of life.
        case look
        case executed(Int, TargetReport)
    }

    /// What was heard of a cluster that is being planned for.
    private struct Listening {
        /// How many looks in a row without a sign of life make up the patience.
        static var looks: Int { 8 }

        private var signs: Int
        private var looksInVain = 0

        init(signs: Int) {
            self.signs = signs
        }

        var isSilent: Bool { looksInVain >= Self.looks }

        mutating func listen(_ now: Int) {
            looksInVain = now == signs ? looksInVain + 1 : 0
            signs = now
        }
    }

    private struct State {
        var toPlan: ArraySlice<Int>
        /// The targets that are being planned for.
        var planning: [Int: Listening] = [:]
        var plans: [Planned?]
        /// Whether a wait for the next look is under way, one at a time.
        var isListening = false
        /// Whether plans may be executed, and the targets that keep them from it.
        var blockers: [String]?
        var toExecute: ArraySlice<Int> = []
        var executing = 0
        var reports: [TargetReport?]
        var goesOn = true

        init(count: Int) {
            toPlan = ArraySlice(0..<count)
            plans = Array(repeating: nil, count: count)
            reports = Array(repeating: nil, count: count)
        }

        var silentCount: Int { planning.values.count(where: \.isSilent) }
        var isPlanned: Bool { toPlan.isEmpty && planning.isEmpty }
        var isOver: Bool { executing == 0 && (!goesOn || (isPlanned && toExecute.isEmpty)) }
    }

    private func note(_ event: Event, in state: inout State) {
        switch event {
        case .planned(let index, let planned):
            state.planning[index] = nil
            state.plans[index] = planned
            if state.blockers != nil { state.toExecute.append(index) }
            if state.isPlanned { open(&state) }
        case .look:
            state.isListening = false
            for index in Array(state.planning.keys) {
                state.planning[index]?.listen(signsOfLife(targets[index]))
            }
            let onlySilentAreLeft = state.toPlan.isEmpty && state.silentCount == state.planning.count
            if onlySilentAreLeft, state.plans.contains(where: { $0?.plan != nil }) { open(&state) }
        case .executed(let index, let report):
            state.executing -= 1
            state.reports[index] = report
            if !goesOn(report) { state.goesOn = false }
        }
    }

    /// Lets what is planned be executed; called again, it does nothing.
    private func open(_ state: inout State) {
        guard state.blockers == nil else { return }
        state.blockers = state.plans.compactMap { $0 }.filter(isBlocker).map(\.target.name)
        state.toExecute = ArraySlice(state.plans.indices.filter { state.plans[$0] != nil })
    }

    /// Starts what may start now.
    private func start(_ state: inout State, in group: inout TaskGroup<Event>) {
        while state.goesOn, state.planning.count - state.silentCount < atOnce,
            let index = state.toPlan.popFirst()
        {
            state.planning[index] = Listening(signs: signsOfLife(targets[index]))
            group.addTask { .planned(index, await plan(targets[index])) }
        }
        if let blockers = state.blockers {
            while state.goesOn, state.executing < atOnce, let index = state.toExecute.popFirst() {
                guard let planned = state.plans[index] else { continue }
                state.executing += 1
                group.addTask { .executed(index, await execute(planned, blockers)) }
            }
        } else if let patience, !state.isListening, !state.planning.isEmpty {
            state.isListening = true
            group.addTask {
                try? await clock.sleep(for: patience / Listening.looks)
                return .look
            }
        }
    }
}

extension TargetReport {
    /// The report of a target that nothing was done to.
    fileprivate static func notStarted(_ target: String, left: [ResourceKey]) -> TargetReport {
        TargetReport(target: target, outcome: .cancelled, error: "not started", left: left)
    }
}
