public import Manifests

/// One object to wait for, as our own write left it.
public struct ReadinessTarget: Sendable, Hashable {
    /// How it is reached.
    public let mapping: ResourceMapping
    /// Its namespace, `nil` when it has none.
    public let namespace: String?
    /// Its name.
    public let name: String
    /// The generation that our write returned; an older state says nothing about it.
    public let generation: Int?
    /// The UID that our write returned; an object with another one is not ours.
    public let uid: String?

    /// An object to wait for.
    public init(mapping: ResourceMapping, namespace: String?, name: String, generation: Int? = nil, uid: String? = nil)
    {
        self.mapping = mapping
        self.namespace = mapping.isNamespaced ? namespace : nil
        self.name = name
        self.generation = generation
        self.uid = uid
    }

    /// The object that a write returned.
    public init(_ resource: LiveResource, mapping: ResourceMapping) {
        self.init(
            mapping: mapping,
            namespace: resource.key.namespace,
            name: resource.key.name,
            generation: resource.generation,
            uid: resource.uid
        )
    }

    /// Group, kind, namespace and name.
    public var key: ResourceKey { mapping.key(namespace: namespace, name: name) }

    /// What the object as it is now says about this target, `nil` for an object that is not there.
    func readiness(of resource: LiveResource?) -> Readiness {
        guard let resource else { return .notFound }
        if let uid, !uid.isEmpty, resource.uid != uid {
            return .failed("it was deleted, and another object has its name now")
        }
        if let generation, let now = resource.generation, now < generation {
            return .inProgress("the server does not show the change yet")
        }
        return Readiness(of: resource)
    }
}
