import Manifests
import Rollouts

extension JournalRecord {
    /// Reads one line; an event that this version does not know gives `nil`.
    ///
    /// - Throws: `JournalError.Reason` when a field is missing or of the wrong type, or the format is another one.
    package init?(line: [UInt8]) throws {
        let fields = JournalFields(try Self.tree(of: line))
        time = try fields.parsed("time") { Moment($0) }
        guard let event = try Event(fields) else { return nil }
        self.event = event
    }

    private static func tree(of line: [UInt8]) throws -> Value {
        do {
            return try Value(json: line, file: "line")
        } catch {
            throw JournalError.Reason.malformed("it is no JSON")
        }
    }
}

extension JournalRecord.Event {
    fileprivate init?(_ fields: JournalFields) throws {
        switch try fields.string("event") {
        case "runStarted": self = .runStarted(try RunHeader(fields))
        case "runResumed": self = .runResumed
        case "stageStarted": self = .stageStarted(stage: try fields.stage, name: try fields.string("name"))
        case "targetStarted": self = .targetStarted(try fields.place)
        case "targetPlanned": self = .targetPlanned(try fields.place, steps: try fields.int("steps"))
        case "objectChanged": self = .objectChanged(try fields.place, try fields.change)
        case "trafficRouted":
            self = .trafficRouted(try fields.place, try fields.resource, weights: try fields.shares("weights"))
        case "waitStarted": self = .waitStarted(try fields.place, until: try fields.parsed("until") { Moment($0) })
        case "waiting": self = .waiting(try fields.place, try fields.resource, reason: try fields.string("reason"))
        case "ready": self = .ready(try fields.place, try fields.resource)
        case "note": self = .note(fields.has("target") ? try fields.place : nil, try fields.string("text"))
        case "targetFinished":
            let outcome = try fields.parsed("outcome") { TargetOutcome(rawValue: $0) }
            self = .targetFinished(
                try fields.place,
                outcome,
                error: fields.has("error") ? try fields.string("error") : nil,
                left: try fields.strings("left").compactMap { ResourceKey(journal: $0) }
            )
        case "stageFinished": self = .stageFinished(try JournalRecord.StageEnd(fields))
        case "runInterrupted": self = .runInterrupted
        case "runFinished": self = .runFinished(try fields.parsed("outcome") { StageOutcome(rawValue: $0) })
        default: return nil
        }
    }
}

extension RunHeader {
    fileprivate init(_ fields: JournalFields) throws {
        let version = try fields.int("version")
        guard version == JournalRecord.formatVersion else { throw JournalError.Reason.otherVersion(version) }
        self.init(
            run: RunID(try fields.string("run")),
            application: try fields.string("application"),
            commit: try fields.string("commit"),
            running: fields.has("running") ? try fields.string("running") : nil,
            strategy: try fields.parsed("strategy") { Strategy(rawValue: $0) },
            stages: try fields.strings("stages"),
            targets: try fields.strings("targets"),
            digest: try fields.string("digest")
        )
        servers = try fields.fields("servers").compactMapValues(\.string)
        rollsBack = fields.bool("rollback")
        live = try fields.fields("live").mapValues { ($0.array ?? []).compactMap(\.string) }
    }
}

extension JournalRecord.StageEnd {
    fileprivate init(_ fields: JournalFields) throws {
        self.init(
            stage: try fields.stage,
            outcome: try fields.parsed("outcome") { StageOutcome(rawValue: $0) },
            problems: try fields.strings("problems"),
            isStopped: fields.has("stopped")
        )
    }
}

extension ResourceKey {
    /// Reads `GROUP:KIND:NAMESPACE:NAME`; names of roles may hold colons.
    fileprivate init?(journal text: String) {
        let parts = text.split(separator: ":", maxSplits: 3, omittingEmptySubsequences: false).map(String.init)
        guard parts.count == 4, !parts[1].isEmpty, !parts[3].isEmpty else { return nil }
        self.init(group: parts[0], kind: parts[1], namespace: parts[2], name: parts[3])
    }
}

/// The fields of one line.
private struct JournalFields {
    private let value: Value

    init(_ value: Value) {
        self.value = value
    }

    func has(_ key: String) -> Bool { value[key] != nil }

    /// A truth value, `nil` when it is not there.
    func bool(_ key: String) -> Bool? { value[key]?.bool }

    func string(_ key: String) throws -> String { try required(key, value[key]?.string) }

    func int(_ key: String) throws -> Int { try required(key, value[key]?.int) }

    /// The elements of a list of strings; a list that is not there is empty.
    func strings(_ key: String) throws -> [String] {
        guard let list = value[key] else { return [] }
        let elements = try required(key, list.array)
        let strings = elements.compactMap(\.string)
        return try required(key, strings.count == elements.count ? strings : nil)
    }

    /// The members of a mapping; a mapping that is not there is empty.
    func fields(_ key: String) throws -> [String: Value] {
        guard let mapping = value[key] else { return [:] }
        return try required(key, mapping.mapping).reduce(into: [:]) { $0[$1.key] = $1.value }
    }

    /// Shares in percent.
    func shares(_ key: String) throws -> [String: Int] {
        try required(key, value[key]?.mapping).reduce(into: [:]) { shares, member in
            guard let share = member.value.int else { return }
            shares[member.key] = try required(key, (0...100).contains(share) ? share : nil)
        }
    }

    /// A string that stands for something else.
    func parsed<Parsed>(_ key: String, _ parse: (String) -> Parsed?) throws -> Parsed {
        try required(key, parse(try string(key)))
    }

    var stage: Int {
        get throws {
            let stage = try int("stage")
            return try required("stage", stage >= 0 ? stage : nil)
        }
    }

    var place: JournalRecord.Place {
        get throws { JournalRecord.Place(stage: try stage, target: try string("target")) }
    }

    var resource: ResourceKey {
        get throws { try parsed("resource") { ResourceKey(journal: $0) } }
    }

    var change: ResourceChange {
        get throws {
            ResourceChange(resource: try resource, change: try parsed("change") { Change(rawValue: $0) })
        }
    }

    private func required<Field>(_ key: String, _ field: Field?) throws -> Field {
        guard let field else { throw JournalError.Reason.malformed("field \"\(key)\" is missing or wrong") }
        return field
    }
}
