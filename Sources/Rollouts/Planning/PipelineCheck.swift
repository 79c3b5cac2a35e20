/// Looks at a pipeline as a whole: whether its later stages can work after its earlier ones.
///
/// Every deploy target is looked at for itself, because stages may leave targets out.
public struct PipelineCheck {
    /// Something that is wrong with one stage.
    public struct Finding: Sendable, Hashable {
        /// Whether the pipeline can work at all.
        public enum Severity: Sendable, Hashable {
            /// It cannot.
            case error
            /// It can, but it is probably not meant like this.
            case warning
        }

        /// The place of the stage in the pipeline.
        public let index: Int
        /// Whether the pipeline can work at all.
        public let severity: Severity
        /// What is wrong and what to do, in one line.
        public let text: String
    }

    private let pipeline: [PipelineStage]
    /// The targets; `nil` stands for all when no stage tells them apart.
    private let targets: [TargetSelector?]

    /// A check.
    ///
    /// - Parameters:
    ///   - pipeline: The stages; those of other plugins do not matter.
    ///   - targets: The names of the targets that the application is deployed to. When they are not known, only those are
    ///     looked at that stages name.
    public init(_ pipeline: [PipelineStage], targets: [String] = []) {
        self.pipeline = pipeline
        var named = targets.map(TargetSelector.name)
        let lists = pipeline.compactMap { $0.options?.targets }.filter { !$0.isEmpty }
        if targets.isEmpty || lists.contains(where: { $0.contains { $0.name == nil } }) {
            named = []
            for selector in lists.flatMap({ $0 }) where !named.contains(selector) { named.append(selector) }
        }
        // Which targets have which labels is not known here, so that two lists may or may not mean the same ones.
        let isKnown = named.allSatisfy { $0.name != nil } || Set(lists).count == 1
        self.targets = named.isEmpty ? [nil] : isKnown ? named : []
    }

    /// What is wrong, in the order of the stages.
    public func findings() -> [Finding] {
        var places: [(problem: PipelineWalk.Problem, targets: [TargetSelector?])] = []
        for target in targets {
            for problem in PipelineWalk(pipeline.filter { $0.runs(on: target) }).problems() {
                if let index = places.firstIndex(where: { $0.problem == problem }) {
                    places[index].targets.append(target)
                } else {
                    places.append((problem, [target]))
                }
            }
        }
        return places.compactMap { finding($0.problem, on: $0.targets) }.sorted { $0.index < $1.index }
    }

    private func finding(_ problem: PipelineWalk.Problem, on targets: [TargetSelector?]) -> Finding? {
        let isEverywhere = targets.count == self.targets.filter(problem.stage.runs).count
        // Where there is nothing to remove, a clean does no harm, as long as it has something to do somewhere.
        if case .nothingToClean = problem.what, !isEverywhere { return nil }
        let text =
            problem.text
            + (isEverywhere ? "" : " (on \(targets.compactMap { $0.map { "\($0)" } }.joined(separator: ", ")))")
        return Finding(index: problem.stage.index, severity: problem.severity, text: text)
    }
}

extension PipelineStage {
    /// Whether the stage runs on a target.
    fileprivate func runs(on target: TargetSelector?) -> Bool {
        let selectors = options?.targets ?? []
        return selectors.isEmpty || target.map(selectors.contains) == true
    }
}
