import Manifests

extension ClusterState {
    func getScale(_ target: ResourceTarget, _ format: ResponseFormat) throws(APIStatus) -> APIResponse {
        guard let object = store[target.reference] else {
            guard target.type.custom == nil, target.type.kind != "StatefulSet" else {
                throw .notFound(target.groupResource, target.name ?? "")
            }
            // The real server names the part only here, and only for some kinds.
            let group = target.type.group.isEmpty ? "autoscaling" : target.type.group
            throw .notFound(GroupResource(group: group, resource: "\(target.type.plural)/scale"), target.name ?? "")
        }
        guard target.type.custom == nil || object.at(Scale.replicasPath(target)) != nil else {
            let field = Scale.replicasPath(target).map { ".\($0)" }.joined()
            let problem = "the spec replicas field \"\(field)\" does not exist"
            let details: Mapping = ["causes": [["message": .string(problem)]]]
            throw APIStatus(500, "InternalError", "Internal error occurred: \(problem)", details: details)
        }
        let scale = try Scale.object(object, target)
        return .object(format == .partial ? Presentation(target, format).object(scale) : scale)
    }

    mutating func replaceScale(
        _ target: ResourceTarget,
        _ request: APIRequest,
        _ options: WriteOptions
    ) throws(APIStatus) -> APIResponse {
        let scale = try RequestBody.object(request, target)
        return try writeScale(scale, target, options)
    }

    /// Applies the number of a scale; the owners of the number in the object are those of the number in the scale.
    mutating func applyScale(
        _ config: Value,
        _ target: ResourceTarget,
        _ options: WriteOptions
    ) throws(APIStatus) -> APIResponse {
        let old = try require(target)
        let features = self.options.features
        var scale = try Scale.object(old, target)
        let owners = ScaleOwnership(old, target, features)
        scale.setMetadata("managedFields", owners.ofScale.value)
        let ownership = FieldOwnership(
            schema: target.bodySchema,
            apiVersion: Scale.apiVersion,
            subresource: features.recordsSubresources ? "scale" : ""
        )
        let applied = try ownership.applying(
            config,
            to: scale,
            manager: options.manager,
            force: options.force ?? false
        )
        var options = options
        options.managed = owners.ofObject(after: applied.managed)
        options.validation = .ignore
        return try writeScale(applied.object, target, options)
    }

    /// Writes the number of a scale into its object.
    mutating func writeScale(
        _ proposed: Value,
        _ target: ResourceTarget,
        _ options: WriteOptions
    ) throws(APIStatus) -> APIResponse {
        var scale = proposed
        scale["kind"] = nil
        scale["apiVersion"] = nil
        let warnings = try TypedObject.normalize(&scale, target, options)
        let old = try require(target)
        try checkScale(scale, old, target)
        var object = old
        var options = options
        do {
            try object.set(scale["spec"]?["replicas"] ?? 0, at: Scale.replicasPath(target))
        } catch {
            throw .badRequest("\(error)")
        }
        if !self.options.features.recordsSubresources {
            options.managed = ManagedFields(old["metadata"]?["managedFields"])
        }
        let updated = try modify(old, into: object, target, options)
        var response = APIResponse.object(try Scale.object(updated, target))
        response.warnings = warnings
        return response
    }

    private func checkScale(_ scale: Value, _ old: Value, _ target: ResourceTarget) throws(APIStatus) {
        let version = scale.resourceVersion
        guard version.isEmpty || version == old.resourceVersion else { throw .modified(target.groupResource, old.name) }
        guard scale.uid.isEmpty || scale.uid == old.uid else { throw .otherUID(scale.uid, old, target) }
        let replicas = scale["spec"]?["replicas"]?.int ?? 0
        guard replicas >= 0 else {
            var type = target.type
            type.group = "autoscaling"
            type.kind = Scale.kind
            let detail = "must be greater than or equal to 0"
            throw .invalid(type, old.name, [.invalid("spec.replicas", "\(replicas)", detail)])
        }
    }
}
