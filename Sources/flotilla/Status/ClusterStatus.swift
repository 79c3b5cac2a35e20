import KubernetesAPI
import Manifests
import Rollouts
import Stages

/// How an application fares in one cluster.
struct ClusterStatus: Sendable {
    /// The name of the deploy target.
    let target: String
    /// Why nobody knows how it fares, `nil` when it could be looked at.
    let error: String?
    /// What it has, as trees of owners.
    let trees: [StatusNode]
    /// How traffic is divided.
    let traffic: LiveShares?
    /// How it compares with Git, `nil` when that was not asked.
    let drift: TargetDrift?
    /// What could not be looked at.
    let hidden: [LiveState.HiddenType]
    /// The commits of the primary objects.
    let commits: [String]

    /// Puts together what is known of a cluster.
    init(
        _ answer: LiveStateAnswer,
        drift: TargetDrift?,
        spec: PluginSpec = PluginSpec(),
        pipeline: [PipelineStage] = []
    ) {
        target = answer.target
        guard case .success(let state) = answer.result else {
            if case .failure(let error) = answer.result { self.error = "\(error)" } else { error = nil }
            (trees, traffic, self.drift, hidden, commits) = ([], nil, nil, [], [])
            return
        }
        let label = spec.variantLabel
        let primary = state.managed.filter { ($0.variant ?? label.primary) == label.primary }
        let manifests = primary.compactMap { object in object.body.flatMap { try? Manifest($0.object) } }
        error = nil
        traffic = TrafficRouting.shares(in: manifests, spec: spec, pipeline: pipeline)
        self.drift = drift
        hidden = state.hidden
        commits = primary.compactMap(\.commit).reduce(into: []) { if !$0.contains($1) { $0.append($1) } }
        trees = Self.trees(of: state, drift, traffic, label: label)
    }

    /// The health of all together: the worst one of those that are there, and at best unknown where workloads cannot be seen.
    ///
    /// What only Git has is a matter of drift.
    var health: Health.Status {
        guard error == nil else { return .unknown }
        let statuses = live.map(\.health.status)
        guard unseen != nil else { return statuses.worst ?? .missing }
        return (statuses + [.unknown]).worst ?? .unknown
    }

    /// Which kinds of workloads, and of what these make, cannot be seen, so that nobody knows how they fare; `nil` for none.
    var unseen: String? {
        let kinds = hidden.filter(\.mayHideWorkloads).map(\.text)
        return kinds.isEmpty ? nil : "\(kinds.joined(separator: ", ")) cannot be seen"
    }

    /// The objects that are there, each before those that it owns.
    private var live: [StatusNode] { trees.filter { $0.drift != .missing }.flatMap(\.withDescendants) }

    /// What is not healthy, the worst first; what an object owns counts only where it is worse than the object.
    var complaints: [StatusNode] {
        trees.filter { $0.drift != .missing }.flatMap { $0.complaints(worseThan: .healthy) }.enumerated().sorted {
            ($0.element.health.status.severity, $0.offset) < ($1.element.health.status.severity, $1.offset)
        }.map(\.element)
    }

    /// Whether it is healthy and has what Git wants, as far as that was asked.
    var isGood: Bool { error == nil && health == .healthy && drift?.isSynced != false }
}

extension LiveState.HiddenType {
    private static let workloads = Set(
        ["Deployment", "StatefulSet", "DaemonSet", "ReplicaSet"].map { GroupKind(group: "apps", kind: $0) }
            + ["Job", "CronJob"].map { GroupKind(group: "batch", kind: $0) }
            + ["Pod", "ReplicationController"].map { GroupKind(kind: $0) }
    )

    /// Whether it is a kind of workloads or of what they make, or a group that has some.
    fileprivate var mayHideWorkloads: Bool {
        Self.workloads.contains { $0.group == type.group && ["*", $0.kind].contains(type.kind) }
    }

    /// The name of the kind; of a whole group, its own.
    fileprivate var text: String { type.kind == "*" ? "\(type.group)/*" : type.kind }
}

extension StatusNode {
    /// The object and all that it owns, each before those that it owns.
    var withDescendants: [StatusNode] { [self] + children.flatMap(\.withDescendants) }

    fileprivate func complaints(worseThan known: Health.Status) -> [StatusNode] {
        let isWorse = health.status.severity < known.severity
        let worst = isWorse ? health.status : known
        return (isWorse ? [self] : []) + children.flatMap { $0.complaints(worseThan: worst) }
    }
}

extension [Health.Status] {
    /// The one that wants to be seen most.
    fileprivate var worst: Health.Status? { self.min { $0.severity < $1.severity } }
}

extension Health.Status {
    /// How much it wants to be seen, 0 being the most.
    var severity: Int {
        switch self {
        case .degraded: 0
        case .missing: 1
        case .progressing: 2
        case .unknown: 3
        case .suspended: 4
        case .healthy: 5
        }
    }
}
