import FuzzSupport
import Manifests
import Rollouts

/// Marks stand among labels and annotations, and are the same when they are put there again.
enum Marks {
    private static let keys = [
        MarkKey.managedBy, MarkKey.piped, MarkKey.application, MarkKey.commitHash, MarkKey.originalAPIVersion,
        MarkKey.resourceKey, MarkKey.deployTarget,
    ]

    /// The objects with their marks.
    static func check(_ manifests: [Manifest]) -> [Manifest]? {
        let owner = attempt {
            try Ownership(piped: "agent-7", application: "app-orders", commit: "c0ffee2", deployTarget: "eu west")
        }
        guard let owner, let marked = attempt({ try manifests.map(owner.mark) }) else {
            fatalError("good marks are refused")
        }
        requireSame(attempt { try marked.map(owner.mark) }, marked, "marks are not the same a second time")
        for (old, new) in zip(manifests, marked) {
            require(OwnershipPredicate.application(of: new.object) == "app-orders", "the mark is not read back")
            requireOnly(isMark, from: old, to: new, "marking")
        }
        return marked
    }

    private static func isMark(_ difference: Difference) -> Bool {
        let (path, places) = (difference.path, [["metadata", "labels"], ["metadata", "annotations"]])
        return path.count == 3 && places.contains(Array(path.prefix(2))) && keys.contains(path[2])
    }
}
