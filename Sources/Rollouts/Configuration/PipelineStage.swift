/// One entry of the user's pipeline.
///
/// Stages of other plugins stay in the list, so that a reader can say that they are not run.
public struct PipelineStage: Sendable, Hashable {
    /// Who runs a stage.
    public enum Action: Sendable, Hashable {
        /// We do.
        case ours(StageName, StageOptions)
        /// Another plugin does; its name, such as `WAIT_APPROVAL`.
        case foreign(String)
    }

    /// The place in the whole pipeline, counted from 0.
    public let index: Int
    /// What the stage is.
    public let action: Action
    /// What the user says about the stage, possibly empty.
    public let description: String
    /// How long the stage may take.
    public let timeout: Duration
    /// When the stage is left out, `nil` when never.
    public let skipOn: SkipOptions?

    /// A stage of a pipeline.
    public init(
        index: Int,
        action: Action,
        description: String = "",
        timeout: Duration = .seconds(6 * 3600),
        skipOn: SkipOptions? = nil
    ) {
        self.index = index
        self.action = action
        self.description = description
        self.timeout = timeout
        self.skipOn = skipOn
    }

    /// The name as it is written.
    public var text: String {
        switch action {
        case .ours(let name, _): name.text
        case .foreign(let name): name
        }
    }

    /// The name, when the stage is ours.
    public var name: StageName? {
        guard case .ours(let name, _) = action else { return nil }
        return name
    }

    /// The options, when the stage is ours.
    public var options: StageOptions? {
        guard case .ours(_, let options) = action else { return nil }
        return options
    }
}

extension Sequence where Element == PipelineStage {
    /// The stages that run on a target; those of other plugins are among them.
    public func running(on target: TargetSelection.Registered) -> [PipelineStage] {
        filter { stage in
            let selectors = stage.options?.targets ?? []
            return selectors.isEmpty || selectors.contains { $0.selects(target) }
        }
    }

    /// Whether one of the stages moves traffic.
    public var routesTraffic: Bool {
        contains { $0.name?.kind == .trafficRouting }
    }
}
