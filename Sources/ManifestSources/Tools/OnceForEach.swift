/// Makes one value for each key, once, also for those who ask while it is being made.
///
/// Who waits for a value does so until it is there, even if cancelled: what makes it must end by itself.
actor OnceForEach<Key: Hashable & Sendable, Value: Sendable> {
    private enum State {
        /// Being made; these wait for it. Goes to `made`, or is forgotten.
        case making([CheckedContinuation<Void, Never>])
        /// Made, for good.
        case made(Value)
    }

    private var states: [Key: State] = [:]

    /// The value of a key.
    ///
    /// - Parameters:
    ///   - key: What the value belongs to.
    ///   - make: Makes it; `nil` is not kept, and the next one who asks makes it again.
    /// - Returns: The value, or the `nil` of this caller's own making.
    func value(for key: Key, _ make: @Sendable () async -> Value?) async -> Value? {
        while case .making = states[key] {
            await withCheckedContinuation { continuation in
                guard case .making(let waiters) = states[key] else { return continuation.resume() }
                states[key] = .making(waiters + [continuation])
            }
        }
        if case .made(let value) = states[key] { return value }
        states[key] = .making([])
        let value = await make()
        let waiters: [CheckedContinuation<Void, Never>] =
            if case .making(let waiters) = states[key] { waiters } else { [] }
        states[key] = value.map(State.made)
        for waiter in waiters { waiter.resume() }
        return value
    }
}
