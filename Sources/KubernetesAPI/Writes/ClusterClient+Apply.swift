public import Manifests

extension ClusterClient {
    /// Creates or changes an object by server-side apply, with one request in the normal case.
    ///
    /// Fields that a client-side apply wrote become ours, so that those that the manifest no longer has go away; that
    /// takes two requests more, once. Applying the same manifest again changes nothing.
    ///
    /// - Throws: `APIError` with `.fieldConflicts` when others own fields of the manifest and are not to lose them; the
    ///   object is then unchanged.
    public func apply(_ manifest: Manifest, options: WriteOptions = WriteOptions()) async throws -> Applied {
        let mapping = try await mapping(for: manifest.groupVersionKind)
        let write = try ApplyCall(client: self, manifest: manifest, mapping: mapping, options: options)
        do {
            let applied = try await write.send()
            noteNewKinds(of: manifest, options)
            guard !options.dryRun else { return applied.predictingAdoption(by: fieldManager) }
            guard FieldAdoption(of: applied.resource, by: fieldManager) != nil else { return applied }
            return try await write.sendAgain(afterAdopting: applied)
        } catch let error as APIError {
            guard case .fieldConflicts(let conflicts) = error.reason else { throw error }
            let applied = try await write.resolve(conflicts, error)
            noteNewKinds(of: manifest, options)
            return options.dryRun ? applied.predictingAdoption(by: fieldManager) : applied
        }
    }

    /// What an apply would make of an object, also of fields that others own: a dry run with force, in one request.
    ///
    /// - Parameter manifest: The object as it is to be.
    /// - Returns: The object as it would be. Where it would change, the `resourceVersion` is that of the live one.
    /// - Throws: `APIError` when the server would refuse, or does not answer.
    package func previewApply(_ manifest: Manifest) async throws -> Applied {
        let mapping = try await mapping(for: manifest.groupVersionKind)
        let options = WriteOptions(dryRun: true, forceConflicts: true)
        return try await ApplyCall(client: self, manifest: manifest, mapping: mapping, options: options).send(
            force: true
        )
    }
}

/// The apply of one manifest and what conflicts ask for.
private struct ApplyCall {
    private static let mostAdoptions = 5

    let client: ClusterClient
    let mapping: ResourceMapping
    let namespace: String?
    let options: WriteOptions
    private let call: APICall
    private let body: Value

    init(client: ClusterClient, manifest: Manifest, mapping: ResourceMapping, options: WriteOptions) throws {
        self.client = client
        self.mapping = mapping
        self.options = options
        namespace = mapping.isNamespaced ? manifest.namespace : nil
        body = manifest.body(namespace: namespace)
        var call = try client.call(.apply, mapping, namespace: namespace, name: manifest.name)
        call.method = "PATCH"
        call.contentType = "application/apply-patch+yaml"
        call.query = client.writeQuery(options)
        call.body = body.jsonBytes()
        self.call = call
    }

    /// Applies, taking fields from others only when forced.
    func send(force: Bool = false) async throws -> Applied {
        var call = call
        if force { call.query.append((name: "force", value: "true")) }
        let response = try await client.checkingThatServed(mapping) { [call] in try await sendFillingIn(call) }
        return Applied(
            resource: try client.resource(of: response.body, mapping, call),
            isNew: response.status == 201,
            warnings: response.warnings
        )
    }

    /// Goes on from conflicts: adopts what is left of a client-side apply, and takes the rest when it may.
    func resolve(_ conflicts: [FieldConflict], _ error: APIError) async throws -> Applied {
        let live = try await client.get(
            mapping,
            namespace: namespace,
            name: body.at(["metadata", "name"])?.string ?? ""
        )
        let adoption = live.flatMap { FieldAdoption(of: $0, by: client.fieldManager) }
        let theirs = conflicts.filter { !$0.isWith(adoption?.managers ?? []) }
        guard theirs.isEmpty || options.forceConflicts else {
            throw APIError(error, reason: .fieldConflicts(theirs))
        }
        // A dry run cannot adopt; force shows the same values.
        guard let live, adoption != nil, !options.dryRun else { return try await forced(theirs) }
        let adopted = try await adopt(live)
        return try await finish(adopted) {
            guard theirs.isEmpty else { return try await forced(theirs) }
            return try await send()
        }
    }

