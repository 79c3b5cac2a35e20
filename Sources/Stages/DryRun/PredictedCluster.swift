import KubernetesAPI
import Manifests

/// What a dry run knows of the objects of a cluster after the steps that it has gone through.
package struct PredictedCluster: Sendable {
    /// What would have become of an object.
    enum State: Sendable {
        /// It would be like this.
        case there(LiveResource, Origin)
        /// It would have been deleted.
        case gone
    }

    /// Whether the cluster has the object already.
    enum Origin: Sendable {
        /// It has.
        case cluster
        /// It does not have it.
        case new
        /// It has one that a step would delete before it creates this one.
        case recreated
    }

    private var states: [ResourceKey: State] = [:]
    private var manifests: [ResourceKey: Manifest] = [:]
    private var definitions: [Definition] = []

    package init() {}

    /// What would have become of an object, `nil` when no step was about it.
    func state(of key: ResourceKey) -> State? { states[key.normalized] }

    /// The object as it would be, `nil` when it would be gone or no step was about it.
    func object(_ key: ResourceKey) -> LiveResource? {
        guard case .there(let object, _) = state(of: key) else { return nil }
        return object
    }

    /// Where an object would come from, `nil` when it would be gone or no step was about it.
    func origin(of key: ResourceKey) -> Origin? {
        guard case .there(_, let origin) = state(of: key) else { return nil }
        return origin
    }

    /// What an object was last written from.
    func manifest(_ key: ResourceKey) -> Manifest? { manifests[key.normalized] }

    /// Whether an object would be there that the cluster does not have yet.
    func isNew(_ key: ResourceKey) -> Bool {
        origin(of: key) == .new
    }

    /// Whether a namespace would be there that the cluster does not have yet.
    func isNewNamespace(_ name: String) -> Bool {
        isNew(ResourceKey(group: "", kind: "Namespace", namespace: nil, name: name))
    }

    /// Whether the steps so far would have defined a type.
    func defines(_ type: GroupVersionKind) -> Bool { definitions.contains { $0.defines(type) } }

    /// Whether the last write of an object was of this very manifest.
    func isWritten(_ manifest: Manifest) -> Bool {
        manifests[manifest.key.normalized]?.object == manifest.object && object(manifest.key) != nil
    }

    /// Notes what a step would have left.
    mutating func note(_ state: State, of key: ResourceKey, writtenFrom manifest: Manifest?) {
        states[key.normalized] = state
        manifests[key.normalized] = manifest
        if let definition = manifest.flatMap({ Definition($0) }) { definitions.append(definition) }
    }
}
