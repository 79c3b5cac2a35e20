import GRPCCore
package import PipedAPI

/// Which log: piped keeps one for each try of a stage.
package struct StageLogKey: Sendable, Hashable {
    package let deployment: String
    package let stage: String
    package let retriedCount: Int32

    package init(_ deployment: String, _ stage: String, retriedCount: Int32 = 0) {
        (self.deployment, self.stage, self.retriedCount) = (deployment, stage, retriedCount)
    }
}

/// The log of one stage as the control plane stores it: a quick cache in front of a durable file.
///
/// A plain report reaches the cache only. A checkpoint is appended to the file, and then the cache is made equal to it, so
/// that what was only in the cache is lost.
package struct StageLogRecord: Sendable {
    /// What a viewer sees.
    package private(set) var visible: [PipedLogBlock] = []
    /// What lasts.
    package private(set) var durable: [PipedLogBlock] = []
    /// What a viewer saw once and does not see any more, as a checkpoint left it out.
    package private(set) var lost: [PipedLogBlock] = []
    /// What was dropped because another text has its index.
    package private(set) var collided: [PipedLogBlock] = []
    /// Whether the log is closed: nothing is taken any more.
    package private(set) var isCompleted = false

    package init() {}

    /// The texts that last.
    package var texts: [String] { durable.map(\.log) }

    /// Takes a plain report.
    mutating func report(_ blocks: [PipedLogBlock]) throws(Refusal) {
        try refuseIfClosed()
        add(blocks, to: \.visible)
    }

    /// Takes everything since the last checkpoint.
    mutating func checkpoint(_ blocks: [PipedLogBlock], completed: Bool) throws(Refusal) {
        try refuseIfClosed()
        add(blocks, to: \.durable)
        let kept = Set(durable.map(\.index))
        lost += visible.filter { !kept.contains($0.index) }
        visible = durable
        isCompleted = completed
    }

    private func refuseIfClosed() throws(Refusal) {
        guard isCompleted else { return }
        throw Refusal(.failedPrecondition, "could not append the stage logs because the stage was already completed")
    }

    /// A block whose index is there already is dropped, which makes sending again harmless.
    private mutating func add(_ blocks: [PipedLogBlock], to list: WritableKeyPath<StageLogRecord, [PipedLogBlock]>) {
        var known = Dictionary(self[keyPath: list].map { ($0.index, $0.log) }) { first, _ in first }
        for block in blocks {
            guard let text = known[block.index] else {
                known[block.index] = block.log
                self[keyPath: list].append(block)
                continue
            }
            if text != block.log { collided.append(block) }
        }
    }
}
