import Manifests
import Rollouts
import Testing

@Suite("The plugin-wide configuration")
struct PluginConfigurationTests {
    private func decode(config: String, plugin: String? = nil) throws -> Decoded<PluginConfiguration> {
        let lines = config.split(separator: "\n", omittingEmptySubsequences: false)
        let text = """
            apiVersion: pipecd.dev/v1beta1
            kind: Piped
            spec:
              plugins:
              - name: wait
                config: {anything: goes}
              - name: kubernetes_multicluster
                deployTargets: []
                config:
            \(lines.map { "      \($0)" }.joined(separator: "\n"))
            """
        return try decode(text, plugin: plugin)
    }

    private func decode(_ text: String, plugin: String? = nil) throws -> Decoded<PluginConfiguration> {
        let document = try #require(YAML.documents(in: Array(text.utf8), file: "piped.yaml").first)
        return PluginConfiguration.decode(document, plugin: plugin)
    }

    @Test("gives the repositories, registries and tools of the plugin that has targets, or that is named")
    func values() throws {
        let config = """
            chartRepositories:
            - {name: corp, address: https://charts.test, username: u, password: p, insecure: true}
            - {type: HTTP, name: plain, address: http://plain.test}
            chartRegistries:
            - {type: OCI, address: registry.test, username: u, password: p}
            - {address: open.test}
            tools: {kustomize: /opt/kustomize, helm: bin/helm, kubectl: /opt/kubectl}
            """
        var corp = ChartRepository(name: "corp", address: "https://charts.test")
        (corp.username, corp.password, corp.insecure) = ("u", Password("p"), true)
        var registry = ChartRegistry(address: "registry.test")
        (registry.username, registry.password) = ("u", Password("p"))
        var expected = PluginConfiguration()
        expected.chartRepositories = [corp, ChartRepository(name: "plain", address: "http://plain.test")]
        expected.chartRegistries = [registry, ChartRegistry(address: "open.test")]
        (expected.tools.kustomize, expected.tools.helm) = ("/opt/kustomize", "bin/helm")
        expected.tools.kubectl = "/opt/kubectl"
        for plugin in [nil, "kubernetes_multicluster"] {
            let decoded = try decode(config: config, plugin: plugin)
            #expect(decoded.value == expected)
            #expect(decoded.warnings == [])
        }
    }

    @Test(
        "is the default one where there is none",
        arguments: [
            "[{name: eu, config: {}}]", "deployTargets: [{name: eu, config: {}}]", "{}",
            "spec: {plugins: [{name: a, deployTargets: []}]}",
            "spec: {plugins: [{name: a, deployTargets: [], config: }]}",
        ]
    )
    func defaults(text: String) throws {
        #expect(try decode(text).value == PluginConfiguration())
    }

    @Test(
        "is refused with the place of each mistake",
        arguments: [
            (
                "chartRepositories: [{name: a}, {address: b}]",
                [
                    "10:27: spec.plugins[1].config.chartRepositories[0].address: must not be empty",
                    "10:38: spec.plugins[1].config.chartRepositories[1].name: must not be empty",
                ]
            ),
            (
                "chartRegistries: [{adress: b}]",
                [
                    "10:25: spec.plugins[1].config.chartRegistries[0].address: must not be empty",
                    "10:26: spec.plugins[1].config.chartRegistries[0].adress: unknown field, did you mean \"address\"",
                ]
            ),
            (
                "chartRepositories: [{name: a, address: b}, {name: a, address: c}]",
                [
                    "10:7: spec.plugins[1].config.chartRepositories: "
                        + "\"a\" is there twice; names of chart repositories must differ"
                ]
            ),
            (
                "tools: {kustomise: a}",
                ["10:15: spec.plugins[1].config.tools.kustomise: unknown field, did you mean \"kustomize\""]
            ),
            (
                "chartRepository: []",
                ["10:7: spec.plugins[1].config.chartRepository: unknown field, did you mean \"chartRepositories\""]
            ),
            (
                "chartRegistries: [{address: a, password: 987654}]",
                [
                    "10:38: spec.plugins[1].config.chartRegistries[0].password: "
                        + "must be a string, found an integer; quote it"
                ]
            ),
        ] as [(String, [String])]
    )
    func mistakes(config: String, problems: [String]) throws {
        let decoded = try decode(config: config)
        #expect(decoded.problems.map(\.description) == problems.map { "piped.yaml:\($0)" })
        #expect(decoded.value == nil)
    }

    @Test("leaves out entries of a type that it does not know, and says so")
    func otherTypes() throws {
        let decoded = try decode(config: "chartRepositories: [{type: GIT}]\nchartRegistries: [{type: oci, address: a}]")
        #expect(decoded.value == PluginConfiguration())
        #expect(
            decoded.warnings.map(\.description) == [
                "piped.yaml:10:28: spec.plugins[1].config.chartRepositories[0].type: "
                    + "\"GIT\" is not known; the entry is left out, only those of type HTTP are used",
                "piped.yaml:11:26: spec.plugins[1].config.chartRegistries[0].type: \"oci\" is not known, "
                    + "did you mean \"OCI\"; the entry is left out, only those of type OCI are used",
            ]
        )
    }

    @Test("says which plugins there are when it cannot tell whose is meant")
    func plugins() throws {
        let text = "spec: {plugins: [{name: a, deployTargets: []}, {name: b, deployTargets: []}]}"
        #expect(
            try decode(text).problems.map(\.text) == [
                "several plugins have targets (a, b); say which with --plugin"
            ]
        )
        #expect(try decode(text, plugin: "b").value == PluginConfiguration())
        #expect(
            try decode(text, plugin: "c").problems.map(\.text) == [
                "no plugin \"c\", did you mean \"a\"; there are: a, b"
            ]
        )
    }

    @Test("never shows a password, however it is printed")
    func passwords() throws {
        let config = """
            chartRepositories: [{name: a, address: b, password: hunter2}]
            chartRegistries: [{address: b, password: hunter2, usrname: c}]
            """
        let decoded = try decode(config: config)
        var texts = ["\(decoded)", String(reflecting: decoded), "\(decoded.problems)"]
        var dumped = ""
        dump(decoded, to: &dumped)
        texts += [dumped, String(describing: try #require(decoded.readable?.chartRepositories.first?.password))]
        #expect(decoded.readable?.chartRepositories.first?.password?.secret == "hunter2")
        for text in texts { #expect(!text.contains("hunter2")) }
        #expect(texts.last == "(hidden)")
    }
}
