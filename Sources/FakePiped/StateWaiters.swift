/// Everybody who waits for the state to change; each is resumed exactly once, when taken off the list.
struct StateWaiters: Sendable {
    private struct Waiter: Sendable {
        let id: Int
        let condition: @Sendable (PipedState) -> Bool
        let continuation: CheckedContinuation<Void, Never>
    }

    private var waiters: [Waiter] = []
    private var lastID = 0

    mutating func nextID() -> Int {
        lastID += 1
        return lastID
    }

    mutating func add(
        _ id: Int,
        _ condition: @escaping @Sendable (PipedState) -> Bool,
        _ continuation: CheckedContinuation<Void, Never>
    ) {
        waiters.append(Waiter(id: id, condition: condition, continuation: continuation))
    }

    /// Takes off those whose condition holds.
    mutating func take(_ state: PipedState) -> [CheckedContinuation<Void, Never>] {
        guard !waiters.isEmpty else { return [] }
        let over = waiters.filter { $0.condition(state) }
        let ids = Set(over.map(\.id))
        waiters.removeAll { ids.contains($0.id) }
        return over.map(\.continuation)
    }

    /// Takes off one.
    mutating func take(_ id: Int) -> CheckedContinuation<Void, Never>? {
        guard let place = waiters.firstIndex(where: { $0.id == id }) else { return nil }
        return waiters.remove(at: place).continuation
    }
}
