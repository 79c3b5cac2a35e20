import Manifests

/// Where an object lies inside its collection: namespace, empty for cluster-scoped objects, and name.
struct ObjectKey: Sendable, Hashable, Comparable {
    let namespace: String
    let name: String

    static func < (left: ObjectKey, right: ObjectKey) -> Bool {
        (left.namespace, left.name) < (right.namespace, right.name)
    }
}

/// One object of one type, whatever its version.
struct ObjectReference: Sendable, Hashable {
    let type: GroupResource
    let key: ObjectKey

    init(_ type: GroupResource, namespace: String = "", name: String) {
        self.type = type
        key = ObjectKey(namespace: namespace, name: name)
    }

    init(_ type: GroupResource, _ key: ObjectKey) {
        self.type = type
        self.key = key
    }
}

/// Reading what every object has in its metadata.
extension Value {
    func metadata(_ field: String) -> String {
        self["metadata"]?[field]?.string ?? ""
    }

    mutating func setMetadata(_ field: String, _ value: Value?) {
        var metadata = self["metadata"] ?? [:]
        metadata[field] = value
        self["metadata"] = metadata
    }

    var name: String { metadata("name") }

    var namespace: String { metadata("namespace") }

    var uid: String { metadata("uid") }

    var resourceVersion: String { metadata("resourceVersion") }

    var isBeingDeleted: Bool { self["metadata"]?["deletionTimestamp"]?.string != nil }

    var finalizers: [String] { self["metadata"]?["finalizers"]?.array?.compactMap(\.string) ?? [] }

    var labels: Mapping { self["metadata"]?["labels"]?.mapping ?? [:] }

    func annotation(_ key: String) -> String? {
        self["metadata"]?["annotations"]?[key]?.string
    }

    var ownerReferences: [Value] { self["metadata"]?["ownerReferences"]?.array ?? [] }

    /// The identity of the controller that made this object.
    var controllerUID: String? {
        ownerReferences.first { $0["controller"]?.bool == true }?["uid"]?.string
    }

    /// Sets a node at a path of field names; steps that are no mappings are replaced by mappings.
    mutating func put(_ value: Value?, _ path: String...) {
        put(value, path[...])
    }

    private mutating func put(_ value: Value?, _ path: ArraySlice<String>) {
        guard let key = path.first else { return }
        if mapping == nil { self = [:] }
        guard path.count > 1 else {
            self[key] = value
            return
        }
        var child = self[key] ?? [:]
        if value == nil, child.mapping == nil { return }
        child.put(value, path.dropFirst())
        self[key] = child
    }
}
