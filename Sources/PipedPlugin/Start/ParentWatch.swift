import Glibc

/// The process that started this one.
///
/// When piped is killed hard, nobody tells its plugins: they would keep their ports, and the next piped would call them with
/// the settings of the last one.
package struct ParentWatch: Sendable {
    /// The ID of that process, which in a container may well be 1.
    private let parent: Int32

    /// To be made as early as possible: a process that is gone by then is not noticed.
    package init(of parent: Int32 = getppid()) {
        self.parent = parent
    }

    /// Whether the process is gone.
    package var isGone: Bool { getppid() != parent }

    /// Returns when the process is gone.
    ///
    /// The signal that the kernel sends at a parent's death (`PR_SET_PDEATHSIG`) is bound to the thread that started this
    /// process, and Go ends threads while a process goes on. A process whose parent is gone gets another one: that is looked
    /// at.
    ///
    /// - Throws: `CancellationError` when the task is cancelled.
    package func wait(clock: some Clock<Duration> = .continuous) async throws {
        while getppid() == parent { try await clock.sleep(for: .milliseconds(200)) }
    }
}
