/// The account that a pod has in the cluster it runs in.
///
/// [Accessing the API from a pod](https://kubernetes.io/docs/tasks/run-application/access-api-from-pod/)
struct ServiceAccount {
    let directory: String
    let environment: [String: String]

    private var host: String { environment["KUBERNETES_SERVICE_HOST"] ?? "" }
    private var port: String { environment["KUBERNETES_SERVICE_PORT"] ?? "" }
    private var tokenPath: String { FileContents.resolve("token", in: directory) }

    /// Why this is no pod with an account, `nil` when it is one.
    var absence: String? {
        if host.isEmpty { return "KUBERNETES_SERVICE_HOST is not set" }
        if port.isEmpty { return "KUBERNETES_SERVICE_PORT is not set" }
        return FileContents.isReadable(tokenPath) ? nil : "\"\(tokenPath)\" cannot be read"
    }

    /// How to reach the cluster around us; without `ca.crt` the system's authorities are trusted.
    func configuration() throws(ClusterSourceError) -> ClusterConfiguration {
        let name = host.contains(":") && !host.hasPrefix("[") ? "[\(host)]" : host
        guard let server = ServerAddress("https://\(name):\(port)") else {
            let problem = "KUBERNETES_SERVICE_HOST and KUBERNETES_SERVICE_PORT must be an address and a port"
            throw ClusterSourceError(.serviceAccount("\(problem), not \"\(host)\" and \"\(port)\""))
        }
        do {
            _ = try TokenFile.read(tokenPath)
        } catch {
            throw ClusterSourceError(.serviceAccount("\"\(tokenPath)\" \(error.cause)"))
        }
        let tls = try trust()
        var configuration = ClusterConfiguration(server: server, tls: tls, credentials: .tokenFile(path: tokenPath))
        if let namespace { configuration.defaultNamespace = namespace }
        if tls.certificateAuthority == nil {
            let path = FileContents.resolve("ca.crt", in: directory)
            configuration.warnings = ["service account: \"\(path)\" is missing; the system's authorities are trusted"]
        }
        return configuration
    }

    private func trust() throws(ClusterSourceError) -> TLSSettings {
        var tls = TLSSettings()
        let path = FileContents.resolve("ca.crt", in: directory)
        guard FileContents.exists(path) else { return tls }
        do throws(FileContents.Failure) {
            let authority = try FileContents.read(path)
            guard FileContents.isPEM(authority) else { throw FileContents.Failure(cause: "it holds no PEM block") }
            tls.certificateAuthority = authority
            tls.paths.certificateAuthority = path
            return tls
        } catch {
            throw ClusterSourceError(.serviceAccount("\"\(path)\" cannot be used: \(error.cause)"))
        }
    }

    private var namespace: String? {
        if let name = environment["POD_NAMESPACE"], !name.isEmpty { return name }
        let path = FileContents.resolve("namespace", in: directory)
        guard let bytes = try? FileContents.read(path) else { return nil }
        let name = String(decoding: bytes, as: UTF8.self).trimmingWhitespace()
        return name.isEmpty ? nil : name
    }
}
