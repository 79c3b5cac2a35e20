import KubernetesAPI
package import ManifestSources
import Rollouts

/// Keeps a second run of an application away, by a Lease `flotilla-<application>` in each of its clusters.
///
/// A holder that has been silent for a minute loses it a minute later, so that a clock that is a minute wrong takes no
/// lease away from a run that goes on.
///
/// `LeaseNamespace` says where it is. A cluster that does not answer, or has no leases for us or no such namespace yet,
/// does not keep a run from starting: the stages report the former, a note tells the latter.
package struct ApplicationLease<C: Clock<Duration>>: Sendable {
    private let application: String
    private let holder: LeaseHolder
    private let targets: [DeployTarget]
    private let namespaces: [String: String]
    private let client: @Sendable (DeployTarget) throws -> ClusterClient
    private let clock: C
    private let now: @Sendable () -> Moment
    /// How long a cluster may keep silent while others wait for it.
    private let patience = Duration.seconds(10)
    /// Many clusters at once, and not so many connections that the system runs out of them.
    var claims = RequestGate(limit: 64)
    /// Apart from those, so that a lease that is ours does not run out behind clusters that keep silent.
    private let renewals = RequestGate(limit: 64)

    /// The lease of a deployment's application in all its targets.
    ///
    /// - Parameters:
    ///   - deployment: What is to be run.
    ///   - holder: Who runs it.
    ///   - connections: The clients of the clusters.
    ///   - manifests: What loads the manifests, which tell the namespaces.
    ///   - clock: Measures when a renewal is due.
    ///   - now: The time by which leases end.
    package init(
        of deployment: Deployment,
        for holder: LeaseHolder,
        connections: ClusterConnections,
        manifests: ManifestLoader = ManifestLoader(),
        clock: C = ContinuousClock(),
        now: @escaping @Sendable () -> Moment = { .now }
    ) async {
        application = deployment.stages.first?.identity.application ?? ""
        self.holder = holder
        targets = deployment.targets
        let first = deployment.stages.first
        namespaces = if let first { await LeaseNamespace.all(of: first, manifests) } else { [:] }
        let requests = deployment.stages.first?.spec.concurrency.requests ?? 16
        client = { try connections.client(for: $0, requests: requests) }
        self.clock = clock
        self.now = now
    }

    /// Runs a body while the leases are held, and gives them back.
    ///
    /// When somebody takes a lease over meanwhile, the stop is requested.
    ///
    /// - Parameters:
    ///   - stop: Ends the wait for clusters, and the body.
    ///   - onNote: Told what the user should know, with the name of the target; from several tasks at once.
    ///   - body: What nobody else may do at the same time.
    /// - Returns: What the body returns.
    /// - Throws: `LeaseRefusal` when another run has a lease.
    package func hold<Result: Sendable>(
        stop: StopSignal,
        onNote: @escaping @Sendable (String, String) -> Void,
        while body: () async -> Result
    ) async throws -> Result {
        let table = Lock(LeaseTable(targets.map(\.name)))
        let (news, reporter) = AsyncStream.makeStream(of: Void.self)
        let result = await withTaskGroup(of: Void.self) { group -> Swift.Result<Result, LeaseRefusal> in
            for target in targets {
                group.addTask {
                    await keep(target, table, stop, reporter: reporter, onNote: onNote)
                }
            }
            if !targets.isEmpty { try? await stop.aborting { await waitForClaims(news, table) } }
            defer { group.cancelAll() }
            let taken = table.withLock { $0.begin() }
            guard taken.isEmpty else { return .failure(LeaseRefusal(application: application, taken: taken)) }
            return .success(await body())
        }
        await release(table.withLock { $0.held }, onNote)
        return try result.get()
    }

    /// Claims the lease in one cluster, and again and again, until the task is cancelled.
    private func keep(
        _ target: DeployTarget,
        _ table: Lock<LeaseTable>,
        _ stop: StopSignal,
        reporter: AsyncStream<Void>.Continuation,
        onNote: @Sendable (String, String) -> Void
    ) async {
        defer { reporter.yield() }
        // Whose configuration cannot be used is reported by the stages.
        guard let lease = lease(in: target) else {
            _ = table.withLock { $0.note(.unanswered(mayBeHeld: false), of: target.name) }
            return
        }
        while let claim = try? await claim(lease, of: target, table) {
            let reaction = table.withLock { $0.note(claim, of: target.name) }
            // The run must not be over before it is told.
            if case .leave(let note) = reaction { onNote(target.name, note) }
            reporter.yield()
            guard !Task.isCancelled else { return }
            switch reaction {
            case .goOn: break
            case .refuse, .leave: return
            case .stop(let record):
                let owner = "application \"\(application)\" is being deployed by \(record.holder) here"
                onNote(target.name, "\(owner); stopping")
                return stop.request()
            }
            guard (try? await clock.sleep(for: LeaseRecord.renewalInterval)) != nil else { return }
        }
    }

    /// Claims the lease, or renews it; a cluster that gives no answer to that makes room for others.
    private func claim(
        _ lease: ClusterLease,
        of target: DeployTarget,
        _ table: Lock<LeaseTable>
    ) async throws -> ClusterLease.Claim {
        guard table.withLock({ $0.isHeld(target.name) }) else { return try await claims.run { await lease.claim() } }
        return try await renewals.run {
            await within(patience, by: clock) { await lease.claim() } ?? .unanswered(mayBeHeld: true)
        }
    }

    private func lease(in target: DeployTarget) -> ClusterLease? {
        guard let client = try? client(target) else { return nil }
        return ClusterLease(
            client: client,
            namespace: namespaces[target.name] ?? client.defaultNamespace,
            name: LeaseRecord.name(for: application),
            holder: holder,
            now: now
        )
    }

    /// Returns when every cluster has said something, or those that have not keep silent.
    private func waitForClaims(_ news: AsyncStream<Void>, _ table: Lock<LeaseTable>) async {
        await withTaskGroup(of: Void.self) { group in
            group.addTask {
                for await _ in news where table.withLock({ $0.pending.isEmpty }) { return }
            }
            group.addTask { await waitForSilence(table) }
            await group.next()
            group.cancelAll()
        }
    }

    /// Returns when no cluster that owes an answer has given a sign of life for some time, and others wait for it.
    private func waitForSilence(_ table: Lock<LeaseTable>) async {
        let looks = 8
        var signs: [String: Int] = [:]
        var looksInVain: [String: Int] = [:]
        while (try? await clock.sleep(for: patience / looks)) != nil {
            let pending = Set(table.withLock { $0.pending })
            for target in targets where pending.contains(target.name) {
                let now = (try? client(target))?.signsOfLife ?? 0
                looksInVain[target.name] = now == signs[target.name] ? (looksInVain[target.name] ?? 0) + 1 : 0
                signs[target.name] = now
            }
            let areSilent = pending.allSatisfy { (looksInVain[$0] ?? 0) >= looks }
            if areSilent, pending.count < targets.count { return }
        }
    }

    /// Gives the leases back; a cluster that does not answer gets no more time than the stages give it.
    private func release(_ names: [String], _ onNote: @escaping @Sendable (String, String) -> Void) async {
        let held = targets.filter { names.contains($0.name) }
        _ = await concurrently(held, atOnce: 64) { target in
            guard let lease = lease(in: target) else { return }
            await withTaskGroup(of: String?.self) { group in
                group.addTask {
                    do {
                        try await lease.release()
                        return nil
                    } catch {
                        return "\(error)"
                    }
                }
                group.addTask {
                    try? await clock.sleep(for: patience)
                    return "no answer"
                }
                let why = await group.next() ?? nil
                group.cancelAll()
                guard let why else { return }
                onNote(target.name, "the lease may be left and ends within two minutes: \(why)")
            }
        }
    }
}
