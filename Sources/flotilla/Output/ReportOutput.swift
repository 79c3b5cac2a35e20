import ArgumentParser
import Manifests
import Stages

/// The printed forms of reports.
extension StageReport {
    /// The form for people: one line for each cluster, and why it did not succeed.
    var text: String {
        let width = targets.map(\.target.count).max() ?? 0
        let rows = targets.map { "  \($0.target.padded(to: width))  \($0.text)\n" }
        return "\(stage): \(outcome.rawValue)\n" + rows.joined() + problems.map { "  \($0)\n" }.joined()
    }
}

extension TargetReport {
    fileprivate var text: String {
        let notDone = left.isEmpty ? "" : ", \(left.count) not done"
        let why = error.map { "\n      \($0)" } ?? ""
        return "\(outcome.rawValue): \(changes.summary)\(notDone)\(why)"
    }
}

extension StageOutcome {
    /// The exit code of the command.
    var exitCode: ExitCode {
        switch self {
        case .succeeded: .success
        case .partial: ExitCode(3)
        case .failed, .cancelled: .failure
        }
    }
}
