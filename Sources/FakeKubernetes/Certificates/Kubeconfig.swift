import FoundationEssentials

/// The text of a kubeconfig for one cluster.
struct Kubeconfig: Sendable {
    enum User: Sendable {
        case certificate(CertificateAuthority.Identity)
        case token(String)
    }

    let name: String
    let server: String
    let authority: String
    let user: User
    let namespace: String?

    var text: String {
        let credentials =
            switch user {
            case .token(let token): "    token: \(token)"
            case .certificate(let identity):
                """
                    client-certificate-data: \(Self.base64(identity.certificate))
                    client-key-data: \(Self.base64(identity.key))
                """
            }
        let place = namespace.map { "\n    namespace: \"\($0)\"" } ?? ""
        return """
            apiVersion: v1
            kind: Config
            current-context: "\(name)"
            clusters:
            - name: "\(name)"
              cluster:
                server: \(server)
                certificate-authority-data: \(Self.base64(authority))
            contexts:
            - name: "\(name)"
              context:
                cluster: "\(name)"
                user: "\(name)-admin"\(place)
            users:
            - name: "\(name)-admin"
              user:
            \(credentials)

            """
    }

    private static func base64(_ text: String) -> String {
        Data(text.utf8).base64EncodedString()
    }
}
