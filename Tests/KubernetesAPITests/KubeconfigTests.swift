import Manifests
import Testing
import TestSupport

@testable import KubernetesAPI

@Suite("Kubeconfig")
struct KubeconfigTests {
    private static let pem = "-----BEGIN CERTIFICATE-----\nQUJD\n-----END CERTIFICATE-----\n"

    /// A file with one context, whose cluster and user have these fields.
    private static func text(cluster: String = "server: https://example.com", user: String = "token: abc") -> String {
        """
        apiVersion: v1
        kind: Config
        current-context: main
        contexts: [{name: main, context: {cluster: c, user: u, namespace: shop}}]
        clusters: [{name: c, cluster: {\(cluster)}}]
        users: [{name: u, user: {\(user)}}]
        """
    }

    private static func configuration(_ text: String, path: String = "/etc/kube/config") throws -> ClusterConfiguration
    {
        try Kubeconfig(text: Array(text.utf8), path: path).configuration()
    }

    private static func problem(_ text: String) -> String {
        do {
            _ = try configuration(text)
            return "none"
        } catch {
            return "\(error)"
        }
    }

    @Test("gives server, token and namespace of the current context")
    func simple() throws {
        let configuration = try Self.configuration(Self.text())
        #expect(configuration.server.description == "https://example.com:443")
        #expect(configuration.credentials == .token("abc"))
        #expect(configuration.defaultNamespace == "shop")
        #expect(configuration.context == "main")
        #expect(!configuration.tls.skipsVerification)
    }

    @Test("reads certificates from base64 data")
    func inlineData() throws {
        let data = Base64.encode(Array(Self.pem.utf8))
        let user = "client-certificate-data: \(data), client-key-data: \(data)"
        let cluster = "server: 'https://h:6443/prefix', certificate-authority-data: \(data)"
        let tls = try Self.configuration(Self.text(cluster: cluster, user: user)).tls
        #expect(tls.certificateAuthority == Array(Self.pem.utf8))
        #expect(tls.clientIdentity == ClientIdentity(certificate: Array(Self.pem.utf8), key: Array(Self.pem.utf8)))
    }

    @Test("API-22 sees relative paths from the directory of the file")
    func relativePaths() throws {
        try withTemporaryDirectory { directory in
            try TestFiles.write(Self.pem, to: "\(directory)/eu/ca.pem")
            try TestFiles.write("secret-token\n", to: "\(directory)/token")
            let exec = "apiVersion: client.authentication.k8s.io/v1beta1, command"
            let text = """
                contexts:
                - {name: file, context: {cluster: c, user: file}}
                - {name: near, context: {cluster: c, user: near}}
                - {name: path, context: {cluster: c, user: path}}
                clusters: [{name: c, cluster: {server: "https://h", certificate-authority: ca.pem}}]
                users:
                - {name: file, user: {tokenFile: ../token}}
                - {name: near, user: {exec: {\(exec): bin/login}}}
                - {name: path, user: {exec: {\(exec): aws}}}
                """
            let kubeconfig = try Kubeconfig(text: Array(text.utf8), path: "\(directory)/eu/config")
            let file = try kubeconfig.configuration(context: "file")
            #expect(file.tls.certificateAuthority == Array(Self.pem.utf8))
            #expect(file.tls.paths.certificateAuthority == "\(directory)/eu/ca.pem")
            #expect(file.credentials == .tokenFile(path: "\(directory)/token"))
            for (context, command) in [("near", "\(directory)/eu/bin/login"), ("path", "aws")] {
                guard case .plugin(let plugin) = try kubeconfig.configuration(context: context).credentials else {
                    throw Missing(what: "a plugin")
                }
                #expect(plugin.command == command)
            }
        }
    }

    @Test(
        "takes a way up out of a path by name, below an absolute directory",
        arguments: [
            ("ca.pem", "/etc/kube", "/etc/kube/ca.pem"), ("../../../x", "/etc/kube", "/x"),
            ("./a//b", "/etc", "/etc/a/b"),
            ("/abs/../x", "/etc", "/abs/../x"), ("../x", "eu", "eu/../x"), ("./aws", "", "./aws"), ("x", "/", "/x"),
        ]
    )
    func resolved(path: String, directory: String, whole: String) {
        #expect(FileContents.resolve(path, in: directory) == whole)
    }

    @Test("ignores fields that it does not know, everywhere, and preferences and extensions")
    func unknownFields() throws {
        let text =
            Self.text(cluster: "server: 'https://h', novel: {a: 1}", user: "token: abc, novel: 1")
            + "\npreferences: {colors: true}\nextensions: [{name: x, extension: 1}]\nnovel: [1]"
        #expect(try Self.configuration(text).credentials == .token("abc"))
    }

