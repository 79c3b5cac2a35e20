import KubernetesAPI
import Manifests
import Rollouts
import Stages

/// How an application fares in all clusters at one moment.
struct StatusReport: Sendable {
    /// The application's id.
    let application: String
    /// The commit that Git has, which the clusters are compared with.
    let commit: String
    /// When the clusters were looked at.
    let time: Moment
    /// One entry for each cluster, in the order of the targets.
    let clusters: [ClusterStatus]

    /// Whether no cluster could be looked at, or only some.
    var outcome: StageOutcome {
        let failures = clusters.count { $0.error != nil }
        guard failures > 0 else { return .succeeded }
        return failures == clusters.count ? .failed : .partial
    }

    /// Whether all clusters are healthy and have what Git wants, as far as that was asked.
    var isGood: Bool { clusters.allSatisfy(\.isGood) }
}

extension StatusReport {
    /// The stable form.
    ///
    /// `{"application", "commit", "time", "targets": [{"name", "health", "commits", "traffic": {"route", "shares"}, "drift":
    /// {"status", "reasons", "notes"}, "objects": [{"resource", "owner", "health", "reason", "variant", "ready", "desired",
    /// "trafficPercent", "drift", "commit", "created"}], "hidden": [{"group", "kind", "reason"}]}]}`; a target that
    /// could not be looked at has `"error"` in the place of all that follows its name.
    var value: Value {
        [
            "application": .string(application),
            "commit": .string(commit),
            "time": .string(time.wholeSeconds),
            "targets": .array(clusters.map(\.value)),
        ]
    }
}

extension ClusterStatus {
    fileprivate var value: Value {
        var value: Value = ["name": .string(target)]
        if let error {
            value["error"] = .string(error)
            return value
        }
        value["health"] = .string(health.rawValue)
        value["commits"] = .array(commits.map(Value.string))
        if let traffic { value["traffic"] = traffic.value }
        if let drift {
            var fields: Value = ["status": .string(drift.verdict.word)]
            if !drift.problems.isEmpty { fields["reasons"] = .array(drift.problems.map(Value.string)) }
            if !drift.remarks.isEmpty { fields["notes"] = .array(drift.remarks.map(Value.string)) }
            value["drift"] = fields
        }
        value["objects"] = .array(trees.flatMap { $0.values(owner: nil) })
        if !hidden.isEmpty {
            value["hidden"] = .array(
                hidden.map {
                    [
                        "group": .string($0.type.group), "kind": .string($0.type.kind), "reason": .string($0.reason),
                    ]
                }
            )
        }
        return value
    }
}

extension LiveShares {
    fileprivate var value: Value {
        let shares = Variant.allCases.compactMap { variant in
            self.shares[variant].map { (variant.rawValue, Value.int($0)) }
        }
        return ["route": .string("\(route)"), "shares": .mapping(Mapping(shares))]
    }
}

extension StatusNode {
    /// The object and all that it owns, each before those that it owns.
    fileprivate func values(owner: ResourceKey?) -> [Value] {
        var value: Value = ["resource": .string("\(key)")]
        if let owner { value["owner"] = .string("\(owner)") }
        value["health"] = .string(health.status.rawValue)
        if !health.reason.isEmpty { value["reason"] = .string(health.reason) }
        if let variant { value["variant"] = .string(variant) }
        if let replicas {
            value["ready"] = .int(replicas.ready)
            value["desired"] = .int(replicas.desired)
        }
        if let share { value["trafficPercent"] = .int(share) }
        if let drift { value["drift"] = .string(drift.rawValue) }
        if let commit { value["commit"] = .string(commit) }
        if let createdAt { value["created"] = .string(Moment(sinceEpoch: .seconds(createdAt)).wholeSeconds) }
        return [value] + children.flatMap { $0.values(owner: key) }
    }
}
