import Glibc
import Stages
import UnixSignals

/// Runs a body while SIGINT, SIGTERM and SIGHUP ask it to stop; the second one ends the process with 130.
func withInterrupt<Result: Sendable>(
    _ stop: StopSignal,
    _ body: @escaping @Sendable () async throws -> Result
) async throws -> Result {
    let signals = await UnixSignalsSequence(trapping: .sigint, .sigterm, .sighup)
    return try await withThrowingTaskGroup(of: Void.self) { group in
        group.addTask {
            for await _ in signals {
                if stop.isRequested { _exit(130) }
                stop.request()
                Console.error("stopping after the objects that are being written; once more to stop now")
            }
        }
        let result = try await body()
        group.cancelAll()
        return result
    }
}

/// Returns at the first SIGINT or SIGTERM.
func waitForInterrupt() async {
    for await _ in await UnixSignalsSequence(trapping: .sigint, .sigterm) { return }
}
