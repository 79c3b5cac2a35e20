import Manifests
import NIOConcurrencyHelpers
import NIOPosix
import NIOSSL

/// A Kubernetes cluster without machines: a real API server over HTTPS on loopback, with just enough controllers.
///
/// It stores objects honestly (versions, generations, managed fields), makes pods that become ready, and goes wrong on
/// request. What it does not model it refuses with 501. To find the way through it go on with
/// `ClusterState+Routing.swift`.
package final class FakeCluster: Sendable {
    /// The name, also of its context in the kubeconfig.
    package let name: String
    /// The port on 127.0.0.1; it stays the same while the cluster is down.
    package var port: Int { listener.port }
    let core: ClusterCore
    let listener: TLSServer
    let authority: CertificateAuthority
    private let client: NIOLockedValueBox<CertificateAuthority.Identity>

    private init(name: String, core: ClusterCore, listener: TLSServer, authority: CertificateAuthority)
        throws
    {
        self.name = name
        self.core = core
        self.listener = listener
        self.authority = authority
        client = NIOLockedValueBox(try authority.client())
        try trustClient()
    }

    /// Makes a cluster and opens its port.
    ///
    /// Call `shutdown()` at the end, or use `withFakeCluster`.
    package static func start(name: String, options: FakeClusterOptions = .init()) async throws -> FakeCluster {
        let group = MultiThreadedEventLoopGroup.singleton
        let authority = try CertificateAuthority(cluster: name)
        let core = ClusterCore(name: name, options: options, group: group)
        let listener = try TLSServer(core: core, group: group, authority: authority)
        try await listener.open()
        return try FakeCluster(name: name, core: core, listener: listener, authority: authority)
    }

    /// The address of the API.
    package var server: String { "https://127.0.0.1:\(port)" }

    /// Closes the port and all connections, and forgets nothing: the objects stay readable through this object.
    package func shutdown() async throws {
        await listener.close()
    }

    /// Makes the cluster unreachable: its port is closed, its connections break.
    package func goDown() async {
        await listener.close()
    }

    /// Makes the cluster reachable again, under the same port and with the same objects.
    package func comeBack() async throws {
        try await listener.open()
    }

    /// A kubeconfig with everything inside; its context has the name of the cluster.
    package func kubeconfigText(credential: Credential = .clientCertificate, namespace: String? = nil) -> String {
        Kubeconfig(
            name: name,
            server: server,
            authority: authority.certificate,
            user: user(credential),
            namespace: namespace
        ).text
    }

    /// How the user of a kubeconfig proves who they are.
    package enum Credential: Sendable {
        case clientCertificate
        case token
        /// The token of a user who may only do what `FakeClusterOptions.limitedRules` say.
        case limited
    }

    private func user(_ credential: Credential) -> Kubeconfig.User {
        switch credential {
        case .clientCertificate: .certificate(client.withLockedValue { $0 })
        case .token: .token(token)
        case .limited: .token(core.credentials.withLockedValue { $0.limitedToken })
        }
    }

    /// Makes another client certificate, and refuses the one before from now on.
    func renewClient() throws {
        let identity = try authority.client()
        client.withLockedValue { $0 = identity }
        try trustClient()
    }

    private func trustClient() throws {
        let identity = client.withLockedValue { $0 }
        let certificate = try NIOSSLCertificate(bytes: Array(identity.certificate.utf8), format: .pem).toDERBytes()
        core.credentials.withLockedValue { $0.certificate = certificate }
    }
}

/// Runs a piece of work with a cluster that ends with it.
package func withFakeCluster<Result>(
    _ name: String = "fake",
    options: FakeClusterOptions = .init(),
    _ body: (FakeCluster) async throws -> Result
) async throws -> Result {
    let cluster = try await FakeCluster.start(name: name, options: options)
    do {
        let result = try await body(cluster)
        try await cluster.shutdown()
        return result
    } catch {
        try await cluster.shutdown()
        throw error
    }
}
