import Rollouts
import TestSupport
import Testing

@testable import Stages

@Suite("A targets file")
struct TargetsFileTests {
    private func load(_ text: String, plugin: String? = nil) throws -> [DeployTarget] {
        try withTemporaryDirectory { directory in
            try TestFiles.write(text, to: "\(directory)/targets.yaml")
            do {
                return try TargetsFile.load("\(directory)/targets.yaml", plugin: plugin).map { target in
                    guard case .cluster(let path, let context, let server) = target.access else { return target }
                    let access = DeployTarget.Access.cluster(
                        path: path?.replacing(directory, with: "."),
                        context: context,
                        masterURL: server
                    )
                    return DeployTarget(
                        name: target.name,
                        labels: target.labels,
                        access: access,
                        kubectlVersion: target.kubectlVersion
                    )
                }
            } catch let error as ApplicationError {
                throw ApplicationError(problems: error.problems.map { $0.replacing("\(directory)/", with: "") })
            }
        }
    }

    private let expected = [
        DeployTarget(name: "eu", labels: ["zone": "a"], access: .cluster(path: "./eu.kubeconfig", context: nil)),
        DeployTarget(name: "us", access: .cluster(path: "/k/us", context: "blue")),
        DeployTarget(name: "here", access: .cluster(path: nil, masterURL: "https://10.0.0.1")),
    ]
    private let entries = """
        - {name: eu, labels: {zone: a}, config: {kubeConfigPath: eu.kubeconfig}}
        - {name: us, config: {kubeConfigPath: /k/us, context: blue}}
        - {name: here, config: {masterURL: "https://10.0.0.1"}}
        """

    @Test("may be just the list, have deployTargets, or be a piped file; paths are seen from its directory")
    func forms() throws {
        let indented = entries.replacing("\n", with: "\n      ")
        let piped = """
            apiVersion: pipecd.dev/v1beta1
            kind: Piped
            spec:
              plugins:
              - {name: wait, port: 7001}
              - name: kubernetes_multicluster
                deployTargets:
                  \(indented)
            """
        #expect(try load(entries) == expected)
        #expect(try load("deployTargets:\n" + entries) == expected)
        #expect(try load(piped) == expected)
        #expect(try load(piped, plugin: "kubernetes_multicluster") == expected)
    }

