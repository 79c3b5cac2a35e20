import Manifests

extension ClusterClient {
    /// Deletes exactly this object, never another one that has its name meanwhile.
    ///
    /// - Parameters:
    ///   - resource: The object as it was read.
    ///   - precondition: What must still hold of it.
    ///   - propagation: What happens to the objects that it owns.
    ///   - options: Whether it is only a dry run.
    /// - Returns: What it came to, and what the server warns of; that the object is not there any more is no error.
    /// - Throws: `APIError` when the server refuses; with `.modified` when the object was to be unchanged, and is not.
    public func delete(
        _ resource: LiveResource,
        precondition: DeletePrecondition = .sameObject,
        propagation: PropagationPolicy = .background,
        options: WriteOptions = WriteOptions()
    ) async throws -> Deleted {
        let mapping = try await mapping(for: resource.groupVersionKind)
        var call = try call(.delete, mapping, namespace: resource.key.namespace, name: resource.key.name)
        guard !resource.uid.isEmpty else { throw error(call, .badRequest("it has no UID to tell it by")) }
        call.method = "DELETE"
        call.contentType = "application/json"
        call.body = Self.deleteOptions(resource, precondition, propagation, dryRun: options.dryRun).jsonBytes()
        do {
            let response = try await checkingThatServed(mapping) { [call] in try await self.send(call) }
            return Deleted(outcome: deletion(try value(of: response.body, call)), warnings: response.warnings)
        } catch let error as APIError {
            switch error.reason {
            case .notFound: return Deleted(outcome: .alreadyGone)
            case .uidMismatch: return Deleted(outcome: .replaced)
            default: throw error
            }
        }
    }

    /// The server sends a `Status` when the object is gone, and the object while it is going.
    private func deletion(_ answer: Value) -> Deletion {
        let isGoing = answer[path: "metadata", "deletionTimestamp"]?.string != nil
        let isHeld = answer[path: "metadata", "finalizers"]?.array?.isEmpty == false
        return answer["kind"] != "Status" && (isGoing || isHeld) ? .inProgress : .gone
    }

    private static func deleteOptions(
        _ resource: LiveResource,
        _ precondition: DeletePrecondition,
        _ propagation: PropagationPolicy,
        dryRun: Bool
    ) -> Value {
        var preconditions: Value = ["uid": .string(resource.uid)]
        if precondition == .unchanged { preconditions["resourceVersion"] = .string(resource.resourceVersion) }
        var options: Value = [
            "kind": "DeleteOptions",
            "apiVersion": "v1",
            "propagationPolicy": .string(propagation.rawValue),
            "preconditions": preconditions,
        ]
        if dryRun { options["dryRun"] = ["All"] }
        return options
    }

    /// The parameters that every write but a delete has.
    func writeQuery(_ options: WriteOptions) -> [(name: String, value: String)] {
        var query = [(name: "fieldManager", value: fieldManager.name)]
        if options.dryRun { query.append((name: "dryRun", value: "All")) }
        if let validation = options.fieldValidation {
            query.append((name: "fieldValidation", value: validation.rawValue))
        }
        return query
    }

    /// The cluster will serve more after a definition, unless that was a dry run: what we know of it is old.
    func noteNewKinds(of manifest: Manifest, _ options: WriteOptions = WriteOptions()) {
        guard !options.dryRun else { return }
        switch (manifest.groupVersionKind.group, manifest.kind) {
        case ("apiextensions.k8s.io", "CustomResourceDefinition"):
            let group = manifest[path: "spec", "group"]?.string ?? ""
            let kind = manifest[path: "spec", "names", "kind"]?.string ?? ""
            cache.expect(GroupKind(group: group, kind: kind))
        case ("apiregistration.k8s.io", "APIService"): cache.expect(nil)
        default: return
        }
    }
}
