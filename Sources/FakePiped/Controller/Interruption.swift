/// Why piped ends a stage call that goes on.
///
/// The plugin sees the same each time: its call is cancelled, without a reason.
package enum Interruption: Sendable, Hashable {
    /// A user cancels the deployment.
    case cancelled(by: String)
    /// The time of the stage is up, or that of the whole deployment.
    case timeLimit
    /// Piped was asked to stop; it takes the deployment up again when it is back.
    case shutdown
    /// Piped was killed: nothing of the end of the call is recorded.
    case killed
}
