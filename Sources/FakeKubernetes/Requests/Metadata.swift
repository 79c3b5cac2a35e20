import Manifests

/// What the server itself keeps in the metadata of every object.
enum Metadata {
    /// Fills in what a new object gets from the server and drops what a client cannot say.
    static func prepareNew(_ object: inout Value, _ target: ResourceTarget) {
        object.setMetadata("namespace", target.type.isNamespaced ? target.namespace.map(Value.string) : nil)
        let prefix = object.metadata("generateName")
        if object.name.isEmpty, !prefix.isEmpty {
            object.setMetadata("name", .string(prefix + RandomNames.suffix()))
        }
        for field in ["deletionTimestamp", "deletionGracePeriodSeconds", "selfLink", "generation", "managedFields"] {
            object.setMetadata(field, nil)
        }
        object.setMetadata("uid", .string(RandomNames.uid()))
        object.setMetadata("creationTimestamp", .string(Timestamp.now.text))
        if target.type.hasStatus { object["status"] = nil }
        if counts(target.type) { object.setMetadata("generation", 1) }
    }

    /// Refuses a write that starts from another version or another object.
    static func checkVersions(_ old: Value, _ proposed: Value, _ target: ResourceTarget) throws(APIStatus) {
        let version = proposed.resourceVersion
        if version.isEmpty, target.type.custom != nil {
            let detail = "must be specified for an update"
            // The real server names the resource here, not the kind.
            var type = target.type
            type.kind = type.plural
            throw .invalid(type, old.name, [.invalid("metadata.resourceVersion", "0x0", detail)])
        }
        guard version.isEmpty || version == old.resourceVersion else { throw .modified(target.groupResource, old.name) }
        guard proposed.uid.isEmpty || proposed.uid == old.uid else {
            throw .otherUID(proposed.uid, old, target)
        }
    }

    /// Keeps the fields that a write through this path cannot change.
    static func carryOver(_ old: Value, _ object: inout Value, _ target: ResourceTarget) {
        if let subresource = target.subresource { keepAllBut(subresource, old, &object, target.type) }
        let kept = [
            "name", "namespace", "uid", "creationTimestamp", "deletionTimestamp", "deletionGracePeriodSeconds",
            "generation", "resourceVersion", "generateName",
        ]
        for field in kept { object.setMetadata(field, old["metadata"]?[field]) }
        object.setMetadata("selfLink", nil)
        if target.subresource == nil, target.type.hasStatus { object["status"] = old["status"] }
        if let metadata = old["metadata"]?.mapping, let new = object["metadata"]?.mapping {
            object["metadata"] = .mapping(new.ordered(like: metadata))
        }
    }

    /// A part of an object is written alone: the rest stays as it is.
    private static func keepAllBut(_ subresource: String, _ old: Value, _ object: inout Value, _ type: ResourceType) {
        var result = old
        switch subresource {
        case "status":
            result["status"] = object["status"]
            // The status of a Deployment carries its revision, which is an annotation.
            if type.kind == "Deployment", type.custom == nil {
                result.setMetadata("annotations", object["metadata"]?["annotations"])
            }
        case "finalize": result.put(object["spec"]?["finalizers"], "spec", "finalizers")
        case "ephemeralcontainers":
            result.put(object["spec"]?["ephemeralContainers"], "spec", "ephemeralContainers")
        default: result = object
        }
        result.setMetadata("managedFields", nil)
        object = result
    }

    static func checkImmutable(_ old: Value, _ object: Value, _ target: ResourceTarget) throws(APIStatus) {
        guard old.isBeingDeleted else { return }
        let added = Set(object.finalizers).subtracting(old.finalizers).sorted()
        guard !added.isEmpty else { return }
        let list = added.map { "\"\($0)\"" }.joined(separator: ", ")
        let detail =
            "no new finalizers can be added if the object is being deleted, found new finalizers []string{\(list)}"
        throw .invalid(target.type, old.name, [.forbidden("metadata.finalizers", detail)])
    }

    /// Whether a write changes neither the object nor its owners.
    static func isSame(_ old: Value, _ object: Value, given: Value) -> Bool {
        let sent = given["metadata"]?["managedFields"]
        guard sent == nil || sent == old["metadata"]?["managedFields"] else { return false }
        var (before, after) = (old, object)
        before.setMetadata("managedFields", nil)
        after.setMetadata("managedFields", nil)
        return before == after
    }

    /// Counts a change of what the user wants; changes of metadata and status do not count.
    static func countGeneration(_ old: Value, _ object: inout Value, _ type: ResourceType) {
        guard counts(type) else { return }
        let count = old["metadata"]?["generation"]?.int ?? 1
        let changed = wish(old, type) != wish(object, type)
        object.setMetadata("generation", .int(changed ? count &+ 1 : count))
    }

    private static func counts(_ type: ResourceType) -> Bool {
        type.traits.contains(.generation) || type.custom != nil
    }

    /// The part of an object whose changes count.
    private static func wish(_ object: Value, _ type: ResourceType) -> Value {
        var wish = object
        wish["metadata"] = nil
        if type.hasStatus { wish["status"] = nil }
        return wish
    }
}

extension Mapping {
    /// The same fields, those of another mapping first and in its order.
    func ordered(like other: Mapping) -> Mapping {
        let known = other.keys.filter { self[$0] != nil }
        let rest = keys.filter { other[$0] == nil }
        return Mapping((known + rest).compactMap { key in self[key].map { (key, $0) } })
    }
}
