import NIOConcurrencyHelpers

/// Credentials that come to their end while clients use them.
///
/// A credential that is not good any more gets 401 Unauthorized, also on connections that are open; open watches go on.
extension FakeCluster {
    /// The bearer token of the administrator.
    package var token: String { core.credentials.withLockedValue { $0.token } }

    /// Lets the bearer token of the administrator expire, and makes a new one.
    ///
    /// - Returns: The new token, which is also in kubeconfigs made from now on.
    @discardableResult
    package func rotateToken() -> String {
        core.credentials.withLockedValue { $0.rotateToken() }
        return token
    }

    /// Refuses the client certificate of the administrator from now on, and makes a new one.
    ///
    /// As on a real server the handshake goes well with the old one, and each request gets 401 Unauthorized.
    ///
    /// - Returns: A kubeconfig with the new one.
    /// - Throws: What the library of certificates says when it cannot make one.
    @discardableResult
    package func rotateClientCertificate() throws -> String {
        try renewClient()
        return kubeconfigText(credential: .clientCertificate)
    }

    /// Shows new connections another serving certificate, of the same authority.
    ///
    /// - Parameter closesConnections: Whether the connections that are open break, as when a server restarts.
    /// - Throws: What the library of certificates says when it cannot make one.
    package func rotateServingCertificate(closesConnections: Bool = false) async throws {
        try listener.rotateCertificate()
        if closesConnections { await listener.closeConnections() }
    }
}
