package import Logging
import Manifests
import Stages

/// Writes the log of the process, one line for each event.
package struct ProcessLog: LogHandler {
    /// How a line looks.
    package enum Encoding: String, Sendable, CaseIterable {
        /// The message, then its fields as JSON.
        case humanize
        /// Time, level and logger before that.
        case console
        /// One JSON object.
        case json
    }

    package var logLevel: Logger.Level
    package var metadata: Logger.Metadata = [:]
    package var metadataProvider: Logger.MetadataProvider?
    private let label: String
    private let encoding: Encoding
    private let write: @Sendable (String) -> Void

    /// A log.
    ///
    /// - Parameters:
    ///   - label: What the log is called in its lines.
    ///   - encoding: How a line looks.
    ///   - level: The least level that is written.
    ///   - write: Receives each line, without a line feed, from several tasks at once.
    package init(
        label: String,
        encoding: Encoding,
        level: Logger.Level,
        write: @escaping @Sendable (String) -> Void
    ) {
        self.label = label
        self.encoding = encoding
        logLevel = level
        self.write = write
    }

    package subscript(metadataKey key: String) -> Logger.Metadata.Value? {
        get { metadata[key] }
        set { metadata[key] = newValue }
    }

    package func log(event: LogEvent) {
        var fields = metadata.merging(metadataProvider?.get() ?? [:]) { $1 }
        fields.merge(event.metadata ?? [:]) { $1 }
        // Errors may be of several lines.
        let lines = event.message.description.split(whereSeparator: \.isNewline)
        let message = lines.joined(separator: "; ").inOneLine(limit: 16 << 10)
        write(line(message, event, fields.asMapping))
    }

    private func line(_ message: String, _ event: LogEvent, _ fields: Mapping) -> String {
        let severity = event.level.severity
        let details = fields.isEmpty ? "" : "\t\(Value.mapping(fields).jsonText())"
        switch encoding {
        case .humanize:
            let prefix = event.level >= .warning ? "\(severity.lowercased()): " : ""
            return "\(prefix)\(message)\(details)"
        case .console:
            return "\(Moment.now)\t\(severity)\t\(label)\t\(message)\(details)"
        case .json:
            var object: Mapping = [
                "eventTime": .string("\(Moment.now)"), "severity": .string(severity), "logger": .string(label),
                "caller": .string("\(event.file):\(event.line)"), "message": .string(message),
            ]
            for field in fields { object[field.key] = field.value }
            return Value.mapping(object).jsonText()
        }
    }
}

extension Logger.Metadata {
    /// The fields sorted by their names.
    fileprivate var asMapping: Mapping {
        var mapping = Mapping()
        for (key, value) in sorted(by: { $0.key < $1.key }) { mapping[key] = value.asValue }
        return mapping
    }
}

extension Logger.MetadataValue {
    fileprivate var asValue: Manifests.Value {
        switch self {
        case .string(let text): .string(text)
        case .stringConvertible(let value): .string("\(value)")
        case .array(let values): .array(values.map(\.asValue))
        case .dictionary(let fields): .mapping(fields.asMapping)
        }
    }
}

extension Logger.Level {
    /// The level in the words of piped's own log.
    fileprivate var severity: String {
        switch self {
        case .trace, .debug: "DEBUG"
        case .info, .notice: "INFO"
        case .warning: "WARNING"
        case .error: "ERROR"
        case .critical: "CRITICAL"
        }
    }

    /// Reads the name of a level as piped's flag has it; `nil` for any other text.
    package init?(flag text: String) {
        switch text.lowercased() {
        case "debug": self = .debug
        case "info": self = .info
        case "warn", "warning": self = .warning
        case "error": self = .error
        case "dpanic", "panic", "fatal": self = .critical
        default: return nil
        }
    }
}
