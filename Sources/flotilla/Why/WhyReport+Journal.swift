import FoundationEssentials
import Stages

extension WhyReport.Run {
    /// The run that a journal is of.
    ///
    /// - Parameters:
    ///   - application: The application's id.
    ///   - journal: The journal; without one it is that of the latest run of the application on this machine.
    ///   - targets: The clusters that it is about; a latest run on none of them is another one's. `nil` for any.
    /// - Returns: `nil` when no journal is named and there is none.
    /// - Throws: `JournalError` when it cannot be read, and `ApplicationError` when it is another application's.
    static func find(of application: String, journal: String?, on targets: [String]?) throws -> WhyReport.Run? {
        guard let path = try journal ?? JournalDirectory.latest(of: application) else { return nil }
        let (records, isInUse) = try Journal.read(path)
        let history: RunHistory
        do {
            history = try RunHistory(records)
        } catch let reason as JournalError.Reason {
            throw JournalError(path: path, reason)
        }
        guard history.header.application == application else {
            throw ApplicationError(problems: [
                "journal \(path): it is of application \"\(history.header.application)\", not of \"\(application)\"; "
                    + "name the application's own, or its id with --application-id"
            ])
        }
        if journal == nil, let targets, Set(targets).isDisjoint(with: history.header.targets) { return nil }
        return WhyReport.Run(history, journal: path, isInUse: isInUse)
    }
}

extension JournalDirectory {
    /// The journal of the latest run of an application on this machine, `nil` when there is none.
    fileprivate static func latest(of application: String) throws -> String? {
        let directory = try JournalDirectory(
            application: application,
            environment: ProcessInfo.processInfo.environment
        )
        do {
            return try directory.latest()
        } catch let error as JournalError {
            guard case .nothingToResume = error.reason else { throw error }
            return nil
        }
    }
}
