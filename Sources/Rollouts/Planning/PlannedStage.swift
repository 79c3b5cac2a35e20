/// One stage of a deployment that is about to start.
public struct PlannedStage: Sendable, Hashable {
    /// The name, in the spelling of the user when the user wrote it.
    public let name: StageName
    /// The place in the pipeline; a rollback has that of another stage, and still runs last.
    public let index: Int
    /// What the stage does, for people.
    public let description: String
    /// The options.
    public let options: StageOptions
    /// When the stage is left out; a rollback never is.
    public let skipOn: SkipOptions?

    /// Whether the stage runs only after another one has failed.
    public let isRollback: Bool

    /// What PipeCD shows on the stage, by key.
    public var metadata: [String: String] {
        options.displayText.map { [Self.displayKey: $0] } ?? [:]
    }

    /// The key of the text that PipeCD shows on a stage.
    static let displayKey = "pipecd/stage-display-metadata"

    /// The stage that the user wrote.
    init(_ name: StageName, _ options: StageOptions, of stage: PipelineStage) {
        self.name = name
        self.options = options
        index = stage.index
        description = stage.description.isEmpty ? name.kind.text : stage.description
        skipOn = stage.skipOn
        isRollback = false
    }

    /// A stage that we add.
    init(added name: StageName, _ options: StageOptions, index: Int, isRollback: Bool = false) {
        self.name = name
        self.options = options
        self.index = index
        self.isRollback = isRollback
        description = name.kind.text
        skipOn = nil
    }
}

/// When a stage of the pipeline is left out.
public struct SkipOptions: Sendable, Hashable {
    /// Beginnings of commit messages.
    public var commitMessagePrefixes: [String]
    /// Patterns of paths; the stage is left out when the commit changes nothing else.
    public var paths: [String]

    /// Conditions.
    public init(commitMessagePrefixes: [String] = [], paths: [String] = []) {
        self.commitMessagePrefixes = commitMessagePrefixes
        self.paths = paths
    }
}

extension StageKind {
    /// What the stage does, for people.
    fileprivate var text: String {
        switch self {
        case .sync: "Apply everything that is in Git to every target"
        case .primaryRollout: "Bring the new version to the primary pods on every target"
        case .canaryRollout: "Start the new version as a canary on every target"
        case .canaryClean: "Remove the canary from every target"
        case .baselineRollout: "Start the running version as a baseline on every target"
        case .baselineClean: "Remove the baseline from every target"
        case .trafficRouting: "Share the traffic out between the variants on every target"
        case .rollback: "Bring every target back to the version that ran before"
        }
    }
}
