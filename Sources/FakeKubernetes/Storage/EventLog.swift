import Manifests

/// One change of one object.
struct StoreEvent: Sendable {
    enum Change: String, Sendable {
        case added = "ADDED"
        case modified = "MODIFIED"
        case deleted = "DELETED"
    }

    let revision: Int
    let change: Change
    let reference: ObjectReference
    let object: Value
    let previous: Value?

    init(_ revision: Int, _ change: Change, _ reference: ObjectReference, _ object: Value, previous: Value?) {
        self.revision = revision
        self.change = change
        self.reference = reference
        self.object = object
        self.previous = previous
    }
}

/// The latest changes, from which a watch catches up.
struct EventLog: Sendable {
    private static let limit = 20_000

    private var events: [StoreEvent] = []
    /// Changes up to this version are forgotten.
    private(set) var compacted = 0

    mutating func append(_ event: StoreEvent) -> StoreEvent {
        if events.count >= 2 * Self.limit { compact(upTo: events[Self.limit - 1].revision) }
        events.append(event)
        return event
    }

    mutating func compact(upTo revision: Int) {
        compacted = max(compacted, revision)
        events.removeFirst(firstIndex(after: revision))
    }

    /// The changes after a version, oldest first; `nil` when some of them are forgotten.
    func events(after revision: Int) -> ArraySlice<StoreEvent>? {
        guard revision >= compacted else { return nil }
        return events[firstIndex(after: revision)...]
    }

    /// Binary search: versions only grow.
    private func firstIndex(after revision: Int) -> Int {
        var low = 0
        var high = events.count
        while low < high {
            let middle = (low + high) / 2
            if events[middle].revision > revision { high = middle } else { low = middle + 1 }
        }
        return low
    }
}
