import Manifests
import Testing
import TestSupport

@testable import KubernetesAPI

@Suite("The source of a cluster's configuration")
struct ClusterSourceTests {
    private static let pem = "-----BEGIN CERTIFICATE-----\nQUJD\n-----END CERTIFICATE-----\n"

    /// A kubeconfig whose cluster has a name of its own.
    private static func kubeconfig(host: String, token: String = "t") -> String {
        """
        current-context: main
        contexts: [{name: main, context: {cluster: c, user: u}}]
        clusters: [{name: c, cluster: {server: "https://\(host)"}}]
        users: [{name: u, user: {token: \(token)}}]
        """
    }

    /// A folder with a file for every source.
    private static func withSources(_ body: (String) throws -> Void) throws {
        try withTemporaryDirectory { directory in
            try TestFiles.write(kubeconfig(host: "given"), to: "\(directory)/given")
            try TestFiles.write(kubeconfig(host: "listed"), to: "\(directory)/listed")
            try TestFiles.write(kubeconfig(host: "home"), to: "\(directory)/home/.kube/config")
            try TestFiles.write("account-token\n", to: "\(directory)/account/token")
            try body(directory)
        }
    }

    private static func source(_ directory: String, _ environment: [String: String] = [:]) -> ClusterSource {
        var source = ClusterSource(environment: environment)
        source.home = "\(directory)/home"
        source.serviceAccountDirectory = "\(directory)/account"
        return source
    }

    private static let pod = ["KUBERNETES_SERVICE_HOST": "10.0.0.1", "KUBERNETES_SERVICE_PORT": "443"]

    @Test("is the path, then KUBECONFIG, then the pod's account, then the home directory")
    func order() throws {
        try Self.withSources { directory throws in
            let environment = Self.pod.merging(["KUBECONFIG": "\(directory)/listed"]) { $1 }
            var source = Self.source(directory, environment)
            source.path = "\(directory)/given"
            #expect(try source.load().server.host == "given")
            source.path = nil
            #expect(try source.load().server.host == "listed")
            source.environment["KUBECONFIG"] = nil
            #expect(try source.load().server.host == "10.0.0.1")
            source.environment = [:]
            #expect(try source.load().server.host == "home")
        }
    }

