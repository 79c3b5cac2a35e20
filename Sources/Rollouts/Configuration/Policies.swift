public import Manifests

/// Whether and how long a rollout stage waits until what it applied is ready.
public struct ReadinessPolicy: Sendable, Hashable {
    /// Whether the stage waits at all.
    public var wait: Bool
    /// How long, counted from the last write to the cluster.
    public var deadline: Duration

    /// A policy; without arguments it waits ten minutes.
    public init(wait: Bool = true, deadline: Duration = .seconds(600)) {
        self.wait = wait
        self.deadline = deadline
    }
}

/// What a failing cluster means for clusters on which the stage has not started.
public enum FailurePolicy: String, Sendable, Hashable, CaseIterable {
    /// They go on as if nothing had happened; the stage fails at the end.
    case continueOthers
    /// They do not start. What has started is never interrupted.
    case failFast
}

/// A kind whose objects hold others, which are lost with them.
public enum GuardedKind: String, Sendable, Hashable, CaseIterable {
    /// A namespace holds everything in it.
    case namespace = "Namespace"
    /// A definition holds every custom resource of its kind.
    case customResourceDefinition = "CustomResourceDefinition"

    /// The kind with its API group.
    public var groupKind: GroupKind {
        switch self {
        case .namespace: GroupKind(kind: rawValue)
        case .customResourceDefinition: GroupKind(group: "apiextensions.k8s.io", kind: rawValue)
        }
    }
}

/// How much happens at once.
public struct Concurrency: Sendable, Hashable {
    /// Clusters at once.
    public var clusters: Int
    /// Requests in flight for one cluster.
    public var requests: Int

    /// Limits; without arguments 16 clusters and 16 requests each.
    public init(clusters: Int = 16, requests: Int = 16) {
        self.clusters = clusters
        self.requests = requests
    }
}

extension ReadinessPolicy {
    /// Reads a `readiness` block on top of the values that apply without it; `nil` when the block is missing.
    static func decode(_ parent: ConfigurationFields, defaults: ReadinessPolicy) -> ReadinessPolicy? {
        guard parent.node("readiness") != nil else { return nil }
        let fields = parent.fields("readiness")
        var policy = defaults
        policy.wait = fields.bool("wait") ?? policy.wait
        if let deadline = fields.duration("deadline") {
            if deadline == .zero { fields.problem("deadline", "must be more than zero; to not wait write wait: false") }
            policy.deadline = deadline
        }
        fields.finish()
        return policy
    }
}

extension FailurePolicy {
    /// Reads the field `failurePolicy`; `nil` when it is missing or wrong.
    static func decode(_ fields: ConfigurationFields) -> FailurePolicy? {
        fields.oneOf("failurePolicy", FailurePolicy.allCases, named: \.rawValue)
    }
}

extension Concurrency {
    static func decode(_ fields: ConfigurationFields) -> Concurrency {
        var concurrency = Concurrency()
        concurrency.clusters = fields.int("clusters", in: 1...10_000) ?? concurrency.clusters
        concurrency.requests = fields.int("requests", in: 1...1_000) ?? concurrency.requests
        fields.finish()
        return concurrency
    }
}
