import KubernetesAPI
import Manifests

/// Which claims pods have asked for.
///
/// A volume of a class that binds on first use is not made before a pod wants it, and neither the claim nor the pod says
/// what the class does. [Volume binding mode](https://kubernetes.io/docs/concepts/storage/storage-classes/#volume-binding-mode)
struct ClaimUse {
    private let claims: Set<ResourceKey>

    /// Takes pods; other objects do not matter, and nor do pods that have come to an end.
    init(pods: some Sequence<LiveResource>) {
        claims = pods.reduce(into: []) { claims, pod in
            guard pod.key.groupKind == Descendants.pod else { return }
            let phase = pod.object[path: "status", "phase"]
            guard phase != "Succeeded", phase != "Failed" else { return }
            for volume in pod.object[path: "spec", "volumes"]?.array ?? [] {
                guard let name = volume[path: "persistentVolumeClaim", "claimName"]?.string else { continue }
                let claim = Descendants.claim
                claims.insert(
                    ResourceKey(group: claim.group, kind: claim.kind, namespace: pod.key.namespace, name: name)
                )
            }
        }
    }

    /// The health of a claim that waits for its first pod, `nil` of everything else.
    func health(of claim: LiveResource) -> Health? {
        guard claim.key.groupKind == Descendants.claim, !claim.isTerminating, !claims.contains(claim.key) else {
            return nil
        }
        let phase = claim.object[path: "status", "phase"]
        guard phase == nil || phase == "Pending" else { return nil }
        return Health(.unknown, "waits for its first pod")
    }
}
