import KubernetesAPI
import Manifests

/// An object as the memory of the plugin keeps it: as JSON, which takes a fraction of the room of a tree.
struct KeptObject: Sendable {
    /// What tells it from an earlier or later object with the same key.
    let uid: String
    /// The UIDs of the objects that own it.
    let owners: [String]
    /// The application that it belongs to; `nil` for what controllers make.
    let application: String?
    /// The watch that tells of it.
    let source: LiveSource
    /// Whether it makes claims that do not say whose they are.
    let hasClaims: Bool
    private let json: [UInt8]

    /// Keeps an object.
    init(_ resource: LiveResource, application: String?, from source: LiveSource) {
        uid = resource.uid
        owners = resource.ownerReferences.map(\.uid)
        self.application = application
        self.source = source
        hasClaims = resource.hasClaims
        json = resource.object.jsonBytes()
    }

    /// The object; what was written by us can be read by us.
    var resource: LiveResource? {
        guard let value = try? Value(json: json, file: "memory") else { return nil }
        return LiveResource(value)
    }
}

/// A kind of objects that is watched in a cluster.
enum LiveSource: Sendable, Hashable {
    /// Objects that carry the mark of piped.
    case managed(ResourceMapping)
    /// Objects that controllers make.
    case made(ResourceMapping)

    /// How the objects are reached.
    var mapping: ResourceMapping {
        switch self {
        case .managed(let mapping), .made(let mapping): mapping
        }
    }

    /// The type of the objects.
    var type: GroupKind { mapping.groupVersionKind.groupKind }
}

/// Kept objects, found by application and by owner.
struct ObjectTable: Sendable {
    private var objects: [String: KeptObject] = [:]
    private var byApplication: [String: Set<String>] = [:]
    private var byOwner: [String: Set<String>] = [:]

    /// Adds an object, in place of the one that it was before.
    mutating func put(_ object: KeptObject) {
        remove(object.uid)
        objects[object.uid] = object
        if let application = object.application { byApplication[application, default: []].insert(object.uid) }
        for owner in object.owners.isEmpty ? [""] : object.owners { byOwner[owner, default: []].insert(object.uid) }
    }

    /// Removes an object if it came from a source; another one may tell of it now.
    mutating func remove(_ uid: String, from source: LiveSource) {
        guard objects[uid]?.source == source else { return }
        remove(uid)
    }

    /// Removes everything that came from a source.
    mutating func removeAll(from source: LiveSource) {
        for object in objects.values where object.source == source { remove(object.uid) }
    }

    /// The objects of an application.
    func belonging(to application: String) -> [KeptObject] {
        (byApplication[application] ?? []).compactMap { objects[$0] }
    }

    /// The objects that grew out of others, directly or through further ones.
    func descendants(of uids: [String]) -> [KeptObject] {
        var seen = Set(uids)
        var next = uids
        var found: [KeptObject] = []
        while let owner = next.popLast() {
            for uid in byOwner[owner] ?? [] where seen.insert(uid).inserted {
                guard let object = objects[uid] else { continue }
                found.append(object)
                next.append(uid)
            }
        }
        return found
    }

    /// The objects that nobody owns.
    var ownerless: [KeptObject] { (byOwner[""] ?? []).compactMap { objects[$0] } }

    private mutating func remove(_ uid: String) {
        guard let object = objects.removeValue(forKey: uid) else { return }
        if let application = object.application { byApplication.remove(uid, at: application) }
        for owner in object.owners.isEmpty ? [""] : object.owners { byOwner.remove(uid, at: owner) }
    }
}

extension [String: Set<String>] {
    /// Takes an element out of a set, and a set that is empty out of the table.
    fileprivate mutating func remove(_ element: String, at key: String) {
        self[key]?.remove(element)
        if self[key]?.isEmpty == true { self[key] = nil }
    }
}
