/// What is known of the lease in each cluster, and what becomes of the run by it.
struct LeaseTable: Sendable {
    /// What to do about news of one cluster.
    enum Reaction: Sendable {
        /// Renew the lease when it is due, or try again then.
        case goOn
        /// Nothing more can be done there; with what the user should know.
        case leave(note: String)
        /// Somebody else has the lease while the run is going on.
        case stop(LeaseRecord)
        /// Somebody else has the lease, and the run has not begun.
        case refuse
    }

    private enum Entry {
        /// Nobody knows yet.
        case pending
        /// It may be ours.
        case held
        case taken(LeaseRecord)
        /// It is certainly not ours.
        case absent
    }

    private let targets: [String]
    private var entries: [String: Entry] = [:]
    private var hasBegun = false

    init(_ targets: [String]) {
        self.targets = targets
        for target in targets { entries[target] = .pending }
    }

    /// The clusters of which nothing is known yet.
    var pending: [String] {
        targets.filter { target in
            guard case .pending? = entries[target] else { return false }
            return true
        }
    }

    /// The clusters where the lease may be ours.
    var held: [String] {
        targets.filter(isHeld)
    }

    /// Whether the lease in a cluster may be ours.
    func isHeld(_ target: String) -> Bool {
        guard case .held? = entries[target] else { return false }
        return true
    }

    /// Lets the run begin, unless somebody else deploys somewhere.
    ///
    /// - Returns: Where somebody else does, and who.
    mutating func begin() -> [(target: String, record: LeaseRecord)] {
        hasBegun = true
        return targets.compactMap { target in
            guard case .taken(let record)? = entries[target] else { return nil }
            return (target, record)
        }
    }

    /// Takes news of one cluster in.
    mutating func note(_ claim: ClusterLease.Claim, of target: String) -> Reaction {
        switch claim {
        case .held:
            entries[target] = .held
            return .goOn
        case .unanswered(let mayBeHeld):
            // What was ours stays so until somebody else says otherwise.
            if mayBeHeld { entries[target] = .held } else if !isHeld(target) { entries[target] = .absent }
            return .goOn
        case .unavailable(let why):
            entries[target] = .absent
            return .leave(note: "no lease, so that another run is not noticed there: \(why)")
        case .taken(let record):
            entries[target] = .taken(record)
            return hasBegun ? .stop(record) : .refuse
        }
    }
}
