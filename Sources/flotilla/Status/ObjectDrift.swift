import Manifests
import Stages

/// How one object compares with Git.
enum ObjectDrift: String, Sendable {
    /// It is as Git wants it.
    case inSync
    /// It is otherwise than Git wants it.
    case differs
    /// Git wants it, and the cluster does not have it.
    case missing
    /// The cluster has it, and Git does not want it.
    case notInGit
    /// It is of a canary or a baseline, and goes when these are cleaned.
    case variant

    /// The words for people.
    var text: String {
        switch self {
        case .inSync: "in sync"
        case .differs: "differs"
        case .missing: "missing"
        case .notInGit: "not in Git"
        case .variant: "extra variant"
        }
    }

    /// Whether somebody should know.
    var isDifference: Bool {
        switch self {
        case .inSync, .variant: false
        case .differs, .missing, .notInGit: true
        }
    }
}

extension TargetDrift {
    /// How each object that differs, or is of another variant, compares with Git, by normalized key.
    var byObject: [ResourceKey: ObjectDrift] {
        var found: [ResourceKey: ObjectDrift] = [:]
        for key in variants { found[key.normalized] = .variant }
        guard case .outOfSync(let comparison) = verdict else { return found }
        for key in comparison.deleted { found[key.normalized] = .notInGit }
        for key in comparison.added { found[key.normalized] = .missing }
        for changed in comparison.changed { found[changed.key.normalized] = .differs }
        return found
    }

    /// Whether the objects that are not mentioned are known to be as Git wants them.
    var isKnown: Bool {
        switch verdict {
        case .synced, .outOfSync: true
        case .unknown, .invalidConfiguration: false
        }
    }

    /// Whether the cluster has what Git wants, as far as anyone knows.
    var isSynced: Bool {
        guard case .synced = verdict else { return false }
        return true
    }

    /// What is worth knowing beside fields that differ, such as that a deployment would be refused; one line each.
    var remarks: [String] {
        let changed = comparison?.changed ?? []
        return changed.flatMap { object in object.notes.map { "\(object.key.shortDescription): \($0)" } } + notes
    }

    /// What it comes to, in a few words.
    var text: String {
        switch verdict {
        case .synced: return "in sync"
        case .unknown: return "drift unknown"
        case .invalidConfiguration: return "Git cannot be read"
        case .outOfSync(let comparison):
            let counts = [
                (comparison.changed.count, comparison.changed.count == 1 ? "differs" : "differ"),
                (comparison.added.count, "missing"), (comparison.deleted.count, "not in Git"),
            ]
            return counts.filter { $0.0 > 0 }.map { "\($0.0) \($0.1)" }.joined(separator: ", ")
        }
    }
}
