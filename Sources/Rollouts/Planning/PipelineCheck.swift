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

    /// Where a pipeline runs, as far as it is known.
    fileprivate enum Place {
        /// Wherever no stage tells targets apart.
        case everywhere
        /// Where stages say that they run.
        case selected(TargetSelector)
        /// On a target that is known.
        case registered(TargetSelection.Registered)
    }

    private let pipeline: [PipelineStage]
    private let places: [Place]

    /// A check without knowing more of the targets than their names, or nothing.
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
        places = named.isEmpty ? [.everywhere] : isKnown ? named.map(Place.selected) : []
    }

    /// A check on the targets that the application is deployed to.
    public init(_ pipeline: [PipelineStage], on targets: [TargetSelection.Registered]) {
        self.pipeline = pipeline
        places = targets.map(Place.registered)
    }

    /// What is wrong, in the order of the stages.
    public func findings() -> [Finding] {
        var found: [(problem: PipelineWalk.Problem, places: [Place])] = []
        for place in places {
            for problem in PipelineWalk(pipeline.filter { $0.runs(on: place) }).problems() {
                if let index = found.firstIndex(where: { $0.problem == problem }) {
                    found[index].places.append(place)
                } else {
                    found.append((problem, [place]))
                }
            }
        }
        return found.compactMap { finding($0.problem, on: $0.places) }.sorted { $0.index < $1.index }
    }

    private func finding(_ problem: PipelineWalk.Problem, on places: [Place]) -> Finding? {
        let isEverywhere = places.count == self.places.filter(problem.stage.runs).count
        // Where there is nothing to remove, a clean does no harm, as long as it has something to do somewhere.
        if case .nothingToClean = problem.what, !isEverywhere { return nil }
        let names = places.map(\.name).joined(separator: ", ")
        let text = problem.text + (isEverywhere ? "" : " (on \(names))")
        return Finding(index: problem.stage.index, severity: problem.severity, text: text)
    }
}

extension PipelineCheck.Place {
    /// What a message calls it.
    fileprivate var name: String {
        switch self {
        case .everywhere: "every target"
        case .selected(let selector): "\(selector)"
        case .registered(let target): target.name
        }
    }
}

extension PipelineStage {
    /// Whether the stage runs in a place.
    fileprivate func runs(on place: PipelineCheck.Place) -> Bool {
        let selectors = options?.targets ?? []
        guard !selectors.isEmpty else { return true }
        return switch place {
        case .everywhere: false
        case .selected(let selector): selectors.contains(selector)
        case .registered(let target): selectors.contains { $0.selects(target) }
        }
    }
}
