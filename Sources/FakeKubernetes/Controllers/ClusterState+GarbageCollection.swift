import Manifests

extension ClusterState {
    /// Looks after an object that is to go, or whose owners are gone.
    ///
    /// - Returns: Whether no other controller needs to see it.
    mutating func collect(_ object: Value, _ reference: ObjectReference) -> Bool {
        if object.isBeingDeleted {
            if object.finalizers.contains("orphan") {
                orphanDependents(of: object)
                drop("orphan", reference)
            } else if object.finalizers.contains("foregroundDeletion") {
                collectInForeground(object, reference)
            }
            return reference.type != Namespaces.type
        }
        guard !object.ownerReferences.isEmpty else { return false }
        let living = object.ownerReferences.filter { store.reference(uid: $0["uid"]?.string ?? "") != nil }
        guard living.isEmpty else { return false }
        discard(object, reference)
        return true
    }

    /// An object that waits for its parts goes when the last one is gone.
    private mutating func collectInForeground(_ object: Value, _ reference: ObjectReference) {
        for part in store.dependents(of: object.uid) {
            if let value = store[part], !value.isBeingDeleted { discard(value, part) }
        }
        guard store.dependents(of: object.uid).isEmpty else { return }
        drop("foregroundDeletion", reference)
    }

    /// Takes a finalizer off an object, which goes with its last one.
    private mutating func drop(_ finalizer: String, _ reference: ObjectReference) {
        guard var current = store[reference] else { return }
        let rest = current.finalizers.filter { $0 != finalizer }
        if rest.isEmpty {
            erase(reference)
        } else {
            current.setMetadata("finalizers", .array(rest.map(Value.string)))
            write(current, at: reference)
        }
    }

    /// Deletes the parts of an object that is gone, unless another owner is left.
    mutating func collectDependents(ofDeleted uid: String) {
        for part in store.dependents(of: uid) {
            guard let object = store[part] else { continue }
            let others = object.ownerReferences.filter {
                $0["uid"]?.string != uid && store.reference(uid: $0["uid"]?.string ?? "") != nil
            }
            if others.isEmpty {
                if !object.isBeingDeleted { discard(object, part) }
            } else {
                disown(part, uid: uid)
            }
        }
    }

    /// Sets the parts of an object free.
    mutating func orphanDependents(of owner: Value) {
        for part in store.dependents(of: owner.uid) { disown(part, uid: owner.uid) }
    }

    private mutating func disown(_ reference: ObjectReference, uid: String) {
        guard var object = store[reference] else { return }
        let rest = object.ownerReferences.filter { $0["uid"]?.string != uid }
        object.setMetadata("ownerReferences", rest.isEmpty ? Value?.none : .array(rest))
        write(object, at: reference)
    }

    // MARK: Namespaces

    /// Gives a new namespace what every namespace has, and empties one that is to go.
    mutating func reconcileNamespace(_ namespace: Value, _ reference: ObjectReference) {
        let name = namespace.name
        guard namespace.isBeingDeleted else {
            let account = ObjectReference(
                GroupResource(group: "", resource: "serviceaccounts"),
                namespace: name,
                name: "default"
            )
            let roots = ObjectReference(
                GroupResource(group: "", resource: "configmaps"),
                namespace: name,
                name: "kube-root-ca.crt"
            )
            if store[account] == nil {
                make(["metadata": ["name": "default"]], "", "serviceaccounts", namespace: name)
            }
            if store[roots] == nil {
                let data: Value = ["ca.crt": "-----BEGIN CERTIFICATE-----\n-----END CERTIFICATE-----\n"]
                make(["metadata": ["name": "kube-root-ca.crt"], "data": data], "", "configmaps", namespace: name)
            }
            return
        }
        var left = 0
        for type in registry.types.keys.sorted() where registry.types[type]?.isNamespaced == true {
            for object in store.objects(type, namespace: name) {
                let place = ObjectReference(type, namespace: name, name: object.name)
                if !object.isBeingDeleted { discard(object, place) }
                left += store[place] == nil ? 0 : 1
            }
        }
        if left == 0, namespace.finalizers.isEmpty { erase(reference) }
    }
}
