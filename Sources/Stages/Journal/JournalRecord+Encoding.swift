package import Manifests
import Rollouts

extension JournalRecord {
    /// The line as a tree: `time`, `event`, and the fields of the event.
    package var value: Value {
        var value: Value = ["time": .string("\(time)"), "event": .string(event.name)]
        for (key, field) in event.fields { value[key] = field }
        return value
    }

    /// The line with its line feed.
    package var line: [UInt8] { value.jsonBytes() + [UInt8(ascii: "\n")] }
}

extension JournalRecord.Event {
    /// The name in the field `event`.
    fileprivate var name: String {
        switch self {
        case .runStarted: "runStarted"
        case .runResumed: "runResumed"
        case .stageStarted: "stageStarted"
        case .targetStarted: "targetStarted"
        case .targetPlanned: "targetPlanned"
        case .objectChanged: "objectChanged"
        case .trafficRouted: "trafficRouted"
        case .waitStarted: "waitStarted"
        case .waiting: "waiting"
        case .ready: "ready"
        case .note: "note"
        case .targetFinished: "targetFinished"
        case .stageFinished: "stageFinished"
        case .runInterrupted: "runInterrupted"
        case .runFinished: "runFinished"
        }
    }

    fileprivate var fields: [(String, Value)] {
        switch self {
        case .runStarted(let header): header.fields
        case .runResumed, .runInterrupted: []
        case .stageStarted(let stage, let name): [("stage", .int(stage)), ("name", .string(name))]
        case .targetStarted(let place): place.fields
        case .targetPlanned(let place, let steps): place.fields + [("steps", .int(steps))]
        case .objectChanged(let place, let change):
            place.fields + [("change", .string(change.change.rawValue)), ("resource", .string("\(change.resource)"))]
        case .trafficRouted(let place, let route, let weights):
            place.fields + [("resource", .string("\(route)")), ("weights", .sorted(weights.mapValues(Value.int)))]
        case .waitStarted(let place, let until): place.fields + [("until", .string("\(until)"))]
        case .waiting(let place, let key, let reason):
            place.fields + [("resource", .string("\(key)")), ("reason", .string(reason))]
        case .ready(let place, let key): place.fields + [("resource", .string("\(key)"))]
        case .note(let place, let text): (place?.fields ?? []) + [("text", .string(text))]
        case .targetFinished(let place, let outcome, let error, let left):
            place.fields + [("outcome", .string(outcome.rawValue))] + .present("error", error.map(Value.string))
                + .present("left", left.isEmpty ? nil : .array(left.map { .string("\($0)") }))
        case .stageFinished(let end): end.fields
        case .runFinished(let outcome): [("outcome", .string(outcome.rawValue))]
        }
    }
}

extension RunHeader {
    fileprivate var fields: [(String, Value)] {
        [
            ("version", .int(JournalRecord.formatVersion)), ("run", .string("\(run)")),
            ("application", .string(application)), ("commit", .string(commit)),
        ] + .present("running", running.map(Value.string)) + [
            ("strategy", .string(strategy.rawValue)), ("stages", .array(stages.map(Value.string))),
            ("targets", .array(targets.map(Value.string))), ("digest", .string(digest)),
            ("servers", .sorted(servers.mapValues(Value.string))),
            ("live", .sorted(live.mapValues { .array($0.map(Value.string)) })),
        ] + .present("rollback", rollsBack.map(Value.bool))
    }
}

extension JournalRecord.Place {
    fileprivate var fields: [(String, Value)] { [("stage", .int(stage)), ("target", .string(target))] }
}

extension JournalRecord.StageEnd {
    fileprivate var fields: [(String, Value)] {
        [("stage", .int(stage)), ("outcome", .string(outcome.rawValue))]
            + .present("problems", problems.isEmpty ? nil : .array(problems.map(Value.string)))
            + .present("stopped", isStopped ? true : nil)
    }
}

extension [(String, Value)] {
    /// A field, or none when there is nothing to say.
    fileprivate static func present(_ key: String, _ value: Value?) -> [(String, Value)] {
        value.map { [(key, $0)] } ?? []
    }
}

extension Value {
    /// A mapping, sorted by name.
    fileprivate static func sorted(_ fields: [String: Value]) -> Value {
        .mapping(Mapping(fields.sorted { $0.key < $1.key }.map { ($0.key, $0.value) }))
    }
}
