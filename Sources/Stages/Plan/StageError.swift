package import Manifests

/// Why a stage cannot be planned or did not succeed in one cluster.
package struct StageError: Error {
    /// What is wrong.
    package enum Reason: Sendable {
        /// The application has no manifests for the target.
        case noManifests
        /// The options are those of another stage.
        case wrongOptions(stage: String)
        /// No version is known that ran before.
        case noRunningVersion
        /// Pruning would remove more than can be meant; why.
        case pruneRefused(String)
        /// Not everything in the cluster could be searched; one line for each type.
        case searchIncomplete([String])
        /// What the plan could not bring about; one line for each.
        case incomplete([String])
        /// Replacing the object by force would destroy what cannot be made again.
        case destructiveReplace(ResourceKey, loss: String)
        /// A variant that is to receive traffic has no ready pods; the detail says which.
        case variantNotReady(variant: String, detail: String)
        /// What was applied did not become ready; one line for each object.
        case notReady([String])
        /// The time for becoming ready passed; one line for each object.
        case notReadyInTime(String, [String])
        /// A generated name is that of an object which is not ours; the owner is its application, when it has one.
        case nameIsTaken(ResourceKey, owner: String?)
        /// The selector of a live workload differs, and no server changes it.
        case selectorDiffers(ResourceKey)
        /// What a clean would delete receives traffic from this object.
        case variantReceivesTraffic(variant: String, from: ResourceKey)
        /// Several steps failed; one line for each.
        case several([String])
        /// Some objects could not be deleted, and so many of those to be deleted were; one line for each failure.
        case deletesFailed(deleted: Int, of: Int, [String])
        /// The namespace is being deleted.
        case namespaceTerminating(String)
        /// Another target cannot be planned for, and the stage needs every cluster.
        case heldBack(by: [String])
        /// The target was given by name only.
        case offline
        /// The user asked to stop.
        case stopped
    }

    /// The deploy target, when it is about one.
    package let target: String?
    /// What is wrong.
    package let reason: Reason

    package init(target: String?, _ reason: Reason) {
        self.target = target
        self.reason = reason
    }
}

extension StageError {
    /// Whether it says something about one cluster only, and not about what was to be done.
    var isAboutOneCluster: Bool {
        switch reason {
        case .offline, .stopped, .heldBack, .notReady, .notReadyInTime, .namespaceTerminating, .deletesFailed,
            .searchIncomplete, .incomplete:
            true
        default: false
        }
    }
}

extension StageError: CustomStringConvertible {
    /// Where, what is wrong and what to do, in one line.
    package var description: String {
        (target.map { "\($0): " } ?? "") + problem
    }

    private var problem: String {
        switch reason {
        case .noManifests:
            "the application has no manifests; put them into its directory or list them in spec.plugins.*.input.manifests"
        case .wrongOptions(let stage):
            "the options do not belong to stage \(stage)"
        case .noRunningVersion:
            "no version is known that ran before, as on a first deployment; name it with --running DIR or --running-ref"
        case .pruneRefused(let why):
            "prune refused: \(why)"
        case .searchIncomplete(let lines):
            "prune refused, because not everything could be searched: \(lines.joined(separator: "; "))"
        case .incomplete(let lines):
            lines.joined(separator: "; ")
        case .destructiveReplace(let key, let loss):
            "\(key.shortDescription): replacing it by force destroys \(loss); allow that with the annotation "
                + "pipecd.dev/allow-destructive-replace: \"true\", or drop pipecd.dev/force-sync-by-replace"
        case .variantNotReady(let variant, let detail):
            "variant \"\(variant)\" is not ready for traffic: \(detail); no cluster was changed"
        case .notReady(let lines):
            lines.joined(separator: "; ")
        case .notReadyInTime(let deadline, let lines):
            "not ready after \(deadline): \(lines.joined(separator: "; "))"
        case .nameIsTaken(let key, let owner):
            "\(key.shortDescription) is there already and belongs to \(owner.map { "application \"\($0)\"" } ?? "nobody we know"); "
                + "choose another suffix, or remove it"
        case .selectorDiffers(let key):
            "\(key.shortDescription): spec.selector differs from the live one, which no server changes; set annotation "
                + "pipecd.dev/force-sync-by-replace: enabled to recreate it, or keep the selector"
        case .variantReceivesTraffic(let variant, let key):
            "\(key.shortDescription) still sends traffic to variant \"\(variant)\"; route it back first with a traffic stage"
                + (key.kind == "Service" ? ", or set service.name if traffic stages change another Service" : "")
        case .several(let lines):
            lines.joined(separator: "; ")
        case .deletesFailed(let deleted, let all, let lines):
            "Failed to delete some resources, \(deleted)/\(all) resources were deleted: \(lines.joined(separator: "; "))"
        case .namespaceTerminating(let name):
            "namespace \"\(name)\" is being deleted; wait until it is gone"
        case .heldBack(let others):
            "nothing was changed, because \(others.joined(separator: ", ")) cannot take part"
        case .offline:
            "it was given with --offline, so only a dry run is possible"
        case .stopped:
            "stopped on request"
        }
    }
}
