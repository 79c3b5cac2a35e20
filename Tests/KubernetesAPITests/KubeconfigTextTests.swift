import KubernetesAPI
import Testing

@Suite("Texts about a kubeconfig")
struct KubeconfigTextTests {
    private static let text = #"""
        current-context: "a\nb"
        contexts: [{name: "a\nb", context: {cluster: c, user: "u\rv"}}, {name: x, context: {cluster: "y\nz"}}]
        clusters: [{name: c, cluster: {server: "https://example.com"}}]
        users: [{name: "u\rv", user: {username: "x\ny", password: hush}}]
        """#

    @Test("stay in one line whatever its entries are called")
    func oneLine() throws {
        let kubeconfig = try Kubeconfig(text: Array(Self.text.utf8), path: "config")
        let configuration = try kubeconfig.configuration()
        #expect("\(configuration)" == #"a\nb at https://example.com:443"#)
        #expect("\(configuration.credentials)" == #"the password of x\ny"#)
        let error = #expect(throws: KubeconfigError.self) { try kubeconfig.configuration(context: "x") }
        #expect("\(try #require(error))".contains(#"needs "y\nz", which is not among the clusters"#))
    }
}
