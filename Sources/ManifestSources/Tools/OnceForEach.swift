/// Makes one value for each key, once, also for those who ask while it is being made, who get the same even if it is not kept.
///
/// Who is cancelled no longer waits for a value that another one makes.
actor OnceForEach<Key: Hashable & Sendable, Value: Sendable> {
    private enum State {
        /// Being made; these wait for it. Goes to `made`, or is forgotten.
        case making([Int: AsyncStream<Value>.Continuation])
        /// Made, for as long as it is kept.
        case made(Value)
    }

    private var states: [Key: State] = [:]
    private var count = 0

    /// The value of a key.
    ///
    /// - Parameters:
    ///   - key: What the value belongs to.
    ///   - isKept: Whether a value is kept, looked at each time; for one that is not, the next one who asks makes another.
    ///   - make: Makes it, apart from the actor, which others ask meanwhile; `nil` is not kept, and those who wait make it
    ///     themselves.
    /// - Returns: The value, `nil` when the task is cancelled while another one makes it, or that of this caller's own making.
    func value(
        for key: Key,
        keeping isKept: @Sendable (Value) -> Bool = { _ in true },
        _ make: @concurrent @Sendable () async -> Value?
    ) async -> Value? {
        while case .making(let waiters) = states[key] {
            let made = await next(waiters, key)
            if made != nil || Task.isCancelled { return made }
        }
        if case .made(let value) = states[key], isKept(value) { return value }
        states[key] = .making([:])
        let value = await make()
        let waiters: [Int: AsyncStream<Value>.Continuation] =
            if case .making(let waiters) = states[key] { waiters } else { [:] }
        states[key] = value.flatMap { isKept($0) ? .made($0) : nil }
        for waiter in waiters.values {
            if let value { waiter.yield(value) }
            waiter.finish()
        }
        return value
    }

    /// What another one makes.
    private func next(_ waiters: [Int: AsyncStream<Value>.Continuation], _ key: Key) async -> Value? {
        count += 1
        let (number, (values, waiter)) = (count, AsyncStream.makeStream(of: Value.self))
        states[key] = .making(waiters.merging([number: waiter]) { $1 })
        var value: Value?
        for await made in values { value = made }
        // One that was cancelled still stands there.
        if case .making(var others) = states[key], others.removeValue(forKey: number) != nil {
            states[key] = .making(others)
        }
        return value
    }

    /// Whether the value of a key is being made.
    func isMaking(_ key: Key) -> Bool {
        guard case .making = states[key] else { return false }
        return true
    }

    /// How many wait for the value of a key.
    func waiters(for key: Key) -> Int {
        guard case .making(let waiters) = states[key] else { return 0 }
        return waiters.count
    }
}

extension Result {
    /// Whether it is worth keeping: what failed may work the next time.
    var isSuccess: Bool {
        guard case .success = self else { return false }
        return true
    }
}
