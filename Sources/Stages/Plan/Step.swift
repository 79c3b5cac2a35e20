package import KubernetesAPI
package import Manifests
package import Rollouts

/// One thing that a stage does in one cluster.
package enum Step: Sendable {
    /// Makes the namespace if it is not there.
    case ensureNamespace(String)
    /// Writes the object by server-side apply.
    case apply(Manifest)
    /// Puts the manifest in the place of the object; with force the object is deleted and created anew.
    case replace(Manifest, force: Bool)
    /// Writes the object that directs traffic, so that the variants receive these shares in percent.
    case route(Manifest, [Variant: Int])
    /// Waits until the objects are ready, as long as the policy says.
    case waitUntilReady([ResourceKey], ReadinessPolicy)
    /// Deletes the object, if it is still the one that was found.
    case delete(Deletable)
    /// Deletes the object because it is no longer in Git, if it is still the one that was found.
    case prune(Deletable)
}

/// What a delete step removes.
package enum Deletable: Sendable {
    /// An object found in the cluster; its UID guards the deletion.
    case found(LiveResource)
    /// An object that an earlier stage of the same dry run would have made.
    case predicted(ResourceKey)

    /// The object.
    package var key: ResourceKey {
        switch self {
        case .found(let resource): resource.key
        case .predicted(let key): key
        }
    }
}

extension Step {
    /// The name of the step in plans, logs and JSON.
    package var action: String {
        switch self {
        case .ensureNamespace: "ensureNamespace"
        case .apply: "apply"
        case .replace: "replace"
        case .route: "route"
        case .waitUntilReady: "waitUntilReady"
        case .delete: "delete"
        case .prune: "prune"
        }
    }

    /// Whether the step removes something.
    var isDelete: Bool {
        switch self {
        case .delete, .prune: true
        case .ensureNamespace, .apply, .replace, .route, .waitUntilReady: false
        }
    }

    /// The objects that the step is about.
    package var resources: [ResourceKey] {
        switch self {
        case .ensureNamespace(let name): [ResourceKey(group: "", kind: "Namespace", namespace: nil, name: name)]
        case .apply(let manifest), .replace(let manifest, _), .route(let manifest, _): [manifest.key]
        case .waitUntilReady(let keys, _): keys
        case .delete(let deletable), .prune(let deletable): [deletable.key]
        }
    }

    /// The object as it is sent, for steps that send one.
    package var manifest: Manifest? {
        switch self {
        case .apply(let manifest), .replace(let manifest, _), .route(let manifest, _): manifest
        case .ensureNamespace, .waitUntilReady, .delete, .prune: nil
        }
    }
}
