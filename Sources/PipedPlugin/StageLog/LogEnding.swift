package import Stages

/// What the end of a stage log depends on; it is looked at whenever lines are sent.
package struct LogEnding: Sendable {
    /// Is asked for when piped does not wait for the stage any more.
    let stop: StopSignal
    /// Is asked for when the process is to stop: then there is little time.
    let shutdown: StopSignal
    /// Piped: when it was killed, the next one runs the stage again, whatever came of it.
    let parent: ParentWatch

    package init(
        stop: StopSignal = StopSignal(),
        shutdown: StopSignal = StopSignal(),
        parent: ParentWatch = ParentWatch()
    ) {
        self.stop = stop
        self.shutdown = shutdown
        self.parent = parent
    }
}
