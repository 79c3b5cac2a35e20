/// Keeps the credential of a plugin for as long as it lasts, and runs the plugin for the next one.
///
/// The plugin runs once at a time; whoever has no credential meanwhile waits for that run and takes what came of it.
/// A credential that lives longer than two minutes is renewed 30 s before its end; the old one serves on until then, and
/// when that fails.
final class ExecCredentialCache: Sendable {
    private struct State {
        var credential: ExecCredential?
        /// From when on a new credential is wanted though the old one still serves; counted from 1970.
        var renewal: Duration?
        var failure: (any Error)?
        /// How many runs have ended.
        var runs = 0

        /// The credential, when there is no need for a new one.
        func lasting(at now: Duration) -> ExecCredential? {
            guard let credential else { return nil }
            guard let renewal else { return credential }
            return now < renewal ? credential : nil
        }
    }

    private enum Step {
        case use(ExecCredential)
        case fail(any Error)
        case run
    }

    private let clock: CredentialClock
    private let run: @Sendable () async throws -> ExecCredential
    private let gate = RequestGate(limit: 1)
    private let state = Lock(State())

    init(clock: CredentialClock, run: @escaping @Sendable () async throws -> ExecCredential) {
        self.clock = clock
        self.run = run
    }

    /// The credential as of now.
    func credential() async throws -> ExecCredential {
        let now = clock.sinceEpoch()
        let (known, runs) = state.withLock { ($0.lasting(at: now), $0.runs) }
        if let known { return known }
        return try await gate.run { try await next(after: runs) }
    }

    /// How many wait for the end of a run.
    var waiting: Int { gate.waiting }

    /// Makes the next use run the plugin, unless that has happened since this credential was given out.
    func forget(_ isRefused: (ExecCredential) -> Bool) {
        state.withLock { state in
            if let credential = state.credential, isRefused(credential) { state.credential = nil }
        }
    }

    private func next(after runs: Int) async throws -> ExecCredential {
        switch step(after: runs) {
        case .use(let credential): return credential
        case .fail(let error): throw error
        case .run: break
        }
        do {
            let credential = try await run()
            adopt(credential)
            return credential
        } catch let error as CancellationError {
            throw error
        } catch {
            guard let old = old(after: error) else { throw error }
            return old
        }
    }

    /// What to do once nobody else runs the plugin: perhaps somebody has, since the count was taken.
    private func step(after runs: Int) -> Step {
        let now = clock.sinceEpoch()
        return state.withLock { state in
            if let credential = state.lasting(at: now) { return .use(credential) }
            guard state.runs > runs else {
                // While this one runs the plugin, the others go on with what they have.
                if let end = state.credential?.expiration { state.renewal = min(end, now + .seconds(60)) }
                return .run
            }
            if let credential = state.credential { return .use(credential) }
            return state.failure.map { .fail($0) } ?? .run
        }
    }

    private func adopt(_ credential: ExecCredential) {
        let now = clock.sinceEpoch()
        state.withLock { state in
            state.runs += 1
            state.credential = credential
            state.failure = nil
            state.renewal = credential.expiration.map { end in
                end - now > .seconds(120) ? end - .seconds(30) : end
            }
        }
    }

    /// The credential that still serves after a run failed; the next try is five seconds later.
    private func old(after error: any Error) -> ExecCredential? {
        let now = clock.sinceEpoch()
        return state.withLock { state in
            state.runs += 1
            guard let credential = state.credential, let end = credential.expiration, now < end else {
                state.credential = nil
                state.failure = error
                return nil
            }
            state.renewal = min(end, now + .seconds(5))
            return credential
        }
    }
}