    @Test("is refused with every mistake and its place")
    func mistakes() {
        let text =
            "- {config: {kubeConfigPath: a}}\n- {name: b}\n"
        let error = #expect(throws: ApplicationError.self) { try load(text) }
        #expect(
            error?.problems == [
                "targets.yaml:1:3: [0].name: must not be empty",
                "targets.yaml:2:3: [1].config: "
                    + "is missing; write {kubeConfigPath: FILE}, or {} for where kubectl would look",
            ]
        )
    }

    @Test("is refused for a slip in a key, which would choose another cluster")
    func slip() {
        let error = #expect(throws: ApplicationError.self) {
            try load("- {name: a, config: {kubeConfigpath: a, context: 5}}")
        }
        #expect(
            error?.problems == [
                "targets.yaml:1:22: [0].config.kubeConfigpath: unknown field, did you mean \"kubeConfigPath\"",
                "targets.yaml:1:41: [0].config.context: must be a string, found an integer; quote it",
            ]
        )
    }

    @Test(
        "is refused when it names no target, or one twice",
        arguments: [
            ("[]", "targets.yaml:1:1: no deploy targets; add at least one"),
            ("{}", "targets.yaml:1:1: no deployTargets found; expected a piped file, \"deployTargets:\" or a list"),
            ("deployTargets: {}", "targets.yaml:1:1: deployTargets: must be a list, found a mapping"),
            (
                "- {name: a, config: {}}\n- {name: a, config: {kubeConfigPath: b}}",
                "targets.yaml:2:4: [1].name: \"a\" is there twice; names of deploy targets must differ"
            ),
            (
                "spec: {plugins: [{name: a, deployTargets: []}, {name: b, deployTargets: []}]}",
                "targets.yaml:1:8: spec.plugins: several plugins have targets (a, b); say which with --plugin"
            ),
            (
                "spec: {plugins: [{name: wait}, {name: a}]}",
                "targets.yaml:1:8: spec.plugins: no plugin has deployTargets; there are: wait, a"
            ),
        ]
    )
    func refused(text: String, message: String) {
        let error = #expect(throws: ApplicationError.self) { try load(text) }
        #expect(error?.description == message)
    }

    @Test("CFG-14 gives a target its file, its version of kubectl and its server")
    func values() throws {
        let config = "{kubeConfigPath: /k/eu, kubectlVersion: 1.31.0, masterURL: https://eu.test}"
        let target = try #require(try load("- {name: eu, config: \(config)}").first)
        let access = DeployTarget.Access.cluster(path: "/k/eu", masterURL: "https://eu.test")
        #expect(target == DeployTarget(name: "eu", access: access, kubectlVersion: "1.31.0"))
    }

    @Test(
        "CFG-14 is refused without the plugin, and with a config that is none",
        arguments: [
            (
                "spec: {plugins: [{name: kubernetes, deployTargets: []}]}",
                "targets.yaml:1:8: spec.plugins: no plugin \"kubernetis\", did you mean \"kubernetes\"; "
                    + "there are: kubernetes"
            ),
            (
                "- {name: eu, config: not-json}",
                "targets.yaml:1:14: [0].config: must be a mapping, found a string"
            ),
            (
                "- {name: eu, labels: {tier: 1, edge: yes}, config: {appStateInformer: {includeResources: [{kinds: A}]}}}",
                """
                targets.yaml:1:23: [0].labels.tier: must be a string, found an integer; quote it
                targets.yaml:1:32: [0].labels.edge: must be a string, found a boolean; quote it
                targets.yaml:1:92: [0].config.appStateInformer.includeResources[0].kinds: \
                unknown field, did you mean "kind"
                """
            ),
            (
                "- {name: eu, config: {kubectlVersion: 1.31}}",
                "targets.yaml:1:23: [0].config.kubectlVersion: must be a string, found a number; quote it"
            ),
        ]
    )
    func refusedConfig(text: String, message: String) {
        let error = #expect(throws: ApplicationError.self) { try load(text, plugin: "kubernetis") }
        #expect(error?.description == message)
    }

    @Test("says what holds for all applications of the plugin; paths of tools are seen from its directory")
    func configuration() throws {
        try withTemporaryDirectory { directory in
            let path = "\(directory)/piped.yaml"
            func read(_ config: String) throws -> (configuration: PluginConfiguration, warnings: [String]) {
                try TestFiles.write(
                    "spec: {plugins: [{name: a, deployTargets: [], config: {\(config)}}]}",
                    to: path
                )
                return try TargetsFile.configuration(path, plugin: nil)
            }
            let tools = try read("tools: {helm: bin/helm, kustomize: /opt/kustomize}").configuration.tools
            #expect([tools.helm, tools.kustomize, tools.kubectl] == ["\(directory)/bin/helm", "/opt/kustomize", nil])
            #expect(
                try read("chartRegistries: [{type: X}]").warnings == [
                    "\(path):1:74: spec.plugins[0].config.chartRegistries[0].type: "
                        + "\"X\" is not known; the entry is left out, only those of type OCI are used"
                ]
            )
            let error = #expect(throws: ApplicationError.self) { try read("tool: {}") }
            #expect(
                error?.description
                    == "\(path):1:55: spec.plugins[0].config.tool: unknown field, did you mean \"tools\""
            )
        }
    }

    @Test("CFG-14 has no target for a name that it does not list")
    func unknownTarget() throws {
        let registered = try load(entries).map { TargetSelection.Registered($0.name, labels: $0.labels) }
        #expect(throws: RolloutError.self) {
            try TargetSelection(registered: registered, input: InputSpec(), stageTargets: ["asia"])
        }
        let chosen = try TargetSelection(
            registered: registered,
            input: InputSpec(),
            stageTargets: [.labels(["zone": "a"])]
        )
        #expect(chosen.entries.map(\.name) == ["eu"])
    }
}
