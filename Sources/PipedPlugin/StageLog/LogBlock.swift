/// How a line of a stage log is marked in the web UI.
package enum LogSeverity: Sendable {
    case info, success, error
}

/// A line of a stage log, or several that belong together.
struct LogBlock: Sendable, Equatable {
    /// Its place in the log; piped drops one whose index it has already.
    let index: Int64
    let text: String
    let severity: LogSeverity
    /// When it was written, in seconds since 1970.
    let createdAt: Int64

    /// About how many bytes it has in a message.
    var size: Int { text.utf8.count + 32 }
}

/// What became of a line that was added.
enum LogLineFate: Sendable, Equatable {
    /// Piped will never have it.
    case leftOut
    /// It is sent with others.
    case kept
    /// It is sent, and when that is may now be earlier than was said before.
    case news
}

/// A call of piped with lines of a log.
struct LogCall: Sendable, Equatable {
    enum Kind: Sendable, Equatable {
        /// Lines that were not sent yet, to be seen soon.
        case cache
        /// All lines since the last such call, to be kept; the last one closes the log.
        case checkpoint(completed: Bool)
    }

    let kind: Kind
    let blocks: [LogBlock]

    /// Whether it closes the log.
    var isLast: Bool { kind == .checkpoint(completed: true) }
}

/// How fast a log is sent and how much of it is kept.
package struct LogPace: Sendable {
    /// How long a line waits for others to be sent with.
    package var gathering: Duration = .seconds(1)
    /// How long lines are only in piped's cache, which does not outlive us.
    package var checkpoint: Duration = .seconds(30)
    /// How long one call may take.
    package var call: Duration = .seconds(20)
    /// How long the end of a stage waits for piped.
    package var ending: Duration = .seconds(60)
    /// How long it does once the process is to stop, and how long a call may take then.
    package var hurriedEnding: Duration = .seconds(3)
    /// Where a text is cut.
    package var textBytes = 64 << 10
    /// How much one call holds, well below the 4 MiB that piped receives.
    package var callBytes = 1 << 20
    /// How much may wait for a checkpoint before it is made at once.
    package var checkpointBytes = 512 << 10
    /// Above how much lines of severity INFO are left out, since piped takes none or not as fast; above half as much again, all
    /// are.
    package var keptBytes = 4 << 20

    /// The pace outside of tests.
    package static let standard = LogPace()

    package init() {}
}
