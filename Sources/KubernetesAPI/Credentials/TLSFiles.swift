/// The files that trust and client certificate came from, read again when they change.
///
/// Each is looked at once a minute at most, and at once when server and client do not trust each other; while one cannot
/// be read, or holds no PEM, its last content stays in use.
final class TLSFiles: Sendable {
    private let authority: ReloadedFile?
    private let identity: (certificate: ReloadedFile, key: ReloadedFile)?

    /// The files of a configuration, `nil` when everything stands in the kubeconfig itself.
    init?(_ tls: TLSSettings, at now: ContinuousClock.Instant) {
        authority = tls.paths.certificateAuthority.flatMap { path in
            tls.certificateAuthority.map { ReloadedFile(path: path, content: $0, at: now) }
        }
        identity = tls.clientIdentity.flatMap { identity in
            let certificate = ReloadedFile(
                path: tls.paths.clientCertificate,
                content: identity.certificate,
                at: now
            )
            let key = ReloadedFile(path: tls.paths.clientKey, content: identity.key, at: now)
            return tls.paths.clientCertificate == nil && tls.paths.clientKey == nil ? nil : (certificate, key)
        }
        guard authority != nil || identity != nil else { return nil }
    }

    /// Puts what the files hold now into the settings of a connection.
    func refresh(_ connection: inout ConnectionSettings, at now: ContinuousClock.Instant) {
        if let authority { connection.certificateAuthority = authority.content(at: now) }
        if let identity {
            connection.clientCertificate = identity.certificate.content(at: now)
            connection.clientKey = identity.key.content(at: now)
        }
    }
}

extension TLSFiles {
    /// Looks at the files at the next refresh, however long ago the last look was.
    func forget() {
        for file in [authority, identity?.certificate, identity?.key] { file?.forget() }
    }
}

/// A PEM file that something else renews.
private final class ReloadedFile: Sendable {
    private struct State {
        var content: [UInt8]
        /// `nil` when the next look is due.
        var lookedAt: ContinuousClock.Instant?
        var modified: FileContents.ModificationTime?
    }

    private let path: String?
    private let state: Lock<State>

    /// A file with the content that is known of it; without a path it never changes.
    init(path: String?, content: [UInt8], at now: ContinuousClock.Instant) {
        self.path = path
        // The content is older than this look at the clock, so the first one compares with nothing and reads.
        state = Lock(State(content: content, lookedAt: now, modified: nil))
    }

    func forget() {
        state.withLock { $0.lookedAt = nil }
    }

    func content(at now: ContinuousClock.Instant) -> [UInt8] {
        guard let path else { return state.withLock { $0.content } }
        let modified = state.withLock { state -> (FileContents.ModificationTime?, isDue: Bool) in
            if let lookedAt = state.lookedAt, now - lookedAt < .seconds(60) { return (nil, false) }
            state.lookedAt = now
            return (state.modified, true)
        }
        guard modified.isDue, let current = FileContents.modificationTime(path), current != modified.0,
            let content = try? FileContents.read(path), FileContents.isPEM(content)
        else { return state.withLock { $0.content } }
        state.withLock { state in
            state.content = content
            state.modified = current
        }
        return content
    }
}