    @Test("takes both kind and version as given when they are not there")
    func noHeader() throws {
        let text = Self.text().split(separator: "\n").dropFirst(2).joined(separator: "\n")
        #expect(try Self.configuration(text).credentials == .token("abc"))
    }

    @Test(
        "knows these sorts of proxies; an empty one is none",
        arguments: [
            ("http://p:3128", "http://p:3128"), ("https://p", "https://p"), ("socks5://p:1080", "socks5://p:1080"),
            ("''", nil),
        ]
    )
    func proxies(text: String, proxy: String?) throws {
        let cluster = "server: 'https://h', proxy-url: \(text)"
        #expect(try Self.configuration(Self.text(cluster: cluster)).proxy == proxy)
    }

    @Test("takes any certificate only when told to, and then no authority")
    func insecure() throws {
        let text = Self.text(cluster: "server: 'https://h', insecure-skip-tls-verify: true")
        #expect(try Self.configuration(text).tls.skipsVerification)
    }

    @Test("reads the further fields of a cluster")
    func clusterFields() throws {
        let fields =
            "server: 'https://10.0.0.1', tls-server-name: kube.local, proxy-url: 'socks5://p:1080', disable-compression: true"
        let configuration = try Self.configuration(Self.text(cluster: fields))
        #expect(configuration.tls.serverName == "kube.local")
        #expect(configuration.proxy == "socks5://p:1080")
        #expect(configuration.disablesCompression)
        #expect(configuration.urlForRequests == "https://kube.local:443")
    }

    @Test("reads whom to act as")
    func impersonation() throws {
        let user = "token: t, as: jane, as-uid: '7', as-groups: [a, b], as-user-extra: {scopes: [x]}"
        var expected = Impersonation(user: "jane")
        expected.uid = "7"
        expected.groups = ["a", "b"]
        expected.extra = ["scopes": ["x"]]
        #expect(try Self.configuration(Self.text(user: user)).impersonation == expected)
    }

