/// How the time that calls have to end is shared out, once the process is to stop.
///
/// A stage whose cluster gives no answer, and whose log piped does not take, is through with both when three quarters of that
/// time are over.
struct StopTimes: Sendable, Equatable {
    /// Until the requests of a stage are aborted.
    let stage: Duration
    /// For the lines that are left.
    let log: Duration

    /// The shares of a time, which is 25 s unless the operator says otherwise.
    init(grace: Duration) {
        stage = min(.seconds(15), grace / 2)
        log = min(.seconds(3), grace / 4)
    }
}
