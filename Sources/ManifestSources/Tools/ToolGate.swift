/// Lets a bounded number of bodies run at once, in the order in which they come.
actor ToolGate {
    private var free: Int
    private var queue: [(number: Int, turn: AsyncStream<Void>.Continuation)] = []
    private var count = 0

    /// A gate that lets so many through.
    init(limit: Int) {
        free = max(1, limit)
    }

    /// Whether the next one need not wait.
    var isFree: Bool { free > 0 }

    /// How many wait.
    var waiting: Int { queue.count }

    /// Runs a body when there is room for it.
    ///
    /// - Throws: What the body throws, `cancelled` when the task was cancelled before.
    func run<Value: Sendable>(
        _ body: @concurrent @Sendable () async throws(ManifestSourceError) -> Value
    ) async throws(ManifestSourceError) -> Value {
        try await enter()
        defer { leave() }
        guard !Task.isCancelled else { throw .cancelled }
        return try await body()
    }

    private func enter() async throws(ManifestSourceError) {
        guard free == 0 else {
            free -= 1
            return
        }
        count += 1
        let (number, (turns, turn)) = (count, AsyncStream.makeStream(of: Void.self))
        queue.append((number, turn))
        // Ends when it is the turn of this one, who then is no longer in the queue, or when the task is cancelled.
        for await _ in turns {}
        guard let place = queue.firstIndex(where: { $0.number == number }) else { return }
        queue.remove(at: place)
        throw .cancelled
    }

    private func leave() {
        guard !queue.isEmpty else { return free += 1 }
        queue.removeFirst().turn.finish()
    }
}
