import Manifests

/// What happened to an object that is watched.
public enum WatchEvent: Sendable {
    /// It is new, or has come to match the selector.
    case added(LiveResource)
    /// It changed.
    case modified(LiveResource)
    /// It is gone, or does not match the selector any more; its last state.
    case deleted(LiveResource)
    /// Nothing happened up to this resource version, from which a later watch may go on.
    case bookmark(resourceVersion: String)

    /// The version from which a watch after this event goes on.
    public var resourceVersion: String {
        switch self {
        case .added(let resource), .modified(let resource), .deleted(let resource): resource.resourceVersion
        case .bookmark(let version): version
        }
    }
}

/// The changes of the objects of a type, as they happen.
///
/// Ends when the server has had enough, after some minutes: watch again from the `resourceVersion` of the last event.
/// Throws an `APIError` with `.expired` when the server no longer remembers the version: list again. Nothing is sent
/// before the first event is asked for; dropping the iterator ends the watch. A `Reflector` does all this by itself.
public struct WatchEvents: AsyncSequence, Sendable {
    let client: ClusterClient
    let call: Result<APICall, APIError>
    let mapping: ResourceMapping
    var content = ObjectContent.whole
    /// Makes of each object what is given of it.
    var reduce: @Sendable (Value) -> Value = { $0 }
    /// Told when the server has taken the watch: a quiet one may say nothing for a long time.
    var onOpen: @Sendable () -> Void = {}

    /// Starts a watch.
    public func makeAsyncIterator() -> Iterator {
        Iterator(events: self)
    }

    /// Reads the events of one watch.
    public struct Iterator: AsyncIteratorProtocol {
        private let events: WatchEvents
        private var stream: HTTPStream?
        private var lines = LineSplitter(longestLine: 16 << 20)
        private var isDone = false

        fileprivate init(events: WatchEvents) {
            self.events = events
        }

        /// Waits for the next event; `nil` when the server ends the watch.
        public mutating func next() async throws -> WatchEvent? {
            guard !isDone else { return nil }
            do {
                let event = try await nextEvent()
                isDone = event == nil
                return event
            } catch {
                isDone = true
                stream = nil
                throw error
            }
        }

        private mutating func nextEvent() async throws -> WatchEvent? {
            let call = try events.call.get()
            let stream = try await open(call)
            while true {
                if let line = lines.next() {
                    guard !line.isEmpty else { continue }
                    if let event = try events.client.event(line, events.mapping, call, events.kept) { return event }
                    continue
                }
                guard let bytes = try await events.client.read(stream, call) else { break }
                guard lines.append(bytes) else {
                    throw events.client.error(call, APIError.Reason.tooLarge(limit: 16 << 20))
                }
            }
            guard lines.isAtLineStart else {
                let address = events.client.configuration.server.authority
                throw events.client.error(call, .connectionLost(address: address, cause: "it ended inside an event"))
            }
            return nil
        }

        private mutating func open(_ call: APICall) async throws -> HTTPStream {
            if let stream { return stream }
            let opened = try await events.client.openStream(call)
            stream = opened
            events.onOpen()
            return opened
        }
    }

    /// What is given of an object.
    private func kept(_ object: Value) -> Value {
        reduce(content == .whole ? object : mapping.metadataOnly(object))
    }
}
