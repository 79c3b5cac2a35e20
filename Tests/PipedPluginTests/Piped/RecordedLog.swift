import KubernetesAPI
import Logging

/// A log of the process that tests can read.
final class RecordedLog: Sendable {
    private let entries = Lock<[String]>([])

    /// What was logged: `error deployTarget=eu: text`.
    var lines: [String] { entries.withLock { $0 } }

    /// A logger that writes here.
    var logger: Logger {
        Logger(label: "test") { _ in Handler(log: self) }
    }

    private struct Handler: LogHandler {
        let log: RecordedLog
        var metadata: Logger.Metadata = [:]
        var logLevel = Logger.Level.trace

        subscript(metadataKey key: String) -> Logger.Metadata.Value? {
            get { metadata[key] }
            set { metadata[key] = newValue }
        }

        func log(event: LogEvent) {
            let target = metadata["deployTarget"].map { " deployTarget=\($0)" } ?? ""
            log.entries.withLock { $0.append("\(event.level)\(target): \(event.message)") }
        }
    }
}
