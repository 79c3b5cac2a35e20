public import Manifests

extension ClusterClient {
    /// What the cluster serves; fetched once, and again after ten minutes.
    public func discovery() async throws -> Discovery {
        if let entry = cache.current() { return entry.discovery }
        return try await refreshed(since: cache.number).discovery
    }

    /// Asks the cluster again what it serves.
    @discardableResult
    public func refreshDiscovery() async throws -> Discovery {
        try await refreshed(since: cache.number).discovery
    }

    /// How a kind is reached in exactly this version.
    ///
    /// A kind that is not known is looked for once more in a fresh discovery; one whose definition this client has just
    /// applied, for some seconds.
    ///
    /// - Throws: `APIError` with `.noMatch` when the cluster does not serve it, or with `.discoveryIncomplete` when nobody
    ///   can tell.
    public func mapping(for kind: GroupVersionKind) async throws -> ResourceMapping {
        if let found = try await lookUp(kind.groupKind, { $0.mapping(for: kind) }) { return found }
        throw missing(kind.kind, kind.groupVersion)
    }

    /// How a kind is reached in the version that the server prefers.
    ///
    /// - Throws: As for a version of its own.
    public func mapping(for kind: GroupKind) async throws -> ResourceMapping {
        if let found = try await lookUp(kind, { $0.mapping(for: kind) }) { return found }
        let failed = cache.current()?.discovery.failures.keys.first { $0.group == kind.group }
        throw missing(kind.kind, failed ?? GroupVersion(group: kind.group, version: "*"))
    }

    private func lookUp(
        _ kind: GroupKind,
        _ find: (Discovery) -> ResourceMapping?
    ) async throws -> ResourceMapping? {
        let known = cache.current()
        if let known, let found = find(known.discovery) { return found }
        var number = known?.number ?? cache.number
        var wait: Duration = .milliseconds(50)
        // A server publishes a new kind a moment after it has established the definition.
        for _ in 0..<20 {
            let entry = try await refreshed(since: number)
            if let found = find(entry.discovery) {
                cache.settle(kind)
                return found
            }
            guard cache.isExpected(kind) else { return nil }
            try await retry.sleep(wait)
            wait = min(wait * 2, .seconds(1))
            number = entry.number
        }
        cache.settle(kind)
        return nil
    }

    private func missing(_ kind: String, _ groupVersion: GroupVersion) -> APIError {
        let call = APICall(.discover, kind, path: "")
        if let cause = cache.current()?.discovery.failures[groupVersion] {
            return error(call, .discoveryIncomplete(groupVersion: "\(groupVersion)", cause: cause))
        }
        return error(call, .noMatch(kind: kind, apiVersion: "\(groupVersion)"))
    }

    private func refreshed(since number: Int) async throws -> DiscoveryCache.Entry {
        try await cache.refresh(since: number) { try await self.fetchDiscovery() }
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
            guard try await refreshed(since: number).discovery.mapping(for: kind) == nil else { throw error }
            let reason = APIError.Reason.noMatch(kind: kind.kind, apiVersion: "\(kind.groupVersion)")
            throw APIError(target: target, verb: error.verb, resource: error.resource, reason: reason)
        }
    }
}

extension ClusterClient {
    /// Asks the cluster what it serves: aggregated where both endpoints can, else group version by group version.
    private func fetchDiscovery() async throws -> Discovery {
        async let core = discover("/api", accept: AggregatedDiscovery.accept)
        async let groups = discover("/apis", accept: AggregatedDiscovery.accept)
        let answers = try await [core, groups]
        guard answers.contains(where: { $0 != nil }) else {
            let text = "the server has neither /api nor /apis; is it a Kubernetes API server"
            throw error(APICall(.discover, "/apis", path: ""), .malformedAnswer(text))
        }
        // An aggregated server may have no core group at all.
        guard answers.allSatisfy({ $0?.isAggregated ?? true }) else { return try await fetchPlain(answers) }
        let parts = answers.compactMap { $0.map { AggregatedDiscovery.read($0.body) } }
        return parts.reduce(into: DiscoveryParts()) { $0.add($1) }.discovery
    }

    /// Goes on from two answers of which at least one is plain.
    private func fetchPlain(_ answers: [Answer?]) async throws -> Discovery {
        var answers = answers
        for (index, path) in ["/api", "/apis"].enumerated() where answers[index]?.isAggregated ?? false {
            answers[index] = try await discover(path, accept: "application/json")
        }
        let core = answers[0].map { PlainDiscovery.coreVersions($0.body) } ?? []
        return try await fetch(core + (answers[1].map { PlainDiscovery.groupVersions($0.body) } ?? []))
    }

    /// Fetches the resources of group versions; one that fails is recorded.
    private func fetch(_ versions: [GroupVersion]) async throws -> Discovery {
        let parts = try await withThrowingTaskGroup(of: (Int, DiscoveryParts).self) { group in
            for (index, version) in versions.enumerated() {
                group.addTask { (index, try await self.resources(of: version)) }
            }
            return try await group.reduce(into: [:]) { $0[$1.0] = $1.1 }
        }
        return versions.indices.reduce(into: DiscoveryParts()) { $0.add(parts[$1] ?? DiscoveryParts()) }.discovery
    }

    private func resources(of version: GroupVersion) async throws -> DiscoveryParts {
        do {
            let answer = try await discover(PlainDiscovery.path(version), accept: "application/json")
            guard let answer else { return DiscoveryParts(failures: [version: "the server does not serve it"]) }
            return PlainDiscovery.read(answer.body, of: version)
        } catch let error as APIError {
            guard case .unreachable = error.reason else {
                return DiscoveryParts(failures: [version: error.reason.text])
            }
            throw error
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
            return Answer(contentType: type, body: try value(of: response.body, call))
        } catch let error as APIError where error.isNotFound || error.reason == .notServed {
            return nil
        }
    }
}
