/// The files that trust and client certificate came from, read again when they change.
///
/// They are looked at once a minute at most, and at once when server and client do not trust each other; while one cannot
/// be read, or holds no PEM, its last content stays in use. Certificate and key are only taken together.
final class TLSFiles: Sendable {
    private struct State {
        var authority: PEMFile?
        var identity: (certificate: PEMFile, key: PEMFile)?
        /// `nil` when the next look is due.
        var lookedAt: ContinuousClock.Instant?

        mutating func look(at now: ContinuousClock.Instant) {
            if let lookedAt, now - lookedAt < .seconds(60) { return }
            lookedAt = now
            if let current = authority?.current() { authority = current }
            if let certificate = identity?.certificate.current(), let key = identity?.key.current() {
                identity = (certificate, key)
            }
        }
    }

    // Held while the files are read, which are small: who waits would otherwise go on with what is just being replaced.
    private let state: Lock<State>

    /// The files of a configuration, `nil` when everything stands in the kubeconfig itself.
    init?(_ tls: TLSSettings, at now: ContinuousClock.Instant) {
        // The content is older than this look at the clock, so the first one compares with nothing and reads.
        let authority = tls.paths.certificateAuthority.flatMap { path in
            tls.certificateAuthority.map { PEMFile(path: path, content: $0) }
        }
        let identity = tls.clientIdentity.flatMap { identity in
            let certificate = PEMFile(path: tls.paths.clientCertificate, content: identity.certificate)
            let key = PEMFile(path: tls.paths.clientKey, content: identity.key)
            return certificate.path == nil && key.path == nil ? nil : (certificate, key)
        }
        guard authority != nil || identity != nil else { return nil }
        state = Lock(State(authority: authority, identity: identity, lookedAt: now))
    }

    /// Puts what the files hold now into the settings of a connection.
    func refresh(_ connection: inout ConnectionSettings, at now: ContinuousClock.Instant) {
        let (authority, identity) = state.withLock { state in
            state.look(at: now)
            return (state.authority, state.identity)
        }
        if let authority { connection.certificateAuthority = authority.content }
        if let identity {
            connection.clientCertificate = identity.certificate.content
            connection.clientKey = identity.key.content
        }
    }

    /// Looks at the files at the next refresh, however long ago the last look was.
    func forget() {
        state.withLock { $0.lookedAt = nil }
    }
}

/// A PEM file that something else renews.
private struct PEMFile: Sendable {
    /// Without a path it never changes.
    let path: String?
    let content: [UInt8]
    var modified: FileContents.ModificationTime?

    /// The file as it is now, `nil` while it cannot be read or holds no PEM.
    func current() -> PEMFile? {
        guard let path else { return self }
        guard let now = FileContents.modificationTime(path) else { return nil }
        guard now != modified else { return self }
        guard let content = try? FileContents.read(path), FileContents.isPEM(content) else { return nil }
        return PEMFile(path: path, content: content, modified: now)
    }
}
