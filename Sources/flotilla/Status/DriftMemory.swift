import Stages

/// How clusters compared with Git when they were last compared.
///
/// A comparison sends a request for every object, so a cluster is compared again only when something has changed on it, and not for
/// some seconds after the last time.
struct DriftMemory {
    private struct Known {
        let state: LiveState
        let drift: TargetDrift
        let time: ContinuousClock.Instant
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
            return known.state != state && known.time.duration(to: now) >= pause
        }
    }

    /// Takes in what comparisons of those clusters gave.
    mutating func learn(_ drifts: [TargetDrift], of answers: [LiveStateAnswer], at now: ContinuousClock.Instant) {
        for answer in answers {
            guard let state = try? answer.result.get(), let drift = drifts.first(where: { $0.target == answer.target })
            else { continue }
            known[answer.target] = Known(state: state, drift: drift, time: now)
        }
    }

    /// What is known of each cluster.
    var drifts: [TargetDrift] { known.values.map(\.drift) }
}
