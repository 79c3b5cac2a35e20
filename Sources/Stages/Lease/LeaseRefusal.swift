/// Why a run does not start: another one deploys the same application.
package struct LeaseRefusal: Error, CustomStringConvertible {
    /// The application's id.
    let application: String
    /// The clusters where somebody else has the lease, and who, in the order of the targets.
    let taken: [(target: String, record: LeaseRecord)]

    /// Which clusters, who deploys there since when, and until when that counts, in one line.
    package var description: String {
        guard let (_, record) = taken.first else { return "" }
        let same = taken.filter { $0.record.holder == record.holder }.map(\.target)
        let end = taken.filter { $0.record.holder == record.holder }.map(\.record.takeover).max() ?? record.takeover
        return
            "\(same.joined(separator: ", ")): application \"\(application)\" is being deployed by \(record.holder) since "
            + "\(record.acquired.wholeSeconds); wait for its end; if it was killed, start again after "
            + "\(end.wholeSeconds) (a minute is added, as clocks differ), or go on with it at once by run --resume"
    }
}
