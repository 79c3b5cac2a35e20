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
/// before the first event is asked for; dropping the iterator ends the watch.
public struct WatchEvents: AsyncSequence, Sendable {
    let client: ClusterClient
    let call: Result<APICall, APIError>
    let mapping: ResourceMapping

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
                    if let event = try events.client.event(line, events.mapping, call) { return event }
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
            return opened
        }
    }
}

extension ClusterClient {
    /// Watches the objects of a type from a version on, that of a list or of an earlier event.
    ///
    /// - Parameters:
    ///   - mapping: The type.
    ///   - namespace: Where to look, `nil` for all namespaces and for types without them.
    ///   - selector: The labels that the objects must have.
    ///   - resourceVersion: What the caller knows already.
    /// - Returns: The events from then on.
    public func watch(
        _ mapping: ResourceMapping,
        namespace: String? = nil,
        selector: LabelSelector = .everything,
        from resourceVersion: String
    ) -> WatchEvents {
        WatchEvents(
            client: self,
            call: Result { () throws(APIError) in
                try watchCall(mapping, namespace: namespace, selector: selector, from: resourceVersion)
            },
            mapping: mapping
        )
    }

    private func watchCall(
        _ mapping: ResourceMapping,
        namespace: String?,
        selector: LabelSelector,
        from resourceVersion: String
    ) throws(APIError) -> APICall {
        let seconds = Int.random(in: 300...600)
        var call = try call(.watch, mapping, namespace: namespace, name: nil)
        call.query =
            selector.query + [
                (name: "watch", value: "1"), (name: "allowWatchBookmarks", value: "true"),
                (name: "resourceVersion", value: resourceVersion), (name: "timeoutSeconds", value: "\(seconds)"),
            ]
        // The server ends it; this only catches a connection that died without a word.
        call.timeout = .seconds(seconds + 60)
        return call
    }

    fileprivate func openStream(_ call: APICall, mayRenew: Bool = true) async throws -> HTTPStream {
        let request = try await request(for: call)
        let stream = engine.stream(request)
        do {
            let head = try await stream.head()
            guard !(200..<300).contains(head.status) else { return stream }
            if head.status == 401, mayRenew, renews(request) {
                stream.cancel()
                return try await openStream(call, mayRenew: false)
            }
            var body: [UInt8] = []
            while body.count < 64 << 10, let bytes = try await stream.next() { body += bytes }
            throw error(call, APIStatus(body: body, code: head.status))
        } catch let failure as HTTPFailure {
            throw error(call, failure)
        }
    }

    fileprivate func read(_ stream: HTTPStream, _ call: APICall) async throws -> [UInt8]? {
        do {
            return try await stream.next()
        } catch let failure as HTTPFailure {
            throw error(call, failure)
        }
    }

    /// Reads one line of a watch, `nil` for an event that we do not know.
    fileprivate func event(_ line: [UInt8], _ mapping: ResourceMapping, _ call: APICall) throws -> WatchEvent? {
        let value = try value(of: line, call)
        let object = value["object"] ?? .null
        switch value["type"]?.string {
        case "ADDED": return .added(try resource(object, mapping, call))
        case "MODIFIED": return .modified(try resource(object, mapping, call))
        case "DELETED": return .deleted(try resource(object, mapping, call))
        case "BOOKMARK":
            return .bookmark(resourceVersion: object[path: "metadata", "resourceVersion"]?.string ?? "")
        case "ERROR":
            throw error(call, APIStatus(object) ?? APIStatus(body: line, code: 500))
        default: return nil
        }
    }
}

/// Cuts bytes into lines.
struct LineSplitter {
    private let longestLine: Int
    private var bytes: [UInt8] = []
    private var start = 0
    private var searched = 0

    init(longestLine: Int) {
        self.longestLine = longestLine
    }

    /// Whether nothing of an unfinished line is left.
    var isAtLineStart: Bool { start == bytes.count }

    /// Adds bytes; `false` when an unfinished line is too long.
    mutating func append(_ more: [UInt8]) -> Bool {
        bytes.removeFirst(start)
        searched -= start
        start = 0
        defer { bytes += more }
        return bytes.count <= longestLine
    }

    /// The next whole line without its line feed.
    mutating func next() -> [UInt8]? {
        guard let end = bytes[searched...].firstIndex(of: UInt8(ascii: "\n")) else {
            searched = bytes.count
            return nil
        }
        defer {
            start = end + 1
            searched = start
        }
        return Array(bytes[start..<end])
    }
}
