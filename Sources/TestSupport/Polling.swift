/// Looking again and again at what tells nobody when it changes: a file, or a process of somebody else.
package enum Polling {
    /// Returns once a condition holds, which is looked at less and less often, up to ten times a second.
    ///
    /// - Throws: What the condition throws, and `CancellationError` when the task is cancelled.
    package static func wait(until holds: () throws -> Bool) async throws {
        var pause = Duration.milliseconds(1)
        while try !holds() {
            try await Task.sleep(for: pause)
            pause = min(pause * 2, .milliseconds(100))
        }
    }
}
