public import Manifests

extension ClusterClient {
    /// Creates an object; one that exists is an error.
    ///
    /// When nobody can tell whether the request was executed (the connection broke, or the server gave up without a
    /// word of when to come again) the object is read. Where there is none the request is sent again. It is not sent
    /// again at once: the first one may have used up the quota of the second. Where there is one, the answer is a
    /// success if it is what this request makes: it came into being by a create of our field manager, and every field
    /// has the value that was sent, in the form in which servers show it. An object of that kind that somebody else
    /// made under our name in the same moment is the same to the caller. An object that a webhook has changed on its
    /// way in is not recognized, and is an error like any other one that exists.
    ///
    /// - Throws: `APIError` with `.alreadyExists` when there is one.
    public func create(_ manifest: Manifest, options: WriteOptions = WriteOptions()) async throws -> Applied {
        let mapping = try await mapping(for: manifest.groupVersionKind)
        let creation = try Creation(client: self, manifest: manifest, mapping: mapping, options: options)
        let created = try await creation.run()
        noteNewKinds(of: manifest, options)
        return created
    }
}

/// The create of one manifest.
private struct Creation {
    let client: ClusterClient
    let manifest: Manifest
    let mapping: ResourceMapping
    private let namespace: String?
    private let body: Value
    private let call: APICall

    init(client: ClusterClient, manifest: Manifest, mapping: ResourceMapping, options: WriteOptions) throws {
        self.client = client
        self.manifest = manifest
        self.mapping = mapping
        namespace = mapping.isNamespaced ? manifest.namespace : nil
        body = manifest.body(namespace: namespace)
        var call = try client.call(.create, mapping, namespace: namespace, name: manifest.name)
        call.method = "POST"
        call.path = mapping.path(namespace: namespace)
        call.contentType = "application/json"
        call.query = client.writeQuery(options)
        call.body = body.jsonBytes()
        call.isIdempotent = options.dryRun
        self.call = call
    }

    /// Creates the object, or finds that an earlier try has.
    func run() async throws -> Applied {
        var progress = RetryPolicy.Progress()
        var mayExist = false
        while true {
            var trouble: RetryPolicy.Trouble?
            do {
                let response = try await client.checkingThatServed(mapping) {
                    try await client.send(call, givingUpOn: &trouble)
                }
                let resource = try client.resource(of: response.body, mapping, call)
                return Applied(resource: resource, isNew: true, warnings: response.warnings)
            } catch let error as APIError where mayExist && error.reason == .alreadyExists {
                guard let made = try await madeByEarlierTry(error) else { throw error }
                return made
            } catch let error as APIError {
                guard !call.isIdempotent, let trouble, trouble.leavesDoubt else { throw error }
                mayExist = true
                // After the look the request is safe to send again, so it is treated like one that always is.
                var repeatable = call
                repeatable.isIdempotent = true
                try await client.pause(repeatable, trouble, &progress, orThrow: error)
                if let made = try await madeByEarlierTry(error) { return made }
            }
        }
    }

    /// The object when it is what this request makes, `nil` when there is none.
    private func madeByEarlierTry(_ error: APIError) async throws -> Applied? {
        let live: LiveResource?
        do {
            live = try await client.get(mapping, namespace: namespace, name: manifest.name)
        } catch is APIError {
            // What went wrong with the create says more than that we may not look.
            throw error
        }
        guard let live else { return nil }
        guard live.wasCreated(by: client.fieldManager), live.object.contains(body) else {
            throw APIError(error, reason: .alreadyExists)
        }
        return Applied(resource: live, isNew: true, warnings: [])
    }
}

extension RetryPolicy.Trouble {
    /// Whether nobody can tell if the request was executed.
    fileprivate var leavesDoubt: Bool { self == .connectionLost || self == .overloaded }
}

extension LiveResource {
    /// Whether a create under a manager's name has made this object.
    ///
    /// The server notes who writes before it asks its webhooks, and the time of creation after that; a later update has a
    /// later time. Both have one form, in which the earlier one is the smaller text.
    func wasCreated(by manager: FieldManager) -> Bool {
        guard let creation = object[path: "metadata", "creationTimestamp"]?.string else { return false }
        return managedFields.contains { entry in
            entry["manager"]?.string == manager.name && entry["operation"] == "Update"
                && (entry["subresource"]?.string ?? "").isEmpty
                && entry["time"].flatMap(\.string).map { $0 <= creation } ?? false
        }
    }
}
