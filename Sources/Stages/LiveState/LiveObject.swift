package import KubernetesAPI
package import Manifests

/// An object of an application in a cluster, or one that grew out of such an object: what is kept of it.
///
/// The bodies of the application's own objects are kept, since they are compared with Git; of pods and what else
/// controllers make only the little that is shown.
package struct LiveObject: Sendable, Hashable {
    /// Pods: how many are ready, and how many there should be.
    package struct Replicas: Sendable, Hashable {
        package let ready: Int
        package let desired: Int

        package init(ready: Int, desired: Int) {
            self.ready = ready
            self.desired = desired
        }
    }

    /// Group, kind, namespace and name.
    package let key: ResourceKey
    /// The type in the version in which it was read.
    package let groupVersionKind: GroupVersionKind
    /// What tells it from an earlier or later object with the same key.
    package let uid: String
    /// The version of the object; to be compared for equality only.
    package let resourceVersion: String
    /// The UIDs of the objects that own it, in their order.
    package let owners: [String]
    /// When it was made, in Unix seconds; `nil` when it does not say.
    package let createdAt: Int64?
    /// How it fares.
    ///
    /// Of a workload the reason names the pod and the container that hold it up, where there is one.
    package var health: Health
    /// The value of the variant label, such as `canary`; `nil` when it has none.
    package let variant: String?
    /// The commit that it was applied from.
    package let commit: String?
    /// Its pods, for workloads.
    package let replicas: Replicas?
    /// The failure of a pod that cannot come up.
    package let podFailure: PodFailure?
    /// The whole object, for what is the application's own.
    package let body: LiveResource?

    /// Whether it is the application's own: applied by a stage, not made by a controller.
    package var isManaged: Bool { body != nil }

    package init(
        key: ResourceKey,
        groupVersionKind: GroupVersionKind,
        uid: String,
        resourceVersion: String = "",
        owners: [String] = [],
        createdAt: Int64? = nil,
        health: Health = Health(.healthy),
        variant: String? = nil,
        commit: String? = nil,
        replicas: Replicas? = nil,
        podFailure: PodFailure? = nil,
        body: LiveResource? = nil
    ) {
        self.key = key
        self.groupVersionKind = groupVersionKind
        self.uid = uid
        self.resourceVersion = resourceVersion
        self.owners = owners
        self.createdAt = createdAt
        self.health = health
        self.variant = variant
        self.commit = commit
        self.replicas = replicas
        self.podFailure = podFailure
        self.body = body
    }
}