    /// Applies once more after the fields of a client-side apply have become ours.
    func sendAgain(afterAdopting applied: Applied) async throws -> Applied {
        let again = try await finish(try await adopt(applied.resource)) { try await send() }
        return Applied(
            resource: again.resource,
            isNew: applied.isNew,
            warnings: applied.warnings,
            migration: again.migration
        )
    }

    private func forced(_ conflicts: [FieldConflict]) async throws -> Applied {
        var applied = try await send(force: true)
        applied.takenOver = conflicts
        return applied
    }

    private func finish(_ adoption: FieldAdoption?, _ body: () async throws -> Applied) async throws -> Applied {
        var applied = try await body()
        applied.migration = adoption.map { adoption in
            Migration(
                managers: adoption.managers,
                dropped: adoption.dropped(from: applied.resource),
                orphans: adoption.orphans
            )
        }
        return applied
    }

    /// Makes the fields of a client-side apply ours; reads the object again when it changes meanwhile.
    ///
    /// - Returns: What was done, `nil` when somebody else has done it.
    private func adopt(_ object: LiveResource) async throws -> FieldAdoption? {
        var object = object
        var tries = 1
        while let adoption = FieldAdoption(of: object, by: client.fieldManager) {
            do {
                try await client.patchManagedFields(adoption.patch(of: object), object, mapping)
                return adoption
            } catch let error as APIError {
                guard case .modified = error.reason, tries < Self.mostAdoptions else { throw error }
                try await client.pause(beforeTry: tries)
                tries += 1
                let key = object.key
                guard let now = try await client.get(mapping, namespace: key.namespace, name: key.name) else { break }
                object = now
            }
        }
        return nil
    }

    /// Sends an apply, once more with protocols filled in when an old server asks for them.
    private func sendFillingIn(_ call: APICall) async throws -> HTTPResponse {
        do {
            return try await client.send(call)
        } catch let error as APIError {
            // The server has no code of its own for this.
            guard case .invalid(_, let message, _) = error.reason,
                message.contains("omits key field \"protocol\"")
            else { throw error }
            var call = call
            call.body = body.withPortProtocols.jsonBytes()
            return try await client.send(call)
        }
    }
}

extension ClusterClient {
    /// Sends a JSON patch of the owners of an object's fields.
    fileprivate func patchManagedFields(_ patch: Value, _ object: LiveResource, _ mapping: ResourceMapping) async throws
    {
        var call = try call(.apply, mapping, namespace: object.key.namespace, name: object.key.name)
        call.method = "PATCH"
        call.contentType = "application/json-patch+json"
        call.query = writeQuery(WriteOptions())
        call.body = patch.jsonBytes()
        _ = try await checkingThatServed(mapping) { [call] in try await self.send(call) }
    }

    /// Waits a moment, longer each time, before an object that somebody else changed meanwhile is written again.
    func pause(beforeTry number: Int) async throws {
        try await retry.sleep(.milliseconds(10) * (retry.jitter() * Double(1 << min(number, 10))))
    }
}

extension Applied {
    /// What a dry run came to, with what the adoption of a client-side apply would do then, which no server can show.
    ///
    /// A field that the server fills in again counts as gone.
    fileprivate func predictingAdoption(by manager: FieldManager) -> Applied {
        guard let adoption = FieldAdoption(of: resource, by: manager),
            let adopted = LiveResource(resource.object.removing(adoption.fields, except: adoption.otherFields))
        else { return self }
        var predicted = Applied(resource: adopted, isNew: isNew, warnings: warnings, takenOver: takenOver)
        predicted.migration = Migration(
            managers: adoption.managers,
            dropped: adoption.dropped(from: adopted),
            orphans: adoption.orphans
        )
        return predicted
    }
}

extension FieldConflict {
    /// Whether the conflict is with one of these managers, and not through a subresource.
    fileprivate func isWith(_ managers: [String]) -> Bool {
        subresource == nil && managers.contains(manager)
    }
}
