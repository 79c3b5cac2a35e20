import Manifests

/// Every object of one cluster, with one counter of versions for all of them.
///
/// Objects are values: a snapshot costs nothing and never changes.
struct ObjectStore: Sendable {
    /// The objects of one type.
    private struct Collection {
        var objects: [ObjectKey: Value] = [:]
        /// Kept until an object is added or removed.
        var sortedKeys: [ObjectKey]?
    }

    private var collections: [GroupResource: Collection] = [:]
    private var identities: [String: ObjectReference] = [:]
    private var dependents: [String: Set<ObjectReference>] = [:]
    /// The objects without a controller.
    private var independent: [GroupResource: Set<ObjectKey>] = [:]
    /// The version of the latest write.
    private(set) var revision = 100
    private(set) var log = EventLog()

    subscript(reference: ObjectReference) -> Value? {
        collections[reference.type]?.objects[reference.key]
    }

    /// The objects of a type, sorted by namespace and name.
    mutating func objects(_ type: GroupResource, namespace: String? = nil) -> [Value] {
        guard var collection = collections[type] else { return [] }
        let keys = collection.sortedKeys ?? collection.objects.keys.sorted()
        if collection.sortedKeys == nil {
            collection.sortedKeys = keys
            collections[type] = collection
        }
        return keys.compactMap { key in
            namespace == nil || key.namespace == namespace ? collection.objects[key] : nil
        }
    }

    /// The object with an identity, wherever it is.
    func reference(uid: String) -> ObjectReference? {
        identities[uid]
    }

    /// The objects that name an identity as one of their owners.
    func dependents(of uid: String) -> [ObjectReference] {
        (dependents[uid] ?? []).sorted { ($0.type, $0.key) < ($1.type, $1.key) }
    }

    /// The objects of a type in a namespace that have no controller.
    func independent(_ type: GroupResource, namespace: String) -> [Value] {
        let keys = (independent[type] ?? []).filter { $0.namespace == namespace }.sorted()
        return keys.compactMap { collections[type]?.objects[$0] }
    }

    /// Writes an object under the next version and remembers the event.
    mutating func save(_ object: Value, at reference: ObjectReference) -> StoreEvent {
        revision += 1
        var object = object
        object.setMetadata("resourceVersion", .string(String(revision)))
        let previous = collections[reference.type]?.objects[reference.key]
        index(previous, object, reference)
        if previous == nil { collections[reference.type, default: Collection()].sortedKeys = nil }
        collections[reference.type, default: Collection()].objects[reference.key] = object
        let change: StoreEvent.Change = previous == nil ? .added : .modified
        return log.append(StoreEvent(revision, change, reference, object, previous: previous))
    }

    /// Takes an object away; the event carries its last state under a version of its own.
    mutating func remove(_ reference: ObjectReference) -> StoreEvent? {
        guard let previous = collections[reference.type]?.objects.removeValue(forKey: reference.key) else { return nil }
        collections[reference.type]?.sortedKeys = nil
        index(previous, nil, reference)
        revision += 1
        var object = previous
        object.setMetadata("resourceVersion", .string(String(revision)))
        return log.append(StoreEvent(revision, .deleted, reference, object, previous: previous))
    }

    /// Forgets the history, as compaction of a real server's database does.
    mutating func compact() {
        log.compact(upTo: revision)
    }

    private mutating func index(_ old: Value?, _ new: Value?, _ reference: ObjectReference) {
        if let old, old.uid != new?.uid { identities[old.uid] = nil }
        if let new { identities[new.uid] = reference }
        if let new, new.controllerUID == nil {
            independent[reference.type, default: []].insert(reference.key)
        } else {
            independent[reference.type]?.remove(reference.key)
        }
        let oldOwners = Set(old?.ownerReferences.compactMap { $0["uid"]?.string } ?? [])
        let newOwners = Set(new?.ownerReferences.compactMap { $0["uid"]?.string } ?? [])
        for owner in oldOwners.subtracting(newOwners) {
            dependents[owner]?.remove(reference)
            if dependents[owner]?.isEmpty == true { dependents[owner] = nil }
        }
        for owner in newOwners.subtracting(oldOwners) { dependents[owner, default: []].insert(reference) }
    }
}
