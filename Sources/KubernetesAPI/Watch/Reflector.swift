public import Manifests

/// What happens to the objects of a type, beginning with those that are there.
public enum ResourceChange: Sendable {
    /// Everything that is there; always the first change, and only that.
    case synced([LiveResource])
    /// An object is new, or has come to match the selector.
    case added(LiveResource)
    /// An object changed.
    case modified(LiveResource)
    /// An object is gone, or does not match the selector any more.
    case deleted(ResourceKey, uid: String)
}

/// The objects of a type as they are, and then every change, for as long as somebody asks.
///
/// Lists, watches from there, and watches again when a watch ends. When the server has forgotten what changed meanwhile, it
/// lists again and tells the differences only. Failures that may pass are waited out, also certificates and credentials
/// that somebody may renew. It never ends by itself: it throws the `APIError` that cannot heal (not allowed, not served), or
/// a `CancellationError`. Nothing is sent before the first change is asked for; dropping the iterator ends the watch. Of an
/// object only key, UID and version are kept; a list is read page by page, so that of a large one no more is in memory at
/// once than a page, and what `reduce` makes of the rest.
public struct Reflector: AsyncSequence, Sendable {
    let client: ClusterClient
    let mapping: ResourceMapping
    let namespace: String?
    let selector: LabelSelector
    /// How much of each object is asked for.
    public var content = ObjectContent.whole
    /// Makes of each object what is told of it, of which kind, name, UID and version are a part.
    public var reduce: @Sendable (Value) -> Value = { $0 }
    /// Told of every failure that is waited out, and with `nil` whenever a list was read or a watch was opened.
    public var onTrouble: @Sendable (APIError?) -> Void = { _ in }
    /// The time that never jumps, for how long all went well.
    var now: @Sendable () -> ContinuousClock.Instant = { .now }

    /// Starts with a list.
    public func makeAsyncIterator() -> Iterator {
        Iterator(self)
    }

    /// Follows the changes.
    public struct Iterator: AsyncIteratorProtocol {
        private let reflector: Reflector
        private var known = KnownObjects()
        private var changes: ArraySlice<ResourceChange> = []
        /// From where to watch; `nil` when a list has to say that.
        private var version: String?
        private var watch: (events: WatchEvents.Iterator, openedAt: ContinuousClock.Instant, hasSpoken: Bool)?
        private var backoff: Backoff
        private var isDone = false

        fileprivate init(_ reflector: Reflector) {
            self.reflector = reflector
            backoff = Backoff(jitter: reflector.client.retry.jitter, at: reflector.now())
        }

        /// Waits for the next change; `nil` only after an error.
        public mutating func next() async throws -> ResourceChange? {
            while !isDone {
                if let change = changes.popFirst() { return change }
                do {
                    try Task.checkCancellation()
                    try await advance()
                } catch {
                    isDone = true
                    watch = nil
                    throw error
                }
            }
            return nil
        }

        private mutating func advance() async throws {
            do {
                if let version { try await follow(from: version) } else { try await list() }
            } catch let error as APIError where error.mayHeal {
                if error.needsList { version = nil }
                if !error.isExpired { reflector.onTrouble(error) }
                try await pause()
            }
        }

        private mutating func list() async throws {
            let list = try await reflector.client.list(
                reflector.mapping,
                namespace: reflector.namespace,
                selector: reflector.selector,
                content: reflector.content,
                reduce: reflector.reduce
            )
            reflector.onTrouble(nil)
            changes = known.replace(with: list.items)[...]
            version = list.resourceVersion
        }

        private mutating func follow(from version: String) async throws {
            var watch =
                watch ?? (reflector.events(from: version).makeAsyncIterator(), reflector.now(), hasSpoken: false)
            self.watch = nil
            guard let event = try await watch.events.next() else {
                // A server that ends a watch at once, or before it said anything, might do so again and again.
                if !watch.hasSpoken || reflector.now() - watch.openedAt < .seconds(1) { try await pause() }
                return
            }
            watch.hasSpoken = true
            self.watch = watch
            if !event.resourceVersion.isEmpty { self.version = event.resourceVersion }
            changes = known.apply(event)[...]
        }

        private mutating func pause() async throws {
            try await reflector.client.retry.sleep(backoff.wait(at: reflector.now()))
            backoff.goOn(at: reflector.now())
        }
    }

    private func events(from version: String) -> WatchEvents {
        var events = client.watch(mapping, namespace: namespace, selector: selector, content: content, from: version)
        events.reduce = reduce
        events.onOpen = { onTrouble(nil) }
        return events
    }
}

extension ClusterClient {
    /// Follows the objects of a type.
    ///
    /// - Parameters:
    ///   - mapping: The type.
    ///   - namespace: Where to look, `nil` for all namespaces and for types without them.
    ///   - selector: The labels that the objects must have.
    /// - Returns: Everything there is, then every change.
    public func reflector(
        _ mapping: ResourceMapping,
        namespace: String? = nil,
        selector: LabelSelector = .everything
    ) -> Reflector {
        Reflector(client: self, mapping: mapping, namespace: namespace, selector: selector)
    }
}

extension APIError {
    /// Whether waiting may help whoever has time: files and plugins are looked at again, a bad answer may have been one.
    fileprivate var mayHeal: Bool {
        switch reason {
        case .tls, .credentials: true
        default: isTransient || needsList
        }
    }

    /// Whether a watch from the same version would end in the same way.
    fileprivate var needsList: Bool {
        switch reason {
        case .expired, .malformedAnswer: true
        default: false
        }
    }
}