    @Test("warns when another source than the one named is used")
    func warning() throws {
        try Self.withSources { directory in
            var source = Self.source(directory, ["KUBECONFIG": "/nonexistent/a"])
            #expect(
                try source.load().warnings == [
                    "KUBECONFIG lists no file that exists (/nonexistent/a); main at https://home:443 is used instead"
                ]
            )
            source.environment["KUBECONFIG"] = "\(directory)/listed:/nonexistent/a"
            let listed = try source.load()
            #expect(listed.warnings.isEmpty)
            source.environment = Self.pod
            let warning =
                "service account: \"\(directory)/account/ca.crt\" is missing; the system's authorities are trusted"
            #expect(try source.load().warnings == [warning])
        }
    }

    @Test("LIVE-04 is only the path when there is one, even if the file is missing")
    func explicitPath() throws {
        try Self.withSources { directory in
            var source = Self.source(directory, Self.pod.merging(["KUBECONFIG": "\(directory)/listed"]) { $1 })
            source.path = "/nonexistent/k"
            let error = #expect(throws: KubeconfigError.self) { try source.load() }
            let text = "kubeconfig \"/nonexistent/k\": cannot be read: no such file or directory"
            #expect(error.map { "\($0)" } == text)
        }
    }

    @Test("names all four attempts when there is none")
    func none() throws {
        var source = ClusterSource(environment: ["KUBECONFIG": "/nonexistent/a:/nonexistent/b"])
        source.home = "/nonexistent/home"
        let error = #expect(throws: ClusterSourceError.self) { try source.load() }
        let text =
            "no cluster is configured: no kubeconfig path is given; "
            + "KUBECONFIG lists no file that exists (/nonexistent/a:/nonexistent/b); "
            + "no cluster around us: KUBERNETES_SERVICE_HOST is not set; "
            + "\"/nonexistent/home/.kube/config\" does not exist; give the path of a kubeconfig"
        #expect(error.map { "\($0)" } == text)
        let bare = #expect(throws: ClusterSourceError.self) { try ClusterSource(environment: Self.pod).load() }
        #expect(error != bare)
        for part in ["KUBECONFIG is not set", "serviceaccount/token\" cannot be read", "HOME is not set"] {
            #expect(bare.map { "\($0)".contains(part) } == true)
        }
    }

    @Test("merges the files of KUBECONFIG: the first entry of a name counts, paths belong to their file")
    func merge() throws {
        try withTemporaryDirectory { directory in
            try TestFiles.write(Self.pem, to: "\(directory)/one/ca.pem")
            try TestFiles.write("token-of-two", to: "\(directory)/two/token")
            try TestFiles.write(
                "clusters: [{name: c, cluster: {server: 'https://one', certificate-authority: ca.pem}}]",
                to: "\(directory)/one/config"
            )
            try TestFiles.write(
                """
                current-context: two
                contexts: [{name: two, context: {cluster: c, user: u}}]
                clusters: [{name: c, cluster: {server: 'https://two', tls-server-name: two}}]
                users: [{name: u, user: {tokenFile: token}}]
                """,
                to: "\(directory)/two/config"
            )
            try TestFiles.write("current-context: three", to: "\(directory)/three")
            let files = ["", "one/config", "missing", "two/config", "one/config", "three"]
            let list = files.map { $0.isEmpty ? "" : "\(directory)/\($0)" }.joined(separator: ":")
            let configuration = try Self.source(directory, ["KUBECONFIG": list]).load()
            #expect(configuration.context == "two")
            #expect(configuration.server.host == "one")
            #expect(configuration.tls.serverName == nil)
            #expect(configuration.tls.certificateAuthority == Array(Self.pem.utf8))
            #expect(configuration.credentials == .tokenFile(path: "\(directory)/two/token"))
        }
    }

    @Test("API-21 takes an entry whole from the first file that has it, and the first current context that is set")
    func firstWins() throws {
        try withTemporaryDirectory { directory in
            let data = Base64.encode(Array(Self.pem.utf8))
            let certificate = "client-certificate-data: \(data), client-key-data: \(data)"
            try TestFiles.write("current-context: ''\nusers: [{name: red, user: {token: a}}]", to: "\(directory)/1")
            try TestFiles.write(
                """
                current-context: two
                contexts:
                - {name: two, context: {cluster: c, user: red}}
                - {name: three, context: {cluster: c, user: blue}}
                clusters: [{name: c, cluster: {server: "https://h"}}]
                users: [{name: red, user: {token: b, \(certificate)}}, {name: blue, user: {token: c}}]
                """,
                to: "\(directory)/2"
            )
            var source = Self.source(directory, ["KUBECONFIG": "\(directory)/1:\(directory)/2"])
            let red = try source.load()
            #expect(red.context == "two")
            #expect(red.credentials == .token("a"))
            #expect(red.tls.clientIdentity == nil)
            source.context = "three"
            #expect(try source.load().credentials == .token("c"))
        }
    }

    @Test("tells the problems of all files of KUBECONFIG, each with its file")
    func mergeProblems() throws {
        try withTemporaryDirectory { directory in
            try TestFiles.write("kind: Pod", to: "\(directory)/a")
            try TestFiles.write("users: [{name: x}, {name: x}]", to: "\(directory)/b")
            let source = Self.source(directory, ["KUBECONFIG": "\(directory)/a:\(directory)/b"])
            let error = #expect(throws: KubeconfigError.self) { try source.load() }
            let text = error.map { "\($0)" } ?? ""
            #expect(text.contains("\"\(directory)/a\": is no kubeconfig"), "\(text)")
            #expect(text.contains("\"\(directory)/b\": \"x\" is there twice among the users"), "\(text)")
            try TestFiles.write(Self.kubeconfig(host: "h", token: "1"), to: "\(directory)/a")
            try TestFiles.write("", to: "\(directory)/b")
            let entry = #expect(throws: KubeconfigError.self) { try source.load() }
            let place = "user \"u\" in \"\(directory)/a\": token must be a string (quote it)"
            #expect(entry.map { "\($0)".contains(place) } == true)
        }
    }

    @Test("of a pod is its service account")
    func serviceAccount() throws {
        try Self.withSources { directory in
            var source = Self.source(directory, Self.pod)
            var configuration = try source.load()
            #expect(configuration.server.description == "https://10.0.0.1:443")
            #expect(configuration.credentials == .tokenFile(path: "\(directory)/account/token"))
            #expect(configuration.tls.certificateAuthority == nil)
            #expect(configuration.defaultNamespace == "default")
            try TestFiles.write(Self.pem, to: "\(directory)/account/ca.crt")
            try TestFiles.write(" shop\n", to: "\(directory)/account/namespace")
            source.environment["KUBERNETES_SERVICE_HOST"] = "fd00::1"
            configuration = try source.load()
            #expect(configuration.server.description == "https://[fd00::1]:443")
            #expect(configuration.tls.certificateAuthority == Array(Self.pem.utf8))
            #expect(configuration.tls.paths.certificateAuthority == "\(directory)/account/ca.crt")
            #expect(configuration.defaultNamespace == "shop")
            source.environment["POD_NAMESPACE"] = "billing"
            #expect(try source.load().defaultNamespace == "billing")
        }
    }

    @Test("of a pod is no good with an empty token or a port that is none")
    func brokenServiceAccount() throws {
        try Self.withSources { directory in
            var source = Self.source(directory, Self.pod)
            source.environment["KUBERNETES_SERVICE_PORT"] = "x"
            let port = #expect(throws: ClusterSourceError.self) { try source.load() }
            #expect(port.map { "\($0)".contains("must be an address and a port") } == true)
            try TestFiles.write("\n", to: "\(directory)/account/token")
            source.environment = Self.pod
            let token = #expect(throws: ClusterSourceError.self) { try source.load() }
            #expect(token.map { "\($0)" } == "service account: \"\(directory)/account/token\" holds no token")
        }
    }

    @Test("may have another server, whose certificate has its own name")
    func masterURL() throws {
        try withTemporaryDirectory { directory in
            let text = Self.kubeconfig(host: "old").replacing("\"}}]", with: "\", tls-server-name: old.local}}]")
            try TestFiles.write(text, to: "\(directory)/config")
            var source = ClusterSource(path: "\(directory)/config", environment: [:])
            #expect(try source.load().tls.serverName == "old.local")
            source.masterURL = "https://new:8443/prefix"
            let configuration = try source.load()
            #expect(configuration.server.description == "https://new:8443/prefix")
            #expect(configuration.tls.serverName == nil)
            #expect(configuration.credentials == .token("t"))
            source.masterURL = "new"
            let error = #expect(throws: ClusterSourceError.self) { try source.load() }
            #expect(error.map { "\($0)" } == "master URL \"new\": must be https://HOST[:PORT][/PATH]")
        }
    }
}
