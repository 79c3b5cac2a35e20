import KubernetesAPI

/// Wakes one task that waits; a ring while nobody waits is kept.
final class Bell: Sendable {
    private enum State {
        case silent
        /// Goes to `silent` when somebody listens.
        case rung
        /// Goes to `silent` with the next ring.
        case awaited(CheckedContinuation<Void, Never>)
    }

    private let state = Lock(State.silent)

    /// Wakes the one who waits, or the next one who would.
    func ring() {
        let waiter = state.withLock { state -> CheckedContinuation<Void, Never>? in
            guard case .awaited(let waiter) = state else {
                state = .rung
                return nil
            }
            state = .silent
            return waiter
        }
        waiter?.resume()
    }

    /// Returns with the next ring, which comes by itself after a limit; a task that is cancelled waits for a real one.
    func wait(atMost limit: Duration?, by clock: any Clock<Duration>) async {
        await withTaskGroup(of: Void.self) { group in
            if let limit {
                group.addTask {
                    guard (try? await clock.sleep(for: limit)) != nil else { return }
                    self.ring()
                }
            }
            await wait()
            group.cancelAll()
        }
    }

    private func wait() async {
        await withCheckedContinuation { continuation in
            let isRung = state.withLock { state in
                if case .rung = state {
                    state = .silent
                    return true
                }
                state = .awaited(continuation)
                return false
            }
            if isRung { continuation.resume() }
        }
    }
}
