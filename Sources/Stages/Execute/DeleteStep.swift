import KubernetesAPI
import Manifests
import Rollouts

/// Deletes what a plan found, as long as it is still that object and still ours.
struct DeleteStep: Sendable {
    let client: ClusterClient
    let application: String
    let warnings: WarningLog
    let report: @Sendable (StageEvent.Kind) -> Void

    private static let mostLooks = 5

    /// Reads the object again and deletes it; what is not to be deleted any more is skipped, and the run says why.
    ///
    /// Whoever makes the object anew or changes it after that look keeps theirs too: the request names UID and version,
    /// and a changed object is looked at again.
    func delete(_ found: LiveResource) async throws -> StepResult {
        var looks = 1
        while true {
            let look = try await DeletionLook(at: found, client)
            if let reason = look.reasonToKeep(application: application, target: client.target) {
                return skipped(found, reason)
            }
            do {
                return try await delete(found, as: look.now ?? found)
            } catch let error as APIError where error.isModified && looks < Self.mostLooks {
                looks += 1
            }
        }
    }

    /// Deletes the object if it is still as it was seen.
    private func delete(_ found: LiveResource, as seen: LiveResource) async throws -> StepResult {
        let deleted = try await client.delete(seen, precondition: .unchanged)
        warnings.say(deleted.warnings, of: found.key, to: report)
        if deleted.outcome == .inProgress, !seen.finalizers.isEmpty {
            let finalizers = seen.finalizers.joined(separator: ", ")
            report(
                .note(
                    "\(found.key.shortDescription) is still there until somebody removes its finalizers: \(finalizers)"
                )
            )
        }
        return switch deleted.outcome {
        // It was there a moment ago: when it is gone, most likely the answer to our first request got lost.
        case .gone, .inProgress, .alreadyGone: StepResult(key: found.key, change: .deleted)
        case .replaced: skipped(found, DeletionLook.isAnother)
        }
    }

    private func skipped(_ found: LiveResource, _ reason: String) -> StepResult {
        report(.note("\(found.key.shortDescription) was not deleted: \(reason)"))
        return StepResult(key: found.key, change: .skipped)
    }
}

/// An object that a plan wants to delete, beside what the cluster answers for its name just before.
struct DeletionLook: Sendable {
    static let isGone = "it is gone already"
    static let isAnother = "it was deleted, and another object has its name now"

    let found: LiveResource
    let now: LiveResource?

    init(found: LiveResource, now: LiveResource?) {
        self.found = found
        self.now = now
    }

    /// Reads the object again.
    init(at found: LiveResource, _ client: ClusterClient) async throws {
        let mapping = try await client.mapping(for: found.groupVersionKind)
        let now = try await client.get(mapping, namespace: found.key.namespace, name: found.key.name)
        self.init(found: found, now: now)
    }

    /// Why nothing is to be deleted, `nil` when the object is.
    func reasonToKeep(application: String, target: String) -> String? {
        guard let now, now.key.normalized == found.key.normalized else { return Self.isGone }
        guard now.uid == found.uid else { return Self.isAnother }
        guard now.belongs(to: application, on: target) else {
            return "application \"\(application)\" does not own it on this target any more"
        }
        guard found.labels.allSatisfy({ now.labels[$0.key] == $0.value }) else {
            return "its labels were changed meanwhile"
        }
        let isKept = OwnershipPredicate.isKeptFromPrune(object: now.object)
        guard !isKept || OwnershipPredicate.isKeptFromPrune(object: found.object) else {
            return "it was given the annotation \(MarkKey.prune): \"false\" meanwhile"
        }
        return nil
    }
}

extension LiveResource {
    /// Whether the object is of this application on this target, and not made by a controller.
    func belongs(to application: String, on target: String) -> Bool {
        let mark = OwnershipPredicate.deployTarget(of: object)
        return OwnershipPredicate.isManagedByPiped(object: object)
            && OwnershipPredicate.application(of: object) == application
            && (mark == nil || mark == target)
    }
}
