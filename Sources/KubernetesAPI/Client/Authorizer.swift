import Manifests

/// Adds to a request who we are.
final class Authorizer: Sendable {
    /// Why there are no credentials to add, whole but for the name of the deploy target.
    struct Failure: Error {
        let text: String
    }

    private enum Source {
        case none
        case fixed(String)
        case file(TokenFile)
        case plugin(ExecCredentialCache)
    }

    private let source: Source
    private let credentials: Credentials
    private let impersonation: [HTTPHeader]
    private let files: TLSFiles?
    private let clock: CredentialClock

    init(_ configuration: ClusterConfiguration, options: CredentialOptions = CredentialOptions()) {
        credentials = configuration.credentials
        clock = options.clock
        // Over an open connection anybody could read them.
        guard configuration.server.isSecure else {
            source = .none
            impersonation = []
            files = nil
            return
        }
        files = TLSFiles(configuration.tls, at: clock.now())
        source =
            switch configuration.credentials {
            case .none: .none
            case .token(let token): .fixed("Bearer \(token)")
            case .tokenFile(let path, let initial): .file(TokenFile(path: path, initial: initial))
            case .basic(let user, let password): .fixed("Basic \(Base64.encode(Array("\(user):\(password)".utf8)))")
            case .plugin(let plugin):
                .plugin(
                    ExecCredentialCache(clock: options.clock) {
                        try await plugin.run(for: configuration, limits: options.limits)
                    }
                )
            }
        impersonation = configuration.impersonation.map { Self.headers($0) } ?? []
    }

    /// Adds what proves who we are as of now.
    ///
    /// - Throws: `Failure`, or a `CancellationError`.
    func authorize(_ request: inout HTTPRequest) async throws {
        files?.refresh(&request.connection, at: clock.now())
        do {
            switch source {
            case .none: break
            case .fixed(let value): request.headers.append(HTTPHeader(name: "Authorization", value: value))
            case .file(let file): request.addToken(try file.token(at: clock.now()))
            case .plugin(let cache):
                let credential = try await cache.credential()
                if let token = credential.token { request.addToken(token) }
                if let identity = credential.identity { request.connection.set(identity) }
            }
        } catch let error as FileContents.Failure {
            throw Failure(text: "\(credentials) \(error.cause)")
        } catch let error as ExecFailure {
            throw Failure(text: "\(credentials): \(error.text)")
        }
        request.headers += impersonation
    }

    /// Looks for newer credentials after the server refused those of a request.
    ///
    /// - Returns: Whether to send the request again: there are others now, or the plugin shall say.
    func renew(refused request: HTTPRequest) -> Bool {
        let value = request.headers.first { $0.name == "Authorization" }?.value
        let token = value.map { String($0.dropFirst("Bearer ".count)) }
        switch source {
        case .none, .fixed: return hasNewerFiles(than: request)
        case .file(let file):
            guard let token else { return false }
            file.forget(token)
            return (try? file.token(at: clock.now())).map { $0 != token } ?? false
        case .plugin(let cache):
            cache.forget { credential in
                let certificate = credential.identity?.certificate
                return credential.token == token
                    && (certificate == nil || certificate == request.connection.clientCertificate)
            }
            return true
        }
    }

    /// Whether the files of authority and client certificate hold something else than a request went out with.
    func hasNewerFiles(than request: HTTPRequest) -> Bool {
        guard let files else { return false }
        var connection = request.connection
        files.forget()
        files.refresh(&connection, at: clock.now())
        return connection.clientCertificate != request.connection.clientCertificate
            || connection.clientKey != request.connection.clientKey
            || connection.certificateAuthority != request.connection.certificateAuthority
    }

    private static func headers(_ impersonation: Impersonation) -> [HTTPHeader] {
        var headers = [HTTPHeader(name: "Impersonate-User", value: impersonation.user)]
        headers += impersonation.uid.map { [HTTPHeader(name: "Impersonate-Uid", value: $0)] } ?? []
        headers += impersonation.groups.map { HTTPHeader(name: "Impersonate-Group", value: $0) }
        for (key, values) in impersonation.extra.sorted(by: { $0.key < $1.key }) {
            let name = "Impersonate-Extra-\(PercentEncoding.encode(key))"
            headers += values.map { HTTPHeader(name: name, value: $0) }
        }
        return headers
    }
}

extension HTTPRequest {
    fileprivate mutating func addToken(_ token: String) {
        headers.append(HTTPHeader(name: "Authorization", value: "Bearer \(token)"))
    }
}

extension ConnectionSettings {
    /// Shows this client certificate; connections with another one are not used any more.
    fileprivate mutating func set(_ identity: ClientIdentity) {
        clientCertificate = identity.certificate
        clientKey = identity.key
    }
}
