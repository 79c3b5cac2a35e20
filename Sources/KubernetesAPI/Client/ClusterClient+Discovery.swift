public import Manifests

extension ClusterClient {
    /// What the cluster serves; fetched once, and again after ten minutes.
    ///
    /// A server that does not say everything at once gets one request for each group version of which nobody asked before,
    /// or of which nothing could be learnt. What another server could not say of its own is asked again after five seconds.
    ///
    /// - Returns: Everything, for searching all types; whoever needs one type asks for its mapping.
    public func discovery() async throws -> Discovery {
        Discovery(try await currentTypes().documents { try await self.fetchDocument($0) })
    }

    /// Asks the cluster again what it serves.
    @discardableResult
    public func refreshDiscovery() async throws -> Discovery {
        Discovery(try await refreshedTypes(since: cache.number).documents { try await self.fetchDocument($0) })
    }

    /// How a kind is reached in exactly this version.
    ///
    /// A kind that is not known is looked for once more in a fresh discovery, every five seconds at most; one whose
    /// definition this client has just applied, for some seconds.
    ///
    /// - Throws: `APIError` with `.noMatch` when the cluster does not serve it, or with `.discoveryIncomplete` when nobody
    ///   can tell.
    public func mapping(for kind: GroupVersionKind) async throws -> ResourceMapping {
        let lookup = try await lookUp(kind.groupKind) { $0 == kind.groupVersion }
        return try mapping(kind.kind, kind.groupVersion, lookup)
    }

    /// How a kind is reached in the version that the server prefers.
    ///
    /// - Throws: As for a version of its own.
    public func mapping(for kind: GroupKind) async throws -> ResourceMapping {
        let lookup = try await lookUp(kind) { $0.group == kind.group }
        return try mapping(kind.kind, GroupVersion(group: kind.group, version: "*"), lookup)
    }

    /// How a kind is reached in the version that the server prefers, `nil` when the cluster was not seen to serve it.
    ///
    /// Does not ask again for a kind that was missing, but does where nothing could be learnt.
    ///
    /// - Throws: `APIError` with `.discoveryIncomplete` when nobody can tell.
    public func servedMapping(for kind: GroupKind) async throws -> ResourceMapping? {
        let lookup = try await look(for: kind, in: try await currentTypes()) { $0.group == kind.group }
        if case .absent = lookup { return nil }
        return try mapping(kind.kind, GroupVersion(group: kind.group, version: "*"), lookup)
    }

    private func mapping(_ kind: String, _ version: GroupVersion, _ lookup: Lookup) throws(APIError) -> ResourceMapping
    {
        let call = APICall(.discover, kind, path: "")
        switch lookup {
        case .found(let mapping): return mapping
        case .unknown(let failed, let cause):
            throw error(call, .discoveryIncomplete(groupVersion: "\(failed)", cause: cause))
        case .absent: throw error(call, .noMatch(kind: kind, apiVersion: "\(version)"))
        }
    }

    /// Runs a body; when the server does not serve the path any more, says so by the kind.
    func checkingThatServed<Result>(
        _ mapping: ResourceMapping,
        _ body: () async throws -> Result
    ) async throws -> Result {
        let number = cache.number
        do {
            return try await body()
        } catch let error as APIError where error.reason == .notServed {
            let kind = mapping.groupVersionKind
            let types = try await refreshedTypes(since: number)
            guard case .absent = try await look(for: kind.groupKind, in: types, { $0 == kind.groupVersion }) else {
                throw error
            }
            throw APIError(error, reason: .noMatch(kind: kind.kind, apiVersion: "\(kind.groupVersion)"))
        }
    }
}

extension ClusterClient {
    /// What becomes of looking for a kind.
    private enum Lookup {
        case found(ResourceMapping)
        /// It may be in this group version, of which nothing could be learnt.
        case unknown(GroupVersion, cause: String)
        case absent
    }

    private func lookUp(_ kind: GroupKind, _ isMeant: (GroupVersion) -> Bool) async throws -> Lookup {
        var number = cache.number
        // Read before each look: another lookup may find the kind in a newer round while we look through an older one.
        var isExpected = cache.isExpected(kind)
        if let known = cache.current() {
            let lookup = try await look(for: kind, in: known.types, isMeant)
            if case .found = lookup {
                if isExpected { cache.settle(kind) }
                return lookup
            }
            guard isExpected || cache.mayAskAgain(after: known) else { return lookup }
        }
        var lookup = Lookup.absent
        var wait: Duration = .milliseconds(50)
        // A server publishes a new kind a moment after it has established the definition.
        for _ in 0..<20 {
            isExpected = cache.isExpected(kind)
            let types = try await refreshedTypes(since: number)
            lookup = try await look(for: kind, in: types, isMeant)
            if case .found = lookup { break }
            guard isExpected else { return lookup }
            number = cache.number
            try await retry.sleep(wait)
            wait = min(wait * 2, .seconds(1))
        }
        cache.settle(kind)
        return lookup
    }

