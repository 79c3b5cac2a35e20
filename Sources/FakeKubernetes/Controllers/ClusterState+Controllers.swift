import Manifests

/// The controllers: what a real cluster's controller manager, scheduler and kubelets do, as far as clients can see it.
extension ClusterState {
    /// The name under which the controllers write.
    static let controllerManager = "kube-controller-manager"
    /// More rounds than any change needs: controllers that go on for ever are our mistake.
    private static let mostRounds = 10_000

    /// Works until nothing is left to do.
    mutating func runControllers() {
        for _ in 0..<Self.mostRounds {
            let work = controllers.takeAll()
            guard !work.isEmpty else { return }
            for item in work { perform(item) }
        }
    }

    private mutating func perform(_ work: ControllerQueue.Work) {
        switch work {
        case .object(let reference): reconcile(reference)
        case .owner(let uid):
            guard let reference = store.reference(uid: uid) else { return }
            reconcile(reference)
        case .dependents(let uid): collectDependents(ofDeleted: uid)
        case .selections(let namespace):
            reconcileServices(namespace: namespace)
            reconcileBudgets(namespace: namespace)
        case .ready(let reference, let uid): becomeReady(reference, uid: uid)
        case .deadline(let reference, let replicaSet, let ready):
            checkDeadline(reference, replicaSet: replicaSet, ready: ready)
        }
    }

    private mutating func reconcile(_ reference: ObjectReference) {
        guard let object = store[reference] else { return vanished(reference) }
        guard !collect(object, reference) else { return }
        switch (reference.type.group, reference.type.resource) {
        case ("apps", "deployments"): reconcileDeployment(object, reference)
        case ("apps", "replicasets"), ("", "replicationcontrollers"): reconcileReplicaSet(object, reference)
        case ("apps", "statefulsets"): reconcileStatefulSet(object, reference)
        case ("apps", "daemonsets"): reconcileDaemonSet(object, reference)
        case ("batch", "jobs"): reconcileJob(object, reference)
        case ("", "pods"): reconcilePod(object, reference)
        case ("", "services"): reconcileService(object, reference)
        case ("networking.k8s.io", "ingresses"): reconcileIngress(object, reference)
        case ("policy", "poddisruptionbudgets"): reconcileBudget(object, reference)
        case ("", "namespaces"): reconcileNamespace(object, reference)
        case ("", "persistentvolumeclaims"): bind(object, reference)
        case ("", "nodes"): reconcileDaemonSets()
        case ("apiextensions.k8s.io", "customresourcedefinitions"): establish(reference)
        default: return
        }
    }

    /// Follows up on an object that is no longer there.
    private mutating func vanished(_ reference: ObjectReference) {
        guard reference.type == GroupResource(group: "", resource: "services") else { return }
        let endpoints = GroupResource(group: "", resource: "endpoints")
        erase(ObjectReference(endpoints, reference.key))
    }

    // MARK: Writing

    /// Writes the status of an object, and nothing else of it.
    mutating func writeStatus(_ object: Value, at reference: ObjectReference, manager: String = controllerManager) {
        write(object, at: reference, subresource: "status", manager: manager)
    }

    /// Writes an object as a controller; a refusal leaves it as it is.
    mutating func write(
        _ object: Value,
        at reference: ObjectReference,
        subresource: String? = nil,
        manager: String = controllerManager
    ) {
        guard let old = store[reference], let target = target(reference, subresource: subresource) else { return }
        var proposed = object
        proposed.setMetadata("resourceVersion", old["metadata"]?["resourceVersion"])
        proposed.setMetadata("managedFields", nil)
        _ = try? modify(old, into: proposed, target, WriteOptions(manager: manager))
    }

    /// Makes an object as a controller; `nil` when the server refuses it.
    @discardableResult
    mutating func make(_ object: Value, _ group: String, _ resource: String, namespace: String?) -> Value? {
        guard let type = registry[group, resource] else { return nil }
        let options = WriteOptions(manager: Self.controllerManager)
        return try? insert(object, ResourceTarget(type, namespace: namespace), options)
    }

    /// Deletes an object as the garbage collector does.
    mutating func discard(_ object: Value, _ reference: ObjectReference) {
        guard let target = target(reference) else { return }
        _ = remove(object, target, DeleteOptions(propagation: .background))
    }

    private func target(_ reference: ObjectReference, subresource: String? = nil) -> ResourceTarget? {
        guard let type = registry[reference.type.group, reference.type.resource] else { return nil }
        let key = reference.key
        return ResourceTarget(type, namespace: key.namespace, name: key.name, subresource: subresource)
    }

    // MARK: Reading

    /// The parts that an object controls, adopting those without a controller that its selector finds.
    mutating func controlled(_ owner: Value, _ ownerType: GroupResource, _ type: GroupResource) -> [Value] {
        var parts = store.dependents(of: owner.uid).compactMap { reference -> Value? in
            guard reference.type == type, let object = store[reference] else { return nil }
            return object.controllerUID == owner.uid && !object.isBeingDeleted ? object : Value?.none
        }
        let selector = LabelSelector(object: owner["spec"]?["selector"] ?? [:])
        guard !selector.requirements.isEmpty else { return parts }
        for object in store.independent(type, namespace: owner.namespace)
        where !object.isBeingDeleted && selector.matches(object.labels) {
            var adopted = object
            let references = object.ownerReferences + [ownerReference(owner, ownerType)]
            adopted.setMetadata("ownerReferences", .array(references))
            let reference = ObjectReference(type, namespace: object.namespace, name: object.name)
            write(adopted, at: reference)
            if let saved = store[reference] { parts.append(saved) }
        }
        return parts
    }

    /// What the parts of an object carry to name it as their controller.
    func ownerReference(_ owner: Value, _ type: GroupResource) -> Value {
        let known = registry[type.group, type.resource]
        return [
            "apiVersion": .string(known?.apiVersion(known?.versions.first ?? "") ?? ""),
            "kind": .string(known?.kind ?? ""), "name": .string(owner.name), "uid": .string(owner.uid),
            "controller": true, "blockOwnerDeletion": true,
        ]
    }
}
