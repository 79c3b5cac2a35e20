import KubernetesAPI
import Manifests
import Rollouts

/// Waits until what was written is ready, and says what it waits for.
struct ReadinessStep<C: Clock<Duration>>: Sendable {
    let client: ClusterClient
    let stop: StopSignal
    let clock: C
    let report: @Sendable (StageEvent.Kind) -> Void

    /// Returns when all are ready.
    ///
    /// - Throws: `StageError` with `.notReady` as soon as one cannot become ready, naming pod, container and reason, with
    ///   `.notReadyInTime` at the deadline, with `.stopped` when the user asked to stop.
    func wait(_ resources: [LiveResource], _ policy: ReadinessPolicy) async throws {
        var targets: [ReadinessTarget] = []
        for resource in resources {
            targets.append(ReadinessTarget(resource, mapping: try await client.mapping(for: resource.groupVersionKind)))
        }
        try judge(try await outcome(of: targets, policy), order: resources.map(\.key), policy: policy)
    }

    /// Waits until it is clear how each is; a stop aborts it at once, even while the cluster gives no answer.
    private func outcome(
        of targets: [ReadinessTarget],
        _ policy: ReadinessPolicy
    ) async throws -> [ResourceKey: Readiness] {
        report(.waitStarted(deadline: policy.deadline))
        let waiting = Lock<Set<ResourceKey>>([])
        do {
            return try await stop.aborting {
                try await client.waitUntilReady(
                    targets,
                    deadline: policy.deadline,
                    clock: clock,
                    onProgress: { key, readiness in
                        if let reason = readiness.pendingReason {
                            waiting.withLock { _ = $0.insert(key) }
                            report(.waiting(key, reason))
                        } else if waiting.withLock({ $0.remove(key) }) != nil {
                            report(.ready(key))
                        }
                    }
                )
            }
        } catch is CancellationError where stop.isRequested {
            throw StageError(target: client.target, .stopped)
        }
    }

    private func judge(_ outcome: [ResourceKey: Readiness], order: [ResourceKey], policy: ReadinessPolicy) throws {
        var failed: [String] = []
        var pending: [String] = []
        for key in order {
            switch outcome[key] {
            case .current?: continue
            case .failed(let reason)?: failed.append("\(key.shortDescription) is not ready: \(reason)")
            case .notFound?: failed.append("\(key.shortDescription) was deleted by someone else")
            case .terminating?: failed.append("\(key.shortDescription) is being deleted by someone else")
            case .unknown(let reason)?: failed.append("\(key.shortDescription): \(reason)")
            case nil: pending.append("\(key.shortDescription): nobody looked at it")
            case .inProgress(let reason)?: pending.append("\(key.shortDescription): \(reason)")
            }
        }
        if !failed.isEmpty { throw StageError(target: client.target, .notReady(failed)) }
        if pending.isEmpty { return }
        throw StageError(target: client.target, .notReadyInTime(policy.deadline.text, pending))
    }
}

extension Readiness {
    /// What is still missing, `nil` when nothing is.
    fileprivate var pendingReason: String? {
        switch self {
        case .current: nil
        case .inProgress(let reason), .failed(let reason), .unknown(let reason): reason
        case .terminating: "being deleted"
        case .notFound: "not found"
        }
    }
}
