public import Manifests

extension ClusterClient {
    /// Waits until objects are current.
    ///
    /// Looks again and again, with growing pauses of at most a second, at one list for each type and namespace; objects of
    /// kinds that are always current cost no request. Answers that fail to come are waited out. It ends when all are
    /// settled, when one has failed (the others then say how far they are), or when the time is over.
    ///
    /// - Parameters:
    ///   - targets: The objects, as our writes left them.
    ///   - deadline: How long to wait at most.
    ///   - clock: What measures and sleeps.
    ///   - onProgress: Told of every change.
    /// - Returns: The last known readiness of each object.
    /// - Throws: `APIError` when the cluster refuses to show the objects, `CancellationError` when cancelled.
    public func waitUntilReady(
        _ targets: [ReadinessTarget],
        deadline: Duration,
        clock: any Clock<Duration> = ContinuousClock(),
        onProgress: @Sendable (ResourceKey, Readiness) -> Void = { _, _ in }
    ) async throws -> [ResourceKey: Readiness] {
        var wait = ReadinessWait(client: self, targets: targets)
        wait.announce(onProgress)
        try await wait.run(for: deadline, on: clock, onProgress: onProgress)
        return wait.states
    }
}

/// One wait for objects: what is known so far.
struct ReadinessWait {
    private let client: ClusterClient
    private let targets: [ReadinessTarget]
    private var look: ReadinessLook
    /// The last known readiness of each object.
    private(set) var states: [ResourceKey: Readiness]

    init(client: ClusterClient, targets: [ReadinessTarget]) {
        self.client = client
        self.targets = targets
        look = ReadinessLook(client: client)
        states = targets.reduce(into: [:]) { states, target in
            let needsWaiting = Readiness.needsWaiting(target.mapping.groupVersionKind.groupKind)
            states[target.key] = needsWaiting ? .inProgress("not looked at yet") : .current
        }
    }

    /// Tells of the objects that need no look.
    func announce(_ onProgress: (ResourceKey, Readiness) -> Void) {
        for target in targets where states[target.key] == .current { onProgress(target.key, .current) }
    }

    /// Looks until there is nothing more to wait for.
    mutating func run<C: Clock<Duration>>(
        for deadline: Duration,
        on clock: C,
        onProgress: (ResourceKey, Readiness) -> Void
    ) async throws {
        let start = clock.now
        let end = start.advanced(by: deadline)
        var pause: Duration = .milliseconds(50)
        while !isOver {
            let open = targets.filter { !isSettled($0) }
            look.seesPods = start.duration(to: clock.now) >= .milliseconds(300)
            guard let found = try await within(end, clock, { [look] in try await look.readiness(of: open) }) else {
                return
            }
            for target in open {
                guard let state = found[target.key], states.updateValue(state, forKey: target.key) != state else {
                    continue
                }
                onProgress(target.key, state)
            }
            let left = clock.now.duration(to: end)
            guard !isOver, left > .zero else { return }
            try await clock.sleep(for: min(pause * Double.random(in: 0.8...1.2), left))
            pause = min(pause * 1.5, .seconds(1))
        }
    }

    private var isOver: Bool {
        states.values.contains(where: \.isFailure) || states.values.allSatisfy(\.isSettled)
    }

    private func isSettled(_ target: ReadinessTarget) -> Bool {
        states[target.key]?.isSettled ?? true
    }
}

/// Runs a body until a moment, when it is cancelled; `nil` when it was not done by then.
private func within<C: Clock<Duration>, Result: Sendable>(
    _ end: C.Instant,
    _ clock: C,
    _ body: @escaping @Sendable () async throws -> Result
) async throws -> Result? {
    try await withThrowingTaskGroup(of: Result?.self) { group in
        group.addTask { try await body() }
        group.addTask {
            try await clock.sleep(until: end, tolerance: nil)
            return nil
        }
        defer { group.cancelAll() }
        return try await group.next() ?? nil
    }
}
