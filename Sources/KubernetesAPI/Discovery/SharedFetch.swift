/// Something that is fetched when it is needed, by one at a time.
///
/// Whoever waits meanwhile shares what comes, also an error.
final class SharedFetch<Value: Sendable>: Sendable {
    private struct State {
        var number = 0
        var value: Value?
        var error: (any Error)?
    }

    private let state = Lock(State())
    private let gate = RequestGate(limit: 1)

    /// What came last; a later fetch that failed takes nothing away.
    var value: Value? { state.withLock { $0.value } }

    /// How many fetches there were.
    var number: Int { state.withLock { $0.number } }

    /// Fetches, unless somebody else did since the given number of fetches; then that result counts.
    func fetch(since number: Int, _ body: () async throws -> Value) async throws -> Value {
        try await gate.run {
            if let result = result(after: number) { return try result.get() }
            do {
                let value = try await body()
                state.withLock { $0 = State(number: $0.number + 1, value: value) }
                return value
            } catch {
                // Whoever is cancelled has not tried; the next one does.
                guard !(error is CancellationError) else { throw error }
                state.withLock { state in
                    state.number += 1
                    state.error = error
                }
                throw error
            }
        }
    }

    private func result(after number: Int) -> Result<Value, any Error>? {
        state.withLock { state in
            guard state.number > number else { return nil }
            return state.error.map { .failure($0) } ?? state.value.map { .success($0) }
        }
    }
}
