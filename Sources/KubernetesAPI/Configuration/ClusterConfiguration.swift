import Manifests

/// How to reach one cluster and who we are there.
///
/// Comes from a `Kubeconfig`. Its text forms never show a credential.
public struct ClusterConfiguration: Sendable {
    /// Where the API server is.
    public var server: ServerAddress
    /// How to trust the server, and our certificate for it.
    public var tls: TLSSettings
    /// What goes into the `Authorization` header.
    public var credentials: Credentials
    /// Whom to act as, when not as ourselves.
    public var impersonation: Impersonation?
    /// The URL of a proxy; without one the environment decides.
    public var proxy: String?
    /// Whether answers must come uncompressed.
    public var disablesCompression: Bool
    /// The namespace of the context, else `default`.
    public var defaultNamespace: String
    /// The name of the kubeconfig context, when there is one.
    public var context: String?
    /// What the user should know of how this was found, each in one line.
    public var warnings: [String] = []

    /// A configuration for a server, trusting the system's certificate authorities and showing no credentials.
    public init(server: ServerAddress, tls: TLSSettings = TLSSettings(), credentials: Credentials = .none) {
        self.server = server
        self.tls = tls
        self.credentials = credentials
        disablesCompression = false
        defaultNamespace = "default"
    }
}

extension ClusterConfiguration: CustomStringConvertible, CustomDebugStringConvertible {
    /// Context and address.
    public var description: String {
        (context.map { "\($0) at \(server)" } ?? "\(server)").inOneLine(limit: 4096)
    }

    /// The same, so that no dump shows a credential.
    public var debugDescription: String { description }
}

/// How the two ends of a TLS connection prove who they are.
public struct TLSSettings: Sendable {
    /// PEM certificates to trust instead of the system's.
    public var certificateAuthority: [UInt8]?
    /// Our PEM certificate chain and key.
    public var clientIdentity: ClientIdentity?
    /// The name in the server's certificate when it is not the host of the URL.
    public var serverName: String?
    /// Whether any certificate will do; only when the user says so.
    public var skipsVerification = false
    /// The files that the certificates came from, looked at again once a minute.
    public var paths = TLSPaths()

    /// Full verification against the system's authorities, without a client certificate.
    public init() {}
}

/// Where certificates were read, for those that did not stand in the kubeconfig itself.
public struct TLSPaths: Sendable, Hashable {
    /// The file with the authorities.
    public var certificateAuthority: String?
    /// The file with our certificate.
    public var clientCertificate: String?
    /// The file with our key.
    public var clientKey: String?

    /// No files.
    public init() {}
}

/// A client certificate with its key.
public struct ClientIdentity: Sendable, Hashable, CustomStringConvertible, CustomDebugStringConvertible {
    /// The PEM certificate chain.
    public let certificate: [UInt8]
    /// The PEM private key.
    public let key: [UInt8]

    /// A certificate and its key, both PEM.
    public init(certificate: [UInt8], key: [UInt8]) {
        self.certificate = certificate
        self.key = key
    }

    /// Not the key.
    public var description: String { "client certificate" }

    /// Not the key.
    public var debugDescription: String { description }
}

/// What proves who we are, beside a client certificate.
public enum Credentials: Sendable, Hashable {
    /// Nothing, or only the client certificate.
    case none
    /// A bearer token.
    case token(String)
    /// A file with a bearer token, read again as it changes.
    ///
    /// The initial token serves while the file cannot be read for the first time.
    case tokenFile(path: String, initial: String? = nil)
    /// A user name and a password.
    case basic(user: String, password: String)
    /// A program that prints a token or a client certificate.
    case plugin(ExecPlugin)
}

extension Credentials: CustomStringConvertible, CustomDebugStringConvertible {
    /// The sort, not the secret.
    public var description: String {
        switch self {
        case .none: "no credentials"
        case .token: "a token"
        case .tokenFile(let path, _): "the token in \(path)".inOneLine(limit: 4096)
        case .basic(let user, _): "the password of \(user)".inOneLine(limit: 4096)
        case .plugin(let plugin): "\(plugin)"
        }
    }

    /// The sort, not the secret.
    public var debugDescription: String { description }
}

/// Whom to act as.
///
/// [User impersonation](https://kubernetes.io/docs/reference/access-authn-authz/user-impersonation/)
public struct Impersonation: Sendable, Hashable {
    /// The user to be.
    public var user: String
    /// The user's UID, when given.
    public var uid: String?
    /// The groups to be in.
    public var groups: [String] = []
    /// More facts about the user.
    public var extra: [String: [String]] = [:]

    /// Acts as a user, in no group.
    public init(user: String) {
        self.user = user
    }

    /// Everything that goes into a header as it is.
    var values: [String] {
        [user] + [uid].compactMap { $0 } + groups + extra.values.flatMap { $0 }
    }
}
