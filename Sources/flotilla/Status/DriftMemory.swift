import Stages

/// How clusters compared with Git when they were last compared.
///
/// A comparison sends a request for every object, so a cluster is compared again only when something has changed on it, and not for
/// some seconds after the last time. A comparison that failed is tried again, too, after longer and longer pauses.
struct DriftMemory {
    private struct Known {
        let state: LiveState
        let drift: TargetDrift
        let time: ContinuousClock.Instant
        /// How often in a row it has failed.
        let failures: Int
    }

    private let pause: Duration
    private var known: [String: Known] = [:]

    /// Nothing compared yet.
    ///
    /// - Parameter pause: How long a comparison holds whatever changes.
    init(pause: Duration = .seconds(5)) {
        self.pause = pause
    }

    /// The clusters that are to be compared now.
    func due(_ answers: [LiveStateAnswer], at now: ContinuousClock.Instant) -> [LiveStateAnswer] {
        answers.filter { answer in
            guard let state = try? answer.result.get() else { return false }
            guard let known = known[answer.target] else { return true }
            let age = known.time.duration(to: now)
            if known.state != state { return age >= pause }
            return known.failures > 0 && age >= pause * (1 << min(known.failures - 1, 6))
        }
    }

    /// Takes in what comparisons of those clusters gave.
    mutating func learn(_ drifts: [TargetDrift], of answers: [LiveStateAnswer], at now: ContinuousClock.Instant) {
        for answer in answers {
            guard let state = try? answer.result.get(), let drift = drifts.first(where: { $0.target == answer.target })
            else { continue }
            let failures = drift.isKnown ? 0 : (known[answer.target]?.failures ?? 0) + 1
            known[answer.target] = Known(state: state, drift: drift, time: now, failures: failures)
        }
    }

    /// What is known of each cluster.
    var drifts: [TargetDrift] { known.values.map(\.drift) }
}
