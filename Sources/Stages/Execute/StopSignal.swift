import KubernetesAPI

/// A wish to stop that lets every write that has started end.
///
/// Execution looks at it before each object and in each turn of a wait. Cancelling the task, in contrast, aborts requests.
package final class StopSignal: Sendable {
    private let flag = Lock(false)

    package init() {}

    /// Asks for the stop.
    package func request() {
        flag.withLock { $0 = true }
    }

    /// Whether the stop was asked for.
    package var isRequested: Bool { flag.withLock { $0 } || Task.isCancelled }
}
