/// Looking again and again at what tells nobody when it changes: a file, a process of somebody else, or who waits for a turn.
///
/// Between two looks nothing is done, so that what is waited for can happen, also on a machine with one processor.
package enum Polling {
    /// Returns once a condition holds, which is looked at less and less often, up to ten times a second.
    ///
    /// It returns earlier when the task is cancelled.
    ///
    /// - Throws: What the condition throws.
    package static func wait<Failure: Error>(until holds: () async throws(Failure) -> Bool) async throws(Failure) {
        var pause = Duration.milliseconds(1)
        while try await !holds() {
            guard (try? await Task.sleep(for: pause)) != nil else { return }
            pause = min(pause * 2, .milliseconds(100))
        }
    }
}
