/// What a condition is about.
///
/// The [conventions](https://github.com/kubernetes/community/blob/master/contributors/devel/sig-architecture/api-conventions.md#typical-status-properties)
/// leave the types free, but most controllers end them alike: `VpcReady`, `ChildResourcesHealthy`, `FetchFailed`.
enum ConditionMeaning {
    /// The object is as desired: well when `True`.
    case achieved
    /// Something is wrong when `True`.
    case trouble
    /// Something goes on while `True`.
    case underWay
    /// Somebody has stopped it when `True`.
    case stopped
}

extension Condition {
    /// What it is about, `nil` when its type does not tell.
    var meaning: ConditionMeaning? {
        let words = StatusWord.parts(of: type)
        guard let last = words.last else { return nil }
        let plain = meaning(words, last)
        guard !StatusWord.negations.isDisjoint(with: words) else { return plain }
        return switch plain {
        case .achieved: .trouble
        case .trouble: .achieved
        case .underWay, .stopped, nil: nil
        }
    }

    /// What it is about if no word turns the meaning round.
    private func meaning(_ words: [String], _ last: String) -> ConditionMeaning? {
        if type == "ResolvedRefs" || type.hasSuffix("UpToDate") || Self.achievements.contains(last) { return .achieved }
        if !StatusWord.failure.isDisjoint(with: words) { return .trouble }
        if ["paused", "suspended", "ignored", "hibernated"].contains(last), words.count == 1 { return .stopped }
        return Self.activities.contains(last) ? .underWay : nil
    }

    /// Whether it sums up all the others.
    var isSummary: Bool { type == "Ready" || type == "Available" }

    /// Whether it was made before the desired state was changed last.
    func isStale(_ generation: Int?) -> Bool {
        guard let observedGeneration, let generation else { return false }
        return observedGeneration < generation
    }

    private static let achievements: Set = [
        "accepted", "active", "applied", "available", "bound", "complete", "completed", "compliant", "configured",
        "deployed", "established", "healthy", "initialized", "installed", "programmed", "promoted", "ready",
        "reconciled", "succeeded", "synced", "synchronized", "valid",
    ]

    private static let activities: Set = [
        "creating", "deleting", "initializing", "issuing", "pending", "progressing", "provisioning", "reconciling",
        "restarting",
        "scaling", "updating", "upgrading",
    ]
}
