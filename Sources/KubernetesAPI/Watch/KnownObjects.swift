import Manifests

/// Which objects are known, in which version: enough to tell what is new.
struct KnownObjects {
    private struct Identity: Equatable {
        let uid: String
        let resourceVersion: String

        init(_ resource: LiveResource) {
            uid = resource.uid
            resourceVersion = resource.resourceVersion
        }
    }

    /// `nil` before the first list.
    private var objects: [ResourceKey: Identity]?

    /// Takes a list of all objects, and gives what is not as it was known: first what is gone, then the others as listed.
    mutating func replace(with items: [LiveResource]) -> [ResourceChange] {
        let listed = Dictionary(items.map { ($0.key, Identity($0)) }) { _, last in last }
        guard let known = objects else {
            objects = listed
            return [.synced(items)]
        }
        let gone = known.filter { listed[$0.key] == nil }.sorted { $0.key.shortDescription < $1.key.shortDescription }
        for (key, _) in gone { objects?[key] = nil }
        return gone.map { .deleted($0.key, uid: $0.value.uid) } + items.flatMap { update($0) }
    }

    /// Takes an event, and gives what it says beyond what is known.
    mutating func apply(_ event: WatchEvent) -> [ResourceChange] {
        switch event {
        case .bookmark: return []
        case .added(let resource), .modified(let resource): return update(resource)
        case .deleted(let resource):
            guard let known = objects?[resource.key], known.uid == resource.uid else { return [] }
            objects?[resource.key] = nil
            return [.deleted(resource.key, uid: known.uid)]
        }
    }

    private mutating func update(_ resource: LiveResource) -> [ResourceChange] {
        let identity = Identity(resource)
        let known = objects?[resource.key]
        guard known != identity else { return [] }
        objects?[resource.key] = identity
        guard let known else { return [.added(resource)] }
        guard known.uid != identity.uid else { return [.modified(resource)] }
        return [.deleted(resource.key, uid: known.uid), .added(resource)]
    }
}