    @Test("lists its contexts, and gives one by name")
    func contexts() throws {
        let text = """
            contexts:
            - {name: one, context: {cluster: c}}
            - {name: two, context: {cluster: c, user: u}}
            clusters: [{name: c, cluster: {server: "http://h"}}]
            users: [{name: u, user: {username: joe, password: pw}}]
            """
        let kubeconfig = try Kubeconfig(text: Array(text.utf8), path: "k")
        #expect(kubeconfig.contextNames == ["one", "two"])
        #expect(try kubeconfig.configuration(context: "one").credentials == .none)
        #expect(try kubeconfig.configuration(context: "two").credentials == .basic(user: "joe", password: "pw"))
        #expect(throws: KubeconfigError(path: "k", [.noCurrentContext(available: ["one", "two"])])) {
            try kubeconfig.configuration()
        }
        #expect(throws: KubeconfigError(path: "k", [.unknownContext("three", available: ["one", "two"])])) {
            try kubeconfig.configuration(context: "three")
        }
    }

    @Test("reads JSON as well, and an empty file as an empty configuration")
    func otherForms() throws {
        #expect(try Kubeconfig(text: Array(#"{"kind":"Config","contexts":[]}"#.utf8), path: "k").contextNames == [])
        #expect(try Kubeconfig(text: [], path: "k").contextNames == [])
    }

    @Test(
        "names what cannot be used",
        arguments: [
            (text(cluster: ""), "cluster \"c\": server is missing"),
            (text(cluster: "server: example.com"), "cluster \"c\": server must be https://HOST[:PORT][/PATH]"),
            (text(user: "token: 123"), "user \"u\": token must be a string (quote it)"),
            (text(user: "token: 'a b'"), "user \"u\": token holds blanks or characters that no token has"),
            (text(user: "token: t, username: joe"), "user \"u\": token cannot go with username; remove one"),
            (text(user: "client-certificate-data: '%'"), "user \"u\": client-certificate-data is no base64"),
            (text(user: "client-certificate-data: QUJD"), "user \"u\": client-certificate-data holds no PEM block"),
            (
                text(user: "client-certificate-data: \(Base64.encode(Array(pem.utf8)))"),
                "user \"u\": client-key is missing beside client-certificate"
            ),
            (
                text(user: "client-key: a, client-key-data: b"),
                "user \"u\": client-key cannot go with client-key-data; remove one"
            ),
            (
                text(user: "client-certificate-data: \(Base64.encode(Array(pem.utf8))), client-key: ''"),
                "user \"u\": client-key is missing beside client-certificate"
            ),
            (
                text(user: "client-key-data: \(Base64.encode(Array(pem.utf8)))"),
                "user \"u\": client-certificate is missing beside client-key"
            ),
            (
                text(user: "client-certificate: a, client-certificate-data: b"),
                "user \"u\": client-certificate cannot go with client-certificate-data; remove one"
            ),
            (
                text(cluster: "server: 'https://h', certificate-authority: a, certificate-authority-data: b"),
                "cluster \"c\": certificate-authority cannot go with certificate-authority-data; remove one"
            ),
            (
                text(cluster: "server: 'https://h', certificate-authority: /nonexistent"),
                "cluster \"c\": certificate-authority \"/nonexistent\" cannot be read: no such file"
            ),
            (
                text(cluster: "server: 'https://h', proxy-url: 'ftp://p'"),
                "cluster \"c\": proxy-url must be an http, https or socks5 URL"
            ),
            (
                text(user: "tokenFile: /nonexistent, password: p"),
                "user \"u\": token cannot go with username; remove one"
            ),
            (text(user: "as-groups: [x]"), "user \"u\": as-groups needs \"as\" beside it"),
            (text(user: "as-uid: '7'"), "user \"u\": as-uid needs \"as\" beside it"),
            (text(user: "as-user-extra: {a: [b]}"), "user \"u\": as-user-extra needs \"as\" beside it"),
            (
                text(user: "tokenFile: /nonexistent"),
                "user \"u\": tokenFile \"/nonexistent\" cannot be read: no such file"
            ),
            (
                text(user: "token: t, as: jane, as-groups: [1]"),
                "user \"u\": as-groups must be a list of strings (quote them)"
            ),
            (text(user: "auth-provider: {name: gcp}"), "user \"u\": auth-provider is not supported; use exec instead"),
            ("contexts: [{name: a, context: {cluster: x}}]\ncurrent-context: a", "which is not among the clusters"),
            ("contexts: [{name: a, context: {user: x}}]\ncurrent-context: a", "context \"a\": cluster is missing"),
            (
                "contexts: [{name: a, context: {cluster: x, user: who}}]\ncurrent-context: a",
                "context \"a\" needs \"who\", which is not among the users"
            ),
            ("users: [{name: a}, {name: a}]", "\"a\" is there twice among the users; remove one"),
            ("clusters: [{name: a}, {name: a}]", "\"a\" is there twice among the clusters; remove one"),
            ("contexts: [{name: a}, {name: a}]", "\"a\" is there twice among the contexts; remove one"),
            ("apiVersion: v2", "is of another version: apiVersion must be \"v1\""),
            ("kind: Pod", "is no kubeconfig: kind must be \"Config\""),
            ("{a: 1}\n---\n{b: 1}", "holds 2 documents instead of one"),
            ("a: [", "kubeconfig \"/etc/kube/config\": "),
        ]
    )
    func problems(text: String, part: String) {
        let problem = Self.problem(text)
        #expect(problem.contains(part), "\(problem)")
        #expect(!problem.contains("\n"))
    }

    @Test("collects all problems, not only the first")
    func collects() {
        let text = Self.text(cluster: "server: x, insecure-skip-tls-verify: 1", user: "token: 1, client-key-data: '%'")
        let problem = Self.problem(text)
        for field in ["server", "insecure-skip-tls-verify", "token", "client-key-data"] {
            #expect(problem.contains(": \(field) "), "\(problem)")
        }
    }

    @Test("refuses an authority beside no verification")
    func contradiction() {
        let data = Base64.encode(Array(Self.pem.utf8))
        let cluster = "server: 'https://h', insecure-skip-tls-verify: true, certificate-authority-data: \(data)"
        #expect(Self.problem(Self.text(cluster: cluster)).contains("cannot go with insecure-skip-tls-verify"))
    }

    @Test("names a file that is not there")
    func noFile() {
        #expect(throws: KubeconfigError(path: "/nonexistent/k", [.unreadable(cause: "no such file or directory")])) {
            try Kubeconfig.load(path: "/nonexistent/k")
        }
    }

    @Test("never shows a secret in a text")
    func redaction() throws {
        let data = Base64.encode(Array(Self.pem.utf8))
        let user = "token: top-secret, client-certificate-data: \(data), client-key-data: \(data)"
        let configuration = try Self.configuration(Self.text(user: user))
        for text in ["\(configuration)", String(reflecting: configuration), "\(configuration.credentials)"] {
            #expect(!text.contains("top-secret"))
        }
        #expect("\(configuration)" == "main at https://example.com:443")
        #expect(String(reflecting: configuration.tls).contains("client certificate"))
    }
}
