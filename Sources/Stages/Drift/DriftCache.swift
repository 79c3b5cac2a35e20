import KubernetesAPI
import Manifests

/// What came of earlier comparisons, so that only what has changed since is asked for again.
///
/// What a cluster's rules would make of an object (defaults, webhooks) counts as unchanged as long as the object and Git are; that they
/// refuse it does not, nor that an object is missing.
package final class DriftCache: Sendable {
    /// One application on one target.
    struct Place: Hashable {
        let application: String
        let target: String
    }

    /// What a comparison of one target found.
    struct Found: Sendable {
        /// What Git says, and what the cluster has.
        let state: State
        /// What it came to; `nil` when it must be asked again.
        let drift: TargetDrift?
        /// The lasting judgements of single objects.
        let judgements: [ResourceKey: Remembered]
    }

    /// What a comparison depends on.
    struct State: Hashable {
        let git: Int
        let live: Int
    }

    /// The judgement of an object, and of which states.
    struct Remembered: Sendable {
        let version: ObjectVersion
        let judgement: Judgement
    }

    /// Two states of an object, that in the cluster and that in Git.
    struct ObjectVersion: Hashable {
        let uid: String
        let resourceVersion: String
        let wanted: Int
    }

    /// The findings, and the turn in which each was asked for last.
    private struct Entries {
        var found: [Place: Found] = [:]
        var turns: [Place: Int] = [:]
        var turn = 0

        mutating func touch(_ place: Place) {
            turn += 1
            turns[place] = turn
        }
    }

    private let entries = Lock<Entries>(Entries())
    private let limit: Int

    /// Nothing is known yet; so many applications times targets are remembered.
    package init(limit: Int = 10_000) {
        self.limit = limit
    }

    func found(at place: Place) -> Found? {
        entries.withLock { entries in
            guard let found = entries.found[place] else { return nil }
            entries.touch(place)
            return found
        }
    }

    /// Remembers what was found, and forgets what was not asked for longest when that is too much.
    func remember(_ found: Found, at place: Place) {
        entries.withLock { entries in
            entries.found[place] = found
            entries.touch(place)
            guard entries.found.count > limit, let oldest = entries.turns.min(by: { $0.value < $1.value })?.key else {
                return
            }
            entries.found[oldest] = nil
            entries.turns[oldest] = nil
        }
    }
}
