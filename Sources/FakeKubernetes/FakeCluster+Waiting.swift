/// What a cluster has seen and keeps open.
package struct Observation: Sendable {
    /// The latest requests, oldest first.
    package let requests: [RecordedRequest]
    /// The number of open watches.
    package let openWatches: Int
}

extension FakeCluster {
    /// Waits until a condition holds, which is looked at now and whenever something happens in the cluster.
    ///
    /// Cancelling the task ends the wait.
    package func wait(until condition: @escaping @Sendable (Observation) -> Bool) async {
        let id = RandomNames.uid()
        await withTaskCancellationHandler {
            await withCheckedContinuation { continuation in
                core.withState { $0.waiters.add(Waiter(id: id, condition: condition, continuation: continuation)) }
                if Task.isCancelled { core.withState { $0.waiters.end(id) } }
            }
        } onCancel: {
            core.withState { $0.waiters.end(id) }
        }
    }
}

/// Somebody who waits for something to happen in a cluster.
struct Waiter: Sendable {
    let id: String
    let condition: @Sendable (Observation) -> Bool
    let continuation: CheckedContinuation<Void, Never>
}

/// Everybody who waits; each is resumed exactly once, when taken off the list.
struct WaiterList: Sendable {
    private var waiters: [Waiter] = []

    mutating func add(_ waiter: Waiter) {
        waiters.append(waiter)
    }

    /// Resumes one waiter, if it is still there.
    mutating func end(_ id: String) {
        resume { $0.id == id }
    }

    /// Resumes those whose condition holds.
    mutating func look(at observation: @autoclosure () -> Observation) {
        guard !waiters.isEmpty else { return }
        let seen = observation()
        resume { $0.condition(seen) }
    }

    private mutating func resume(_ isOver: (Waiter) -> Bool) {
        let over = waiters.filter(isOver)
        let ids = Set(over.map(\.id))
        waiters.removeAll { ids.contains($0.id) }
        for waiter in over { waiter.continuation.resume() }
    }
}

extension ClusterState {
    /// Lets everybody go on whose condition holds now.
    mutating func resumeWaiters() {
        waiters.look(at: Observation(requests: requests.latest, openWatches: watchers.count))
    }
}
