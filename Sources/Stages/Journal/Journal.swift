import Glibc
import KubernetesAPI

/// The file that a run writes down what it does in, one line for each event, and goes on from.
///
/// Only one process has it at a time: the file is locked as long as it is open. Every line is written by one call behind
/// the end of the file, and what matters for going on is on the disk before the run goes on.
package final class Journal: Sendable {
    /// Where it is.
    package let path: String
    private let descriptor: CInt
    private let state: Lock<State>

    private struct State {
        /// The bytes of whole lines.
        var length: Int
        /// Why lines are missing since some moment.
        var failure: String?
        /// Before this moment only what must be is brought to the disk.
        var nextFlush = ContinuousClock.now
    }

    /// Begins the journal of a new run; nothing may be at the path.
    ///
    /// - Throws: `JournalError` when it cannot be written.
    package static func create(_ path: String, header: RunHeader, at time: Moment) throws -> Journal {
        let journal = try Journal(path, flags: O_CREAT | O_EXCL)
        journal.append(JournalRecord(time: time, event: .runStarted(header)))
        guard let failure = journal.failure else { return journal }
        unlink(path)
        throw JournalError(path: path, .system(failure))
    }

    /// Opens the journal of a run that is not over, to go on with it.
    ///
    /// A last line that was cut is dropped.
    ///
    /// - Returns: The journal, and how far the run has come.
    /// - Throws: `JournalError` when it cannot be read or written, is no journal, or another process has it.
    package static func open(_ path: String) throws -> (journal: Journal, progress: RunProgress) {
        let journal = try Journal(path, flags: 0)
        do {
            let text = try JournalText(try journal.content())
            let progress = try RunProgress(text.records)
            if let outcome = progress.outcome { throw JournalError.Reason.over(progress.header.run, outcome) }
            try journal.cut(to: text.length)
            return (journal, progress)
        } catch let reason as JournalError.Reason {
            throw JournalError(path: path, reason)
        }
    }

    /// Reads the journal of a run without keeping the run from going on.
    ///
    /// - Returns: Its records, and whether a process has it now.
    /// - Throws: `JournalError` when it cannot be read or is no journal.
    package static func read(_ path: String) throws -> (records: [JournalRecord], isInUse: Bool) {
        let descriptor = Glibc.open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK)
        guard descriptor >= 0 else { throw JournalError(path: path, .system(systemWords)) }
        defer { close(descriptor) }
        // Had for the blink of an eye only: a process that wants to go on needs it.
        let isInUse = flock(descriptor, LOCK_SH | LOCK_NB) != 0
        if !isInUse { flock(descriptor, LOCK_UN) }
        do {
            return (try JournalText(try content(of: descriptor)).records, isInUse)
        } catch let reason as JournalError.Reason {
            throw JournalError(path: path, reason)
        }
    }

    private init(_ path: String, flags: CInt) throws {
        self.path = path
        descriptor = Glibc.open(path, O_RDWR | O_APPEND | O_CLOEXEC | O_NOFOLLOW | O_NONBLOCK | flags, 0o600)
        state = Lock(State(length: 0))
        guard descriptor >= 0 else {
            throw JournalError(path: path, errno == EEXIST ? .exists : .system(Self.systemWords))
        }
        var status = stat()
        guard fstat(descriptor, &status) == 0, status.st_mode & S_IFMT == S_IFREG else {
            throw JournalError(path: path, .system("is no regular file"))
        }
        guard flock(descriptor, LOCK_EX | LOCK_NB) == 0 else {
            throw JournalError(path: path, errno == EWOULDBLOCK ? .inUse : .system(Self.systemWords))
        }
    }

    deinit {
        if descriptor >= 0 { close(descriptor) }
    }

    /// Why lines are missing, `nil` when all were written.
    package var failure: String? { state.withLock { $0.failure } }

    /// Writes one line; one that cannot be written is left out whole, and `failure` says why.
    package func append(_ record: JournalRecord) {
        let line = record.line
        state.withLock { state in
            let count = line.withUnsafeBytes { write(descriptor, $0.baseAddress, $0.count) }
            guard count == line.count else {
                state.failure = count < 0 ? Self.systemWords : "the disk is full"
                // Half a line must not stand before whole ones.
                ftruncate(descriptor, off_t(state.length))
                return
            }
            state.length += count
            flush(record.event.durability, &state)
        }
    }

    /// Brings the lines to the disk.
    ///
    /// A disk may take a tenth of a second for that. When hundreds of clusters are done at the same time, their lines
    /// share the way, so that it costs a tenth of the time at most.
    private func flush(_ durability: JournalRecord.Event.Durability, _ state: inout State) {
        let start = ContinuousClock.now
        guard durability == .certain || (durability == .likely && start >= state.nextFlush) else { return }
        // What has no disk behind it, such as a pipe, cannot be flushed.
        if fdatasync(descriptor) != 0, errno != EINVAL { state.failure = Self.systemWords }
        let end = ContinuousClock.now
        state.nextFlush = end + start.duration(to: end) * 9
    }

    /// Removes the file: its run never began.
    package func remove() {
        unlink(path)
    }

    private func content() throws -> [UInt8] { try Self.content(of: descriptor) }

    private static func content(of descriptor: CInt) throws -> [UInt8] {
        var bytes: [UInt8] = []
        var buffer = [UInt8](repeating: 0, count: 64 << 10)
        while true {
            let offset = off_t(bytes.count)
            let count = buffer.withUnsafeMutableBytes { pread(descriptor, $0.baseAddress, $0.count, offset) }
            if count < 0, errno == EINTR { continue }
            guard count >= 0 else { throw JournalError.Reason.system(systemWords) }
            guard count > 0 else { return bytes }
            bytes += buffer[..<count]
            guard bytes.count <= limit else { throw JournalError.Reason.malformed("it is too long for a journal") }
        }
    }

    private func cut(to length: Int) throws {
        guard ftruncate(descriptor, off_t(length)) == 0 else { throw JournalError.Reason.system(Self.systemWords) }
        state.withLock { $0.length = length }
    }

    /// The most bytes that are read: a thousand clusters need less than a tenth.
    private static let limit = 512 << 20

    private static var systemWords: String { String(cString: strerror(errno)).lowercased() }
}
