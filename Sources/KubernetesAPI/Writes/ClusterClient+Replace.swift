public import Manifests

extension ClusterClient {
    /// Puts a manifest in the place of an object; what the manifest does not say is gone, except what the server keeps.
    ///
    /// Nothing is overwritten blindly: when somebody changes the object meanwhile it is read again, at most five times.
    /// An object that is not there is created. Replacing by the same manifest again leaves the `resourceVersion` as it is.
    ///
    /// - Parameters:
    ///   - manifest: The new object.
    ///   - options: Whether it is only a dry run, and how strict the server is.
    /// - Returns: The object as it is, and as it was when it was read first.
    /// - Throws: `APIError` with `.immutable` when a field cannot be changed, with `.modified` when it changes all the time.
    public func replace(_ manifest: Manifest, options: WriteOptions = WriteOptions()) async throws -> Replaced {
        let mapping = try await mapping(for: manifest.groupVersionKind)
        let namespace = mapping.isNamespaced ? manifest.namespace : nil
        var tries = 1
        var before: LiveResource?
        while true {
            do {
                guard let live = try await get(mapping, namespace: namespace, name: manifest.name) else {
                    let created = try await create(manifest, options: options)
                    return Replaced(resource: created.resource, before: nil, warnings: created.warnings)
                }
                // When the answer to our own write got lost, the second read finds that one.
                before = before ?? live
                var replaced = try await put(manifest, over: live, mapping, options)
                replaced.before = before
                return replaced
            } catch let error as APIError where error.asksToReadAgain {
                guard tries < 5 else { throw error }
                try await pause(beforeTry: tries)
                tries += 1
            }
        }
    }

    /// Puts a manifest in the place of an object as it was read, and of no other state of it.
    ///
    /// - Parameters:
    ///   - manifest: The new object.
    ///   - live: The object as it was read.
    ///   - options: Whether it is only a dry run, and how strict the server is.
    /// - Returns: The object as it is, and as it was.
    /// - Throws: `APIError` with `.modified` or `.uidMismatch` when it was changed meanwhile, with `.notFound` when it is
    ///   not there any more.
    public func replace(
        _ manifest: Manifest,
        over live: LiveResource,
        options: WriteOptions = WriteOptions()
    ) async throws -> Replaced {
        try await put(manifest, over: live, try await mapping(for: manifest.groupVersionKind), options)
    }

    private func put(
        _ manifest: Manifest,
        over live: LiveResource,
        _ mapping: ResourceMapping,
        _ options: WriteOptions
    ) async throws -> Replaced {
        var call = try call(.replace, mapping, namespace: live.key.namespace, name: live.key.name)
        call.method = "PUT"
        call.contentType = "application/json"
        call.query = writeQuery(options)
        call.body = manifest.body(namespace: live.key.namespace).carryingOver(from: live).jsonBytes()
        let response = try await checkingThatServed(mapping) { [call] in try await self.send(call) }
        noteNewKinds(of: manifest, options)
        let resource = try resource(of: response.body, mapping, call)
        return Replaced(resource: resource, before: live, warnings: response.warnings)
    }

    /// Deletes an object and creates it anew from a manifest.
    ///
    /// Objects that it owns go with it. There is no dry run: the server cannot tell what creating an object would do while
    /// the old one is there. When deletion would destroy data, it is refused unless the caller allows that. An object that
    /// our field manager has created after the deletion counts as the new one, and is never deleted: a Job would run twice.
    ///
    /// - Parameters:
    ///   - manifest: The new object.
    ///   - destroysData: Whether an object may be deleted although what it holds cannot be made again.
    ///   - deadline: How long the deletion may take.
    ///   - clock: What measures and sleeps.
    /// - Returns: The object as it is and as it was.
    /// - Throws: `APIError` with `.destructive` when it is refused, with `.stillTerminating` when the object does not go
    ///   in time, with `.alreadyExists` when somebody makes it anew again and again.
    public func forceReplace(
        _ manifest: Manifest,
        destroysData: Bool = false,
        deadline: Duration = .seconds(300),
        clock: any Clock<Duration> = ContinuousClock()
    ) async throws -> Replaced {
        let mapping = try await mapping(for: manifest.groupVersionKind)
        let namespace = mapping.isNamespaced ? manifest.namespace : nil
        var first: LiveResource?
        var warnings: [String] = []
        var rounds = 1
        while true {
            if let live = try await get(mapping, namespace: namespace, name: manifest.name) {
                // It was not there before our own create, whose answer may have been lost.
                if rounds > 1, live.wasCreated(by: fieldManager) {
                    return Replaced(resource: live, before: first, warnings: warnings)
                }
                first = first ?? live
                if let loss = live.lossOnDeletion, !destroysData {
                    throw APIError(target, .replace, live.key, .destructive(loss))
                }
                warnings += try await delete(live).warnings
                try await waitUntilGone(live, mapping, deadline: deadline, clock: clock)
            }
            do {
                let created = try await create(manifest)
                return Replaced(resource: created.resource, before: first, warnings: warnings + created.warnings)
            } catch let error as APIError {
                guard case .alreadyExists = error.reason, rounds < 3 else { throw error }
                rounds += 1
            }
        }
    }

    /// Waits until an object is gone, or another one has its name.
    private func waitUntilGone<C: Clock<Duration>>(
        _ object: LiveResource,
        _ mapping: ResourceMapping,
        deadline: Duration,
        clock: C
    ) async throws {
        let end = clock.now.advanced(by: deadline)
        var wait: Duration = .milliseconds(20)
        while let live = try await get(mapping, namespace: object.key.namespace, name: object.key.name),
            live.uid == object.uid
        {
            let left = clock.now.duration(to: end)
            guard left > .zero else {
                throw APIError(
                    target,
                    .replace,
                    live.key,
                    .stillTerminating(after: deadline, finalizers: live.finalizers)
                )
            }
            try await clock.sleep(for: min(wait * retry.jitter(), left))
            wait = min(wait * 2, .seconds(1))
        }
    }
}

extension LiveResource {
    /// What is lost when the object is deleted and cannot be made again from its manifest, `nil` when nothing is.
    public var lossOnDeletion: String? {
        switch (key.group, key.kind) {
        case ("", "Namespace"): "everything in the namespace"
        case ("", "PersistentVolumeClaim"), ("", "PersistentVolume"): "the data on the volume"
        case ("apiextensions.k8s.io", "CustomResourceDefinition"): "every object of the type that it defines"
        case ("apps", "StatefulSet"):
            object[path: "spec", "persistentVolumeClaimRetentionPolicy", "whenDeleted"] == "Delete"
                ? "the volumes of its pods" : nil
        default: nil
        }
    }
}

extension APIError {
    /// Whether the object is not as it was read any more.
    fileprivate var asksToReadAgain: Bool {
        switch reason {
        case .modified, .uidMismatch, .alreadyExists, .notFound: true
        default: false
        }
    }

    fileprivate init(_ target: String, _ verb: APICall.Verb, _ key: ResourceKey, _ reason: Reason) {
        self.init(target: target, verb: verb.rawValue, resource: key.shortDescription, reason: reason)
    }
}
