/// Why a journal cannot be written, or a run cannot go on from it.
package struct JournalError: Error {
    /// What is wrong.
    package enum Reason: Error, Sendable, Hashable {
        /// The system does not let us; its words.
        case system(String)
        /// There is something at the path of a new journal.
        case exists
        /// Another process writes it.
        case inUse
        /// A line cannot be read.
        case malformed(String)
        /// The first line is not there: the run never began.
        case notStarted
        /// The first line is of another version of the format.
        case otherVersion(Int)
        /// The run has ended.
        case over(RunID, StageOutcome)
        /// The run is another one than what is asked for now.
        case differs(RunID, String)
        /// No run of the application has a journal here.
        case nothingToResume(application: String)
        /// Nobody knows where journals are to be.
        case noStateDirectory
    }

    /// The file or directory.
    package let path: String
    /// What is wrong.
    package let reason: Reason

    package init(path: String, _ reason: Reason) {
        self.path = path
        self.reason = reason
    }
}

extension JournalError: CustomStringConvertible {
    /// Where, what is wrong and what to do, in one line.
    package var description: String { "journal \(path): \(reason.text)" }
}

extension JournalError.Reason {
    fileprivate var text: String {
        switch self {
        case .system(let words): "\(words); name another file with --journal"
        case .exists: "it is there already; go on with its run by --resume, or name another file"
        case .inUse: "its run is still going on in another process; wait for its end, or stop that process"
        case .malformed(let detail): "\(detail); start a new run"
        case .notStarted: "its run never began; start a new run"
        case .otherVersion(let version):
            "it has format \(version), and this version of flotilla reads \(JournalRecord.formatVersion); "
                + "start a new run"
        case .over(let run, let outcome): "run \(run) is over (\(outcome.rawValue)); start a new run"
        case .differs(let run, let difference): "run \(run) is another one: \(difference); start a new run"
        case .nothingToResume(let application):
            "no run of application \"\(application)\" is recorded here; start a new run"
        case .noStateDirectory: "neither XDG_STATE_HOME nor HOME says where it is to be; name a file with --journal"
        }
    }
}
