import Glibc
import PipedAPI
import Rollouts

extension PipedPipelineStage {
    /// A stage as it is planned, at a time in seconds since 1970, which PipeCD refuses to do without.
    init(_ stage: PlannedStage, at seconds: Int = time(nil)) {
        self.init()
        name = stage.name.text
        desc = stage.description
        index = Int32(clamping: stage.index)
        rollback = stage.isRollback
        metadata = stage.metadata
        availableOperation = .none
        createdAt = Int64(seconds)
        updatedAt = Int64(seconds)
    }
}

extension PipedArtifactVersion {
    /// An image; which sort of artifact it is PipeCD does not want to be told any more.
    init(_ version: ArtifactVersion) {
        self.init()
        name = version.name
        self.version = version.version
        url = version.url
    }
}

extension StageName {
    /// The names that piped is told of, those that only this plugin has before those that it shares with others.
    static let declared: [StageName] = [Family.long, .short].flatMap { family in
        [
            StageKind.sync, .rollback, .canaryRollout, .canaryClean, .primaryRollout, .baselineRollout, .baselineClean,
            .trafficRouting,
        ].map { StageName($0, in: family) }
    }
}
