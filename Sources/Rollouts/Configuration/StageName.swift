/// What a stage does, whatever its name is spelt like.
public enum StageKind: String, Sendable, Hashable, CaseIterable {
    /// Applies everything in Git.
    case sync
    /// Brings the new version to the primary workloads.
    case primaryRollout
    /// Starts the new version beside the primary.
    case canaryRollout
    /// Removes what the canary rollout made.
    case canaryClean
    /// Starts the running version again beside the primary.
    case baselineRollout
    /// Removes what the baseline rollout made.
    case baselineClean
    /// Moves traffic between the variants.
    case trafficRouting
    /// Restores the running version.
    case rollback

    /// The part of the stage's names behind the prefix of the family.
    var suffix: String {
        switch self {
        case .sync: "SYNC"
        case .primaryRollout: "PRIMARY_ROLLOUT"
        case .canaryRollout: "CANARY_ROLLOUT"
        case .canaryClean: "CANARY_CLEAN"
        case .baselineRollout: "BASELINE_ROLLOUT"
        case .baselineClean: "BASELINE_CLEAN"
        case .trafficRouting: "TRAFFIC_ROUTING"
        case .rollback: "ROLLBACK"
        }
    }
}

/// The name of one of our stages, in either of its two spellings.
public struct StageName: Sendable, Hashable {
    /// The two sets of names that mean the same stages.
    public enum Family: String, Sendable, Hashable, CaseIterable {
        /// `K8S_SYNC` and so on, shared with PipeCD's plugin for one cluster.
        case short = "K8S_"
        /// `K8S_MULTI_SYNC` and so on.
        case long = "K8S_MULTI_"
    }

    /// What the stage does.
    public let kind: StageKind
    /// The spelling.
    public let family: Family

    /// The name of a stage in a family.
    public init(_ kind: StageKind, in family: Family) {
        self.kind = kind
        self.family = family
    }

    /// Reads a name, in exactly the letters of one of the families.
    public init?(_ text: String) {
        guard let name = Self.all.first(where: { $0.text == text }) else { return nil }
        self = name
    }

    /// The name as it is written.
    public var text: String { family.rawValue + kind.suffix }

    /// Every accepted name, the long family first.
    public static let all: [StageName] = [Family.long, .short].flatMap { family in
        StageKind.allCases.map { StageName($0, in: family) }
    }

    /// Every accepted name as it is written.
    static let texts = all.map(\.text)

    /// Whether a name belongs to us by its form, be it spelt wrongly: it begins like ours, in any letter case.
    static func isMeantForUs(_ text: String) -> Bool {
        text.uppercased().hasPrefix(Family.short.rawValue)
    }

    /// The spelling for a stage that we add to the user's: short only if all of the user's stages are short.
    public static func added(_ kind: StageKind, to stages: some Sequence<StageName>) -> StageName {
        let families = stages.map(\.family)
        return StageName(kind, in: !families.isEmpty && families.allSatisfy { $0 == .short } ? .short : .long)
    }
}

extension StageName: CustomStringConvertible {
    /// The name as it is written.
    public var description: String { text }
}

/// A stage name that nobody knows.
public struct UnsupportedStage: Error, Hashable, CustomStringConvertible {
    /// The name as it was given.
    public let name: String

    /// An error about a name.
    public init(_ name: String) {
        self.name = name
    }

    /// The name, the nearest accepted one, and all of them.
    public var description: String {
        let accepted = StageName.texts.joined(separator: ", ")
        return
            "unsupported stage \"\(name)\"\(ClosestName.hint(name, among: StageName.texts)); accepted are \(accepted)"
    }
}
