import Manifests

/// Adds to a request who we are.
final class Authorizer: Sendable {
    private enum Source {
        case none
        case fixed(String)
        case file(TokenFile)
    }

    private let source: Source
    private let impersonation: [HTTPHeader]

    init(_ configuration: ClusterConfiguration) {
        // Over an open connection anybody could read them.
        guard configuration.server.isSecure else {
            source = .none
            impersonation = []
            return
        }
        source =
            switch configuration.credentials {
            case .none: .none
            case .token(let token): .fixed("Bearer \(token)")
            case .tokenFile(let path): .file(TokenFile(path: path))
            case .basic(let user, let password): .fixed("Basic \(Base64.encode(Array("\(user):\(password)".utf8)))")
            }
        impersonation = configuration.impersonation.map { Self.headers($0) } ?? []
    }

    /// The headers to add now.
    func headers() throws(FileContents.Failure) -> [HTTPHeader] {
        switch source {
        case .none: impersonation
        case .fixed(let value): [HTTPHeader(name: "Authorization", value: value)] + impersonation
        case .file(let file): [HTTPHeader(name: "Authorization", value: "Bearer \(try file.token())")] + impersonation
        }
    }

    /// Looks for newer credentials after the server refused those of a request.
    ///
    /// - Returns: Whether there are others now.
    func renew(refused headers: [HTTPHeader]) -> Bool {
        guard case .file(let file) = source, let value = headers.first(where: { $0.name == "Authorization" })?.value
        else { return false }
        file.forget(String(value.dropFirst("Bearer ".count)))
        return (try? self.headers()) != headers
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
