import Manifests

extension ClusterState {
    mutating func delete(_ target: ResourceTarget, _ request: APIRequest) throws(APIStatus) -> APIResponse {
        let options = try DeleteOptions(request)
        let format = try ResponseFormat(request)
        let object = try require(target)
        try checkDeletable(object, target, options)
        let rest = remove(object, target, options)
        if let rest { return .object(Presentation(target, format).object(rest)) }
        var details = APIStatus.details(target.groupResource, object.name)
        details["uid"] = .string(object.uid)
        return .object([
            "kind": "Status", "apiVersion": "v1", "metadata": [:], "status": "Success", "details": .mapping(details),
        ])
    }

    mutating func deleteCollection(_ target: ResourceTarget, _ request: APIRequest) throws(APIStatus) -> APIResponse {
        guard target.type.verbs.contains("deletecollection"), target.namespace != nil || !target.type.isNamespaced
        else {
            throw .methodNotAllowed
        }
        let options = try DeleteOptions(request)
        let presentation = Presentation(target, try ResponseFormat(request))
        let objects = select(target, try ObjectSelector(target: target, request: request))
        for object in objects {
            var single = target
            single.name = object.name
            try checkDeletable(object, single, options)
            _ = remove(object, single, options)
        }
        return .object(presentation.list(objects, metadata: ["resourceVersion": .string(String(store.revision))]))
    }

    private func checkDeletable(
        _ object: Value,
        _ target: ResourceTarget,
        _ options: DeleteOptions
    ) throws(APIStatus) {
        // The real server names the kind here, not the resource.
        let kind = GroupResource(group: target.type.group, resource: target.type.kind)
        if let uid = options.uid, uid != object.uid {
            throw .conflict(
                kind,
                object.name,
                "the UID in the precondition (\(uid)) does not match the UID in record (\(object.uid)). "
                    + "The object might have been deleted and then recreated"
            )
        }
        if let version = options.resourceVersion, version != object.resourceVersion {
            throw .conflict(
                kind,
                object.name,
                "the ResourceVersion in the precondition (\(version)) does not match the ResourceVersion in record "
                    + "(\(object.resourceVersion)). The object might have been modified"
            )
        }
        if target.groupResource == Namespaces.type, Namespaces.permanent.contains(object.name) {
            let message = "namespaces \"\(object.name)\" is forbidden: this namespace may not be deleted"
            throw APIStatus(403, "Forbidden", message, details: APIStatus.details(Namespaces.type, object.name))
        }
    }

    /// Deletes an object, or marks it when something must happen first.
    ///
    /// - Returns: The object as it waits for its finalizers, `nil` when it is gone.
    mutating func remove(_ object: Value, _ target: ResourceTarget, _ options: DeleteOptions) -> Value? {
        let reference = target.reference(named: object.name)
        var marked = object
        let propagation = options.propagation ?? Self.defaultPropagation(target.type)
        // The garbage collector takes these away when it has done what they say.
        let finalizer: String? =
            switch propagation {
            case .foreground: "foregroundDeletion"
            case .orphan where options.propagation == .orphan: "orphan"
            case .orphan, .background: nil
            }
        if let finalizer, !object.finalizers.contains(finalizer) {
            marked.setMetadata("finalizers", .array((object.finalizers + [finalizer]).map(Value.string)))
        }
        let waits = !marked.finalizers.isEmpty || target.groupResource == Namespaces.type
        guard waits else {
            guard !options.isDryRun else { return nil }
            if propagation == .orphan { orphanDependents(of: object) }
            erase(reference)
            return nil
        }
        if !object.isBeingDeleted {
            marked.setMetadata("deletionTimestamp", .string(Timestamp.now.text))
            marked.setMetadata("deletionGracePeriodSeconds", 0)
            if let count = marked["metadata"]?["generation"]?.int { marked.setMetadata("generation", .int(count &+ 1)) }
            if target.groupResource == Namespaces.type {
                marked.put("Terminating", "status", "phase")
                marked.setMetadata("deletionGracePeriodSeconds", nil)
            }
        }
        guard marked != object, !options.isDryRun else { return marked }
        return commit(marked, at: reference)
    }

    private static func defaultPropagation(_ type: ResourceType) -> DeleteOptions.Propagation {
        ["Job", "ReplicationController"].contains(type.kind) ? .orphan : .background
    }
}
