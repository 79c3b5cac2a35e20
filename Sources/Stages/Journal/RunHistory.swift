package import Manifests

/// What a journal tells about a run: when what happened where, and what it waits for.
///
/// `RunProgress` says instead what need not be done again.
package struct RunHistory: Sendable {
    /// An object that is waited for.
    package struct Wait: Sendable, Hashable {
        package let resource: ResourceKey
        /// Why it is not ready, as it was last told.
        package fileprivate(set) var reason: String
        /// When the wait for it began.
        package let since: Moment
    }

    /// One stage on one target.
    package struct Cell: Sendable {
        /// When planning began.
        package let start: Moment
        /// When the stage ended here.
        package fileprivate(set) var end: Moment?
        /// The number of steps, `nil` before there is a plan.
        package fileprivate(set) var steps: Int?
        /// The objects that were written or deleted.
        package fileprivate(set) var changes = 0
        /// What is waited for.
        package fileprivate(set) var waits: [Wait] = []
        /// When the wait gives up.
        package fileprivate(set) var deadline: Moment?
        /// How it ended.
        package fileprivate(set) var outcome: TargetOutcome?
        /// Why it did not succeed.
        package fileprivate(set) var error: String?
        /// The last moment of which something is known.
        package fileprivate(set) var last: Moment
    }

    /// A stage on all targets.
    package struct Stage: Sendable {
        /// Its number, from 0; the rollback has the number behind the last one.
        package let number: Int
        /// The stage as the user wrote its name.
        package let name: String
        /// When it began.
        package let start: Moment
        /// When it ended.
        package fileprivate(set) var end: Moment?
        /// How it ended.
        package fileprivate(set) var outcome: StageOutcome?
        /// Why it could not be planned at all.
        package fileprivate(set) var problems: [String] = []
        /// What is known of each target that it has begun on.
        package fileprivate(set) var cells: [String: Cell] = [:]
    }

    /// Traffic that was routed.
    package struct Routing: Sendable {
        package let time: Moment
        package let target: String
        package let route: ResourceKey
        /// The share of each variant in percent, by its name.
        package let shares: [String: Int]
    }

    /// What the run is about.
    package let header: RunHeader
    /// When it began.
    package let start: Moment
    /// When the last thing happened.
    package private(set) var last: Moment
    /// The stages that have begun, in order.
    package private(set) var stages: [Stage] = []
    /// How traffic was routed, in order.
    package private(set) var routings: [Routing] = []
    /// How the run ended; `nil` when it is not over.
    package private(set) var outcome: StageOutcome?

    /// What records tell.
    ///
    /// - Throws: `JournalError.Reason` when they do not begin with what the run is about.
    package init(_ records: [JournalRecord]) throws {
        guard let first = records.first, case .runStarted(let header) = first.event else {
            throw JournalError.Reason.notStarted
        }
        (self.header, start, last) = (header, first.time, first.time)
        for record in records.dropFirst() {
            last = max(last, record.time)
            apply(record)
        }
    }

    /// The stage that is not over.
    package var current: Stage? { outcome == nil ? stages.last { $0.end == nil } : nil }

    private mutating func apply(_ record: JournalRecord) {
        let time = record.time
        switch record.event {
        case .runStarted, .runInterrupted, .note: return
        case .runResumed: forgetWhatWasOpen()
        case .stageStarted(let number, let name): begin(number, name, at: time)
        case .targetStarted(let place): change(place, at: time) { _ in }
        case .targetPlanned(let place, let steps): change(place, at: time) { $0.steps = steps }
        case .objectChanged(let place, _): change(place, at: time) { $0.changes += 1 }
        case .trafficRouted(let place, let route, let weights):
            routings.append(Routing(time: time, target: place.target, route: route, shares: weights))
        case .waitStarted(let place, let until):
            change(place, at: time) { ($0.deadline, $0.waits) = (until, []) }
        case .waiting(let place, let key, let reason):
            change(place, at: time) { $0.wait(for: key, reason, at: time) }
        case .ready(let place, let key): change(place, at: time) { $0.waits.removeAll { $0.resource == key } }
        case .targetFinished(let place, let outcome, let error, _):
            change(place, at: time) { $0.finish(outcome, error, at: time) }
        case .stageFinished(let end):
            guard let index = stages.lastIndex(where: { $0.number == end.stage }) else { return }
            (stages[index].end, stages[index].outcome, stages[index].problems) = (time, end.outcome, end.problems)
        case .runFinished(let outcome): self.outcome = outcome
        }
    }

    /// Begins a stage, or goes on with it where it has not succeeded.
    private mutating func begin(_ number: Int, _ name: String, at time: Moment) {
        var stage = Stage(number: number, name: name, start: time)
        if let index = stages.firstIndex(where: { $0.number == number }) {
            let earlier = stages.remove(at: index)
            stage = Stage(number: number, name: name, start: earlier.start)
            stage.cells = earlier.cells.filter { $0.value.outcome == .succeeded }
        }
        stages.append(stage)
    }

    /// Forgets what a killed process was at: another one begins there anew.
    private mutating func forgetWhatWasOpen() {
        for index in stages.indices where stages[index].end == nil {
            stages[index].cells = stages[index].cells.filter { $0.value.outcome != nil }
        }
    }

    private mutating func change(_ place: JournalRecord.Place, at time: Moment, _ body: (inout Cell) -> Void) {
        guard let index = stages.lastIndex(where: { $0.number == place.stage }) else { return }
        var cell = stages[index].cells[place.target] ?? Cell(start: time, last: time)
        cell.last = time
        body(&cell)
        stages[index].cells[place.target] = cell
    }
}

extension RunHistory.Cell {
    fileprivate mutating func wait(for key: ResourceKey, _ reason: String, at time: Moment) {
        if let index = waits.firstIndex(where: { $0.resource == key }) {
            waits[index].reason = reason
        } else {
            waits.append(RunHistory.Wait(resource: key, reason: reason, since: time))
        }
    }

    fileprivate mutating func finish(_ outcome: TargetOutcome, _ error: String?, at time: Moment) {
        (self.outcome, self.error, end, waits, deadline) = (outcome, error, time, [], nil)
    }
}
