import Manifests

/// Where the events of one watch go.
protocol WatchSink: Sendable {
    /// Takes one event; called in order, never blocking.
    func send(_ event: WatchEvent)
    /// Ends the stream after the events so far.
    func end()
}

/// One line of a watch.
struct WatchEvent: Sendable {
    let type: String
    let object: Value

    var line: [UInt8] {
        let value: Value = ["type": .string(type), "object": object]
        return value.jsonBytes() + [UInt8(ascii: "\n")]
    }
}

/// One open watch.
struct Watcher: Sendable {
    let selector: ObjectSelector
    let presentation: Presentation
    let wantsBookmarks: Bool
    let sink: any WatchSink

    /// Sends an event as this watch sees it: an object that stops matching is deleted, one that starts is added.
    func send(_ event: StoreEvent) {
        guard event.reference.type == presentation.type.groupResource else { return }
        let matches = event.change != .deleted && selector.matches(event.object)
        let matched = event.previous.map(selector.matches) ?? false
        switch (matched, matches) {
        case (false, false): return
        case (false, true): send("ADDED", event.object)
        case (true, true): send("MODIFIED", event.object)
        case (true, false):
            var last = event.change == .deleted ? event.object : event.previous ?? event.object
            last.setMetadata("resourceVersion", .string(String(event.revision)))
            send("DELETED", last)
        }
    }

    func send(_ type: String, _ object: Value) {
        sink.send(WatchEvent(type: type, object: presentation.object(object)))
    }

    func bookmark(_ revision: Int, initialEventsEnd: Bool = false) {
        let object = presentation.bookmark(revision, initialEventsEnd: initialEventsEnd)
        sink.send(WatchEvent(type: "BOOKMARK", object: object))
    }
}

/// The open watches of one cluster.
struct WatcherList: Sendable {
    private var watchers: [Int: Watcher] = [:]
    private var nextID = 1

    var count: Int { watchers.count }

    mutating func add(_ watcher: Watcher) -> Int {
        defer { nextID += 1 }
        watchers[nextID] = watcher
        return nextID
    }

    @discardableResult
    mutating func remove(_ id: Int) -> Watcher? {
        watchers.removeValue(forKey: id)
    }

    subscript(id: Int) -> Watcher? { watchers[id] }

    /// Tells every watch of the type, oldest watch first.
    func publish(_ event: StoreEvent) {
        for (_, watcher) in watchers.sorted(by: { $0.key < $1.key }) { watcher.send(event) }
    }

    /// Sends one event to all watches of a type and ends them.
    mutating func end(type: GroupResource?, with event: WatchEvent? = nil) {
        for (id, watcher) in watchers where type == nil || watcher.presentation.type.groupResource == type {
            if let event { watcher.sink.send(event) }
            watcher.sink.end()
            watchers[id] = nil
        }
    }
}
