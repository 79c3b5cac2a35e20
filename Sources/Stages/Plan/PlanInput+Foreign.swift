import KubernetesAPI
import Manifests
import Rollouts

extension PlanInput {
    /// Refuses to write over an object that was not generated for this variant of this application.
    ///
    /// A clean or a prune would delete it later.
    func refuseForeign(_ generated: [Manifest], of variant: Variant, in view: any ClusterView) async throws {
        let generated = try await view.resolveNamespaces(generated)
        let label = spec.variantLabel
        let answers = await concurrently(generated, atOnce: spec.concurrency.requests) { manifest in
            await Result { try await view.live(manifest) }
        }
        for (manifest, answer) in zip(generated, answers) {
            guard let live = try answer?.get(), !view.isPredicted(manifest.key) else { continue }
            let isOurs =
                OwnershipPredicate.isManagedByPiped(object: live.object)
                && OwnershipPredicate.application(of: live.object) == ownership.application
                && live.labels[label.key] == label.value(of: variant)
            guard !isOurs else { continue }
            let owner = OwnershipPredicate.application(of: live.object)
            throw StageError(target: view.target, .nameIsTaken(manifest.key, owner: owner))
        }
    }
}
