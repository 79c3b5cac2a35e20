import Manifests

/// A program that logs in for us, as the `exec` of a kubeconfig user names it.
///
/// [Client-go credential plugins](https://kubernetes.io/docs/reference/access-authn-authz/authentication/#client-go-credential-plugins)
/// explains what it is given and what it prints. Its text forms show neither its arguments nor its environment.
public struct ExecPlugin: Sendable, Hashable {
    /// The name of the kubeconfig user.
    public let user: String
    /// The version that plugin and client speak.
    public let version: Version
    /// A name to look up in `PATH`, or a path.
    public let command: String
    let arguments: [String]
    let environment: [String: String]
    let installHint: String?
    /// What the plugin may know of the cluster, `nil` when it is told nothing.
    let clusterInfo: ClusterInfo?

    /// A version of the messages between client and plugin.
    public enum Version: String, Sendable, Hashable {
        /// The stable version.
        case v1 = "client.authentication.k8s.io/v1"
        /// The one before; its messages look the same.
        case v1beta1 = "client.authentication.k8s.io/v1beta1"
    }

    /// How much the plugin is told of the cluster.
    struct ClusterInfo: Sendable, Hashable {
        /// What the cluster's entry has for plugins to read.
        let config: Value?
    }
}

extension ExecPlugin: CustomStringConvertible, CustomDebugStringConvertible {
    /// Whose plugin it is.
    public var description: String { "the credential plugin of user \"\(user)\"".inOneLine(limit: 4096) }

    /// The same, so that no dump shows an argument.
    public var debugDescription: String { description }
}

extension ExecPlugin {
    /// What the plugin finds in `KUBERNETES_EXEC_INFO`.
    func info(_ configuration: ClusterConfiguration) -> Value {
        var spec: Value = ["interactive": false]
        if let clusterInfo { spec["cluster"] = Self.cluster(configuration, config: clusterInfo.config) }
        return ["kind": "ExecCredential", "apiVersion": .string(version.rawValue), "spec": spec]
    }

    private static func cluster(_ configuration: ClusterConfiguration, config: Value?) -> Value {
        var cluster: Value = ["server": .string(configuration.server.description)]
        cluster["tls-server-name"] = configuration.tls.serverName.map { .string($0) }
        if configuration.tls.skipsVerification { cluster["insecure-skip-tls-verify"] = true }
        cluster["certificate-authority-data"] = configuration.tls.certificateAuthority.map {
            .string(Base64.encode($0))
        }
        cluster["proxy-url"] = configuration.proxy.map { .string($0) }
        if configuration.disablesCompression { cluster["disable-compression"] = true }
        cluster["config"] = config
        return cluster
    }
}
