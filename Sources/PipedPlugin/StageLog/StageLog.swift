package import Stages

/// How a line of a stage log is marked in the web UI.
package enum LogSeverity: Sendable {
    case info, success, error
}

/// The log of one run of a stage, sent to piped while the stage goes on.
package final class StageLog: Sendable {
    /// Runs a body with a log, and sends what is left of it when the body is done.
    package static func keeping<Result: Sendable>(
        _ address: StageAddress,
        in piped: PipedClient,
        _ body: @Sendable (StageLog) async -> Result
    ) async -> Result {
        await body(StageLog())
    }

    /// Adds a line; from several tasks at once.
    package func write(_ text: String, _ severity: LogSeverity = .info) {
    }

    /// Leaves the log open when the body is done, so that the next process can go on with it.
    package func leaveOpen() {
    }

    /// Adds the line of an event.
    package func write(event: StageEvent) {
    }

    /// Adds the summary.
    package func write(report: StageReport) {
    }
}