    /// Looks through the group versions that are meant, the preferred one first, as far as needed.
    private func look(
        for kind: GroupKind,
        in types: ServedTypes,
        _ isMeant: (GroupVersion) -> Bool
    ) async throws -> Lookup {
        var lookup = Lookup.absent
        for version in types.versions where isMeant(version) {
            let document = try await types.document(of: version, fetchDocument)
            if let mapping = document.mapping(for: kind.kind) { return .found(mapping) }
            if let cause = document.failure { lookup = .unknown(version, cause: cause) }
        }
        return lookup
    }

    private func currentTypes() async throws -> ServedTypes {
        let number = cache.number
        if let round = cache.current(), !round.types.isPartial || !cache.mayAskAgain(after: round) {
            return round.types
        }
        return try await refreshedTypes(since: number)
    }

    private func refreshedTypes(since number: Int) async throws -> ServedTypes {
        try await cache.refresh(since: number) { try await self.fetchTypes() }.types
    }
}

extension ClusterClient {
    /// Asks the cluster what it serves: everything where both endpoints can say so, else only the group versions.
    private func fetchTypes() async throws -> ServedTypes {
        async let first = discover("/api", accept: AggregatedDiscovery.accept)
        async let second = discover("/apis", accept: AggregatedDiscovery.accept)
        // An aggregated server may have no core group; one without /apis is none, and must not pass for an empty one.
        var (core, groups) = (try await first, try apis(try await second))
        if core?.isAggregated ?? true, groups.isAggregated {
            return ServedTypes([core, groups].compactMap(\.self).flatMap { AggregatedDiscovery.read($0.body) })
        }
        if core?.isAggregated ?? false { core = try await discover("/api", accept: "application/json") }
        if groups.isAggregated { groups = try apis(try await discover("/apis", accept: "application/json")) }
        let versions = core.map { PlainDiscovery.coreVersions($0.body) } ?? []
        return ServedTypes(versions + PlainDiscovery.groupVersions(groups.body))
    }

    private func apis(_ answer: Answer?) throws(APIError) -> Answer {
        guard let answer else {
            let text = "the server has no /apis; is it a Kubernetes API server"
            throw error(APICall(.discover, "/apis", path: ""), .malformedAnswer(text))
        }
        return answer
    }

    /// Asks what one group version serves; what is wrong with this one alone is recorded as its failure.
    private func fetchDocument(_ version: GroupVersion) async throws -> DiscoveryDocument {
        do {
            let answer = try await discover(PlainDiscovery.path(version), accept: "application/json")
            guard let answer else { return DiscoveryDocument(version, failure: "the server does not serve it") }
            return PlainDiscovery.read(answer.body, of: version)
        } catch let error as APIError {
            switch error.reason {
            case .unreachable, .tls, .credentials, .unauthorized, .engineClosed: throw error
            default: return DiscoveryDocument(version, failure: error.reason.text)
            }
        }
    }

    private struct Answer: Sendable {
        let contentType: String
        let body: Value

        var isAggregated: Bool { AggregatedDiscovery.isForm(ofContentType: contentType) }
    }

    /// One discovery document, `nil` when the server has none.
    private func discover(_ path: String, accept: String) async throws -> Answer? {
        var call = APICall(.discover, path, path: path)
        call.accept = accept
        call.timeout = .seconds(32)
        call.acceptsCompression = true
        do {
            let response = try await send(call)
            let type = response.head.values("content-type").first ?? ""
            let answer = Answer(contentType: type, body: try value(of: response.body, call))
            // What says nothing must not pass for a cluster that serves nothing.
            let field = answer.isAggregated ? "items" : ["/api": "versions", "/apis": "groups"][path] ?? "resources"
            guard answer.body[field] == .null || answer.body[field]?.array != nil else {
                throw error(call, .malformedAnswer("the answer is no discovery document: it has no \(field)"))
            }
            return answer
        } catch let error as APIError where error.isNotFound || error.reason == .notServed {
            return nil
        }
    }
}
