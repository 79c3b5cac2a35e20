/// Makes one value for each key, once, also for those who ask while it is being made, who get the same even if it is not kept.
///
/// Who waits for a value does so until it is there, even if cancelled: what makes it must end by itself.
actor OnceForEach<Key: Hashable & Sendable, Value: Sendable> {
    private enum State {
        /// Being made; these wait for it. Goes to `made`, or is forgotten.
        case making([CheckedContinuation<Value?, Never>])
        /// Made, for good.
        case made(Value)
    }

    private var states: [Key: State] = [:]

    /// The value of a key.
    ///
    /// - Parameters:
    ///   - key: What the value belongs to.
    ///   - isKept: Whether a value is kept; for one that is not, the next one who asks makes another.
    ///   - make: Makes it, apart from the actor, which others ask meanwhile; `nil` is not kept, and those who wait make it
    ///     themselves.
    /// - Returns: The value, or the `nil` of this caller's own making.
    func value(
        for key: Key,
        keeping isKept: @Sendable (Value) -> Bool = { _ in true },
        _ make: @concurrent @Sendable () async -> Value?
    ) async -> Value? {
        while case .making = states[key] {
            let value: Value? = await withCheckedContinuation { continuation in
                guard case .making(let waiters) = states[key] else { return continuation.resume(returning: nil) }
                states[key] = .making(waiters + [continuation])
            }
            if let value { return value }
        }
        if case .made(let value) = states[key] { return value }
        states[key] = .making([])
        let value = await make()
        let waiters: [CheckedContinuation<Value?, Never>] =
            if case .making(let waiters) = states[key] { waiters } else { [] }
        states[key] = value.flatMap { isKept($0) ? .made($0) : nil }
        for waiter in waiters { waiter.resume(returning: value) }
        return value
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
