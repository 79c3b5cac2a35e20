public import Manifests

/// How far a cluster is with bringing one object to its desired state.
///
/// Computed from the object alone, bound to the generation that its controller has seen. `PodFailure` finds out why pods
/// do not come up, `ClusterClient.waitUntilReady` waits.
public enum Readiness: Sendable, Hashable {
    /// As desired; nothing is left to be done.
    case current
    /// On its way; what is missing.
    case inProgress(String)
    /// It will not get there by itself; why.
    case failed(String)
    /// Being deleted.
    case terminating
    /// Not there.
    case notFound
    /// Nobody can tell, and waiting does not help; why.
    case unknown(String)
}

extension Readiness {
    /// What the status of an object says.
    public init(of resource: LiveResource) {
        guard !resource.isTerminating else {
            self = .terminating
            return
        }
        let kind = resource.key.groupKind
        guard let rule = Self.rules[kind] else {
            self = kind.isBuiltIn ? .current : Self.custom(resource)
            return
        }
        self = rule(resource)
    }

    /// Whether objects of a kind can be anything else than current once they are applied.
    public static func needsWaiting(_ kind: GroupKind) -> Bool {
        rules[kind] != nil || !kind.isBuiltIn
    }

    private static let rules: [GroupKind: @Sendable (LiveResource) -> Readiness] = [
        GroupKind(group: "apps", kind: "Deployment"): { Readiness(.deployment($0)) },
        GroupKind(group: "apps", kind: "StatefulSet"): { Readiness(.statefulSet($0)) },
        GroupKind(group: "apps", kind: "DaemonSet"): { Readiness(.daemonSet($0)) },
        GroupKind(group: "apps", kind: "ReplicaSet"): { Readiness(.replicaSet($0)) },
        GroupKind(group: "batch", kind: "Job"): { job($0) },
        GroupKind(kind: "Pod"): { pod($0) },
        GroupKind(kind: "Namespace"): { namespace($0) },
        GroupKind(group: "apiextensions.k8s.io", kind: "CustomResourceDefinition"): { definition($0) },
        GroupKind(group: "apiregistration.k8s.io", kind: "APIService"): { apiService($0) },
    ]
}

extension Readiness {
    /// Whether the object is as desired.
    public var isCurrent: Bool { self == .current }

    /// Whether waiting is over for this object: it is current, or will never be without help.
    public var isSettled: Bool {
        switch self {
        case .current, .failed, .notFound, .unknown: true
        case .inProgress, .terminating: false
        }
    }

    /// Whether a rollout with this object has failed.
    public var isFailure: Bool {
        switch self {
        case .failed, .notFound: true
        case .current, .inProgress, .terminating, .unknown: false
        }
    }
}

extension Readiness: CustomStringConvertible {
    /// The state and, where there is one, the reason.
    public var description: String {
        switch self {
        case .current: "current"
        case .inProgress(let reason): "in progress: \(reason)"
        case .failed(let reason): "failed: \(reason)"
        case .terminating: "terminating"
        case .notFound: "not found"
        case .unknown(let reason): "unknown: \(reason)"
        }
    }
}
