import Manifests

extension ClusterState {
    mutating func create(_ target: ResourceTarget, _ request: APIRequest) throws(APIStatus) -> APIResponse {
        let options = try WriteOptions(request, kind: "CreateOptions", self.options.features)
        let format = try ResponseFormat(request)
        var object = try RequestBody.object(request, target)
        let warnings = try TypedObject.normalize(&object, target, options)
        let created = try insert(AutoscalerConversion.stored(object, target), target, options)
        var response = APIResponse.object(Presentation(target, format).object(created), code: 201)
        response.warnings = warnings
        return response
    }

    mutating func replace(_ target: ResourceTarget, _ request: APIRequest) throws(APIStatus) -> APIResponse {
        let options = try WriteOptions(request, kind: "UpdateOptions", self.options.features)
        let format = try ResponseFormat(request)
        if target.subresource == "scale" { return try replaceScale(target, request, options) }
        var object = try RequestBody.object(request, target)
        let warnings = try TypedObject.normalize(&object, target, options)
        object = AutoscalerConversion.stored(object, target)
        var response: APIResponse
        if let old = store[target.reference] {
            let updated = try modify(old, into: object, target, options)
            response = .object(Presentation(target, format).object(updated))
        } else {
            guard target.type.traits.contains(.createOnUpdate) else {
                throw .notFound(target.groupResource, target.name ?? "")
            }
            let created = try insert(object, target, options)
            response = .object(Presentation(target, format).object(created), code: 201)
        }
        response.warnings = warnings
        return response
    }

    /// Adds a new object after all checks; a dry run stops before the store.
    mutating func insert(
        _ proposed: Value,
        _ target: ResourceTarget,
        _ options: WriteOptions
    ) throws(APIStatus) -> Value {
        guard proposed.resourceVersion.isEmpty else {
            throw APIStatus(500, "", "resourceVersion should not be set on objects to be created")
        }
        var object = proposed
        Metadata.prepareNew(&object, target)
        try requireNamespace(target, object.name)
        Defaults.fill(&object, target.type)
        var managed = ownership(nil, object, given: proposed, target, options)
        try addresses.allocate(&object, previous: nil, target, store: &store)
        let problems = Validation.problems(object, target.type, apiVersion: target.apiVersion)
        guard problems.isEmpty else { throw .invalid(target.type, object.name, problems) }
        guard options.mayCreate else {
            // The real server gives no reason here.
            let details = APIStatus.details(target.groupResource, object.name)
            throw APIStatus(
                403,
                "Forbidden",
                "\(target.groupResource) \"\(object.name)\" is forbidden: ",
                details: details
            )
        }
        let reference = target.reference(named: object.name)
        guard store[reference] == nil else { throw .alreadyExists(target.groupResource, object.name) }
        managed.stamp(over: nil)
        object.setMetadata("managedFields", managed.value)
        try admitCustomType(object, target)
        return options.isDryRun ? object : commit(object, at: reference)
    }

    /// Changes an object after all checks; nothing is written when nothing changes.
    mutating func modify(
        _ old: Value,
        into proposed: Value,
        _ target: ResourceTarget,
        _ options: WriteOptions
    ) throws(APIStatus) -> Value {
        try Metadata.checkVersions(old, proposed, target)
        var object = proposed
        Metadata.carryOver(old, &object, target)
        Defaults.fill(&object, target.type)
        try Metadata.checkImmutable(old, object, target)
        if options.managed == nil, Metadata.isSame(old, object, given: proposed) { return old }
        var managed = ownership(old, object, given: proposed, target, options)
        try addresses.allocate(&object, previous: old, target, store: &store)
        let problems = problems(old, object, target)
        guard problems.isEmpty else { throw .invalid(target.type, object.name, problems) }
        Metadata.countGeneration(old, &object, target.type)
        managed.stamp(over: ManagedFields(old["metadata"]?["managedFields"]))
        object.setMetadata("managedFields", managed.value)
        guard object != old else { return old }
        try admitCustomType(object, target)
        guard !options.isDryRun else { return object }
        let saved = commit(object, at: target.reference)
        return finishDeletion(saved, target.reference) ?? saved
    }

    /// What is wrong with a change; parts that are written alone cannot break the rest.
    private func problems(_ old: Value, _ object: Value, _ target: ResourceTarget) -> [FieldProblem] {
        guard target.subresource == nil || target.type.custom != nil else { return [] }
        return Validation.problems(object, target.type, apiVersion: target.apiVersion)
            + UpdateValidation.problems(old, object, target)
    }

    /// Who owns which field after a write: known before for server-side apply, else what the write changed.
    private func ownership(
        _ old: Value?,
        _ object: Value,
        given: Value,
        _ target: ResourceTarget,
        _ options: WriteOptions
    ) -> ManagedFields {
        options.managed
            ?? FieldOwnership(target, self.options.features)
            .updating(old, object, given: given, manager: options.manager)
    }

    /// Objects live only in namespaces that exist and are not going away.
    private func requireNamespace(_ target: ResourceTarget, _ name: String) throws(APIStatus) {
        guard let namespace = target.namespace else { return }
        guard let owner = store[ObjectReference(Namespaces.type, name: namespace)] else {
            throw .notFound(Namespaces.type, namespace)
        }
        guard owner.isBeingDeleted else { return }
        let problem = "unable to create new content in namespace \(namespace) because it is being terminated"
        var details = APIStatus.details(target.groupResource, name)
        details["causes"] = [
            [
                "reason": "NamespaceTerminating", "message": .string("namespace \(namespace) is being terminated"),
                "field": "metadata.namespace",
            ]
        ]
        throw APIStatus(
            403,
            "Forbidden",
            "\(target.groupResource) \"\(name)\" is forbidden: \(problem)",
            details: details
        )
    }

    /// Removes an object whose last finalizer is gone.
    private mutating func finishDeletion(_ object: Value, _ reference: ObjectReference) -> Value? {
        guard object.isBeingDeleted, object.finalizers.isEmpty, reference.type != Namespaces.type else { return nil }
        return erase(reference)
    }
}
