import Manifests
import Testing
import TestSupport

@testable import KubernetesAPI

@Suite("The credential plugin of a kubeconfig")
struct KubeconfigExecTests {
    private static let head = "apiVersion: client.authentication.k8s.io/v1, interactiveMode: Never"
    private static let beta = "apiVersion: client.authentication.k8s.io/v1beta1"

    private static func configuration(exec: String, user: String = "") throws -> ClusterConfiguration {
        let text = """
            current-context: main
            contexts: [{name: main, context: {cluster: c, user: u}}]
            clusters:
            - name: c
              cluster:
                server: https://example.com
                extensions: [{name: client.authentication.k8s.io/exec, extension: {audience: x}}]
            users: [{name: u, user: {exec: {\(exec)}\(user)}}]
            """
        return try Kubeconfig(text: Array(text.utf8), path: "/etc/kube/config").configuration()
    }

    private static func plugin(_ exec: String) throws -> ExecPlugin {
        guard case .plugin(let plugin) = try configuration(exec: exec).credentials else {
            throw Missing(what: "a plugin")
        }
        return plugin
    }

    @Test("has a command, arguments and variables")
    func fields() throws {
        let exec =
            "\(Self.head), command: aws, args: [eks, get-token], env: [{name: A, value: '1'}, {name: B}], "
            + "installHint: \"get\\tit\\nhere\", provideClusterInfo: true"
        let plugin = try Self.plugin(exec)
        let expected = ExecPlugin(
            user: "u",
            version: .v1,
            command: "aws",
            arguments: ["eks", "get-token"],
            environment: ["A": "1", "B": ""],
            installHint: "get it here",
            clusterInfo: .init(config: ["audience": "x"])
        )
        #expect(plugin == expected)
        #expect(!String(reflecting: plugin).contains("get-token"))
    }

    @Test("API-23 needs no mode in the version before")
    func versionBefore() throws {
        #expect(try Self.plugin("\(Self.beta), command: aws").version == .v1beta1)
    }

    @Test(
        "with a separator in its command is seen from the directory of the file",
        arguments: [
            ("aws", "aws"), ("./aws", "/etc/kube/aws"), ("bin/aws", "/etc/kube/bin/aws"), ("/bin/aws", "/bin/aws"),
        ]
    )
    func command(text: String, path: String) throws {
        #expect(try Self.plugin("\(Self.head), command: '\(text)'").command == path)
    }

    @Test(
        "does not run beside other credentials",
        arguments: [
            (", token: t", .token("t")),
            (", username: joe, password: p", .basic(user: "joe", password: "p")),
        ] as [(String, Credentials)]
    )
    func suppressed(user: String, credentials: Credentials) throws {
        let exec = "\(Self.head), command: aws"
        #expect(try Self.configuration(exec: exec, user: user).credentials == credentials)
    }

    @Test("does not run beside a client certificate")
    func suppressedByCertificate() throws {
        let data = Base64.encode(Array("-----BEGIN CERTIFICATE-----\n".utf8))
        let user = ", client-certificate-data: \(data), client-key-data: \(data)"
        #expect(try Self.configuration(exec: "\(Self.head), command: aws", user: user).credentials == .none)
    }

    @Test(
        "API-23 is refused with the field that is wrong",
        arguments: [
            ("\(head)", "exec.command is missing"),
            ("command: aws", "exec.apiVersion is missing"),
            (
                "apiVersion: client.authentication.k8s.io/v1alpha1, command: aws",
                "exec.apiVersion must be client.authentication.k8s.io/v1; upgrade the plugin and then this field"
            ),
            (
                "apiVersion: client.authentication.k8s.io/v1, command: aws",
                "exec.interactiveMode is missing; set it to Never, IfAvailable or Always"
            ),
            ("\(beta), command: aws, interactiveMode: Always", "exec.interactiveMode is Always, but there is no"),
            ("\(beta), command: aws, interactiveMode: no", "exec.interactiveMode must be Never, IfAvailable or Always"),
            ("\(beta), command: aws, args: [1]", "exec.args must be a list of strings (quote them)"),
            ("\(beta), command: aws, env: [{value: x}]", "exec.env has an entry without a proper name"),
            ("\(beta), command: aws, env: [{name: A, value: 1}]", "exec.env \"A\" must be a string (quote it)"),
            ("\(beta), command: 1", "exec: command must be a string (quote it)"),
        ]
    )
    func refused(exec: String, text: String) {
        let error = #expect(throws: KubeconfigError.self) { try Self.configuration(exec: exec) }
        let description = error.map { "\($0)" } ?? ""
        #expect(description.contains("user \"u\": \(text)"), "\(description)")
    }

    @Test("is refused beside auth-provider, and all problems come at once")
    func all() {
        let error = #expect(throws: KubeconfigError.self) {
            try Self.configuration(exec: "args: x", user: ", auth-provider: {name: gcp}, as-groups: [1]")
        }
        let description = error.map { "\($0)" } ?? ""
        let parts = [
            "auth-provider is not supported; use exec instead", "exec cannot go with auth-provider",
            "exec.command is missing", "exec.apiVersion is missing", "exec.args must be", "as-groups needs",
        ]
        for part in parts { #expect(description.contains(part), "\(description)") }
    }
}
