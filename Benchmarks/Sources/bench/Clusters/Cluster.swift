/// A cluster to measure on, with its credentials as files that every tool can read.
struct Cluster {
    let kubeconfig: String
    let server: String
    /// A private directory with `ca.crt` and, as far as the user has them, `client.crt` and `client.key`.
    let credentials: String
    let hasClientCertificate: Bool
    let token: String?

    /// Reads the current context of a kubeconfig file; kubectl does the reading, and the credentials go to `folder`.
    static func load(_ kubeconfig: String, kubectl: Kubectl, folder: String) throws -> Cluster {
        func value(_ list: String, _ entry: String, _ key: String, decode: String = "") throws -> String {
            let template =
                "{{with (index .\(list) 0).\(entry)}}{{with index . \"\(key)\"}}{{. \(decode)}}{{end}}{{end}}"
            let view = ["config", "view", "--raw", "--flatten", "--minify", "-o", "go-template=\(template)"]
            return try kubectl.lanes.output(of: Command(kubectl.program, ["--kubeconfig", kubeconfig] + view))
        }
        let server = try value("clusters", "cluster", "server")
        let certificate = try value("users", "user", "client-certificate-data", decode: "| base64decode")
        let token = try value("users", "user", "token")
        guard server.hasPrefix("https://"), !(certificate.isEmpty && token.isEmpty) else {
            throw BenchError.setting(
                "\(kubeconfig): needs an https server and a user with a client certificate or a token"
            )
        }
        try TextFile.makeDirectory(folder)
        let authority = try value("clusters", "cluster", "certificate-authority-data", decode: "| base64decode")
        try TextFile.write(authority, to: "\(folder)/ca.crt")
        try TextFile.write(certificate, to: "\(folder)/client.crt")
        let key = try value("users", "user", "client-key-data", decode: "| base64decode")
        try TextFile.write(key, to: "\(folder)/client.key")
        return Cluster(
            kubeconfig: kubeconfig,
            server: server,
            credentials: folder,
            hasClientCertificate: !certificate.isEmpty,
            token: token.isEmpty ? nil : token
        )
    }
}
