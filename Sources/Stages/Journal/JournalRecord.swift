package import Manifests

/// One line of a journal: something that happened in a run, and when.
///
/// Stages are counted from 0; the rollback has the number behind the last one.
package struct JournalRecord: Sendable, Hashable {
    /// What happened.
    package enum Event: Sendable, Hashable {
        /// The run began.
        case runStarted(RunHeader)
        /// The run went on in another process.
        case runResumed
        /// A stage, or the rollback, began.
        case stageStarted(stage: Int, name: String)
        /// Planning began for a target.
        case targetStarted(Place)
        /// The plan for a target was made, with so many steps.
        case targetPlanned(Place, steps: Int)
        /// An object was written or deleted.
        case objectChanged(Place, ResourceChange)
        /// Traffic was routed: the share of each variant in percent, by its name.
        case trafficRouted(Place, ResourceKey, weights: [String: Int])
        /// A wait for objects to become ready began; it gives up at that moment.
        case waitStarted(Place, until: Moment)
        /// An object is waited for, and why it is not ready.
        case waiting(Place, ResourceKey, reason: String)
        /// An object that was waited for is ready.
        case ready(Place, ResourceKey)
        /// Something the user was told, about one target or about all.
        case note(Place?, String)
        /// A stage ended on a target, with why it did not succeed and what was not done.
        case targetFinished(Place, TargetOutcome, error: String?, left: [ResourceKey])
        /// A stage ended on all targets.
        case stageFinished(StageEnd)
        /// The run was asked to stop; it may go on in another process.
        case runInterrupted
        /// The run is over.
        case runFinished(StageOutcome)
    }

    /// One stage on one target.
    package struct Place: Sendable, Hashable {
        /// The number of the stage.
        package let stage: Int
        /// The name of the target.
        package let target: String

        package init(stage: Int, target: String) {
            self.stage = stage
            self.target = target
        }
    }

    /// How a stage ended.
    package struct StageEnd: Sendable, Hashable {
        /// The number of the stage.
        package let stage: Int
        /// How it ended over all targets.
        package let outcome: StageOutcome
        /// Why it could not be planned at all, one line each.
        package let problems: [String]
        /// Whether it ended because the run was asked to stop.
        package let isStopped: Bool

        package init(stage: Int, outcome: StageOutcome, problems: [String] = [], isStopped: Bool = false) {
            self.stage = stage
            self.outcome = outcome
            self.problems = problems
            self.isStopped = isStopped
        }
    }

    /// When it happened.
    package let time: Moment
    /// What happened.
    package let event: Event

    package init(time: Moment, event: Event) {
        self.time = time
        self.event = event
    }

    /// The version of the format; it grows when a reader of old journals would misunderstand new ones.
    package static let formatVersion = 1
}

extension JournalRecord.Event {
    /// How sure a line must be to survive that the machine loses its power.
    enum Durability {
        /// The run does not go on before it is on the disk.
        case certain
        /// It goes to the disk soon.
        case likely
        /// It goes to the disk with a later line.
        case any
    }

    var durability: Durability {
        switch self {
        case .runStarted, .runResumed, .stageFinished, .runInterrupted, .runFinished: .certain
        case .targetFinished: .likely
        case .stageStarted, .targetStarted, .targetPlanned, .objectChanged, .trafficRouted, .note: .any
        case .waitStarted, .waiting, .ready: .any
        }
    }
}
