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
                    return DeployTarget(name: target.name, labels: target.labels, access: access)
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
                "targets.yaml:1:3: a deploy target needs a name",
                "targets.yaml:2:3: target \"b\" needs a config",
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
                "targets.yaml:1:3: unknown field \"kubeConfigpath\", did you mean \"kubeConfigPath\"",
                "targets.yaml:1:3: config.context must be a string, found integer",
            ]
        )
    }

    @Test(
        "is refused when it names no target, or one twice",
        arguments: [
            ("[]", "targets.yaml: no deploy targets; add at least one"),
            ("{}", "targets.yaml: no deployTargets found; expected a piped file, \"deployTargets:\" or a list"),
            (
                "[{name: a, config: {kubeConfigPath: a}}, {name: a, config: {kubeConfigPath: b}}]",
                "target \"a\" is given twice; names of targets must differ"
            ),
        ]
    )
    func refused(text: String, message: String) {
        let error = #expect(throws: ApplicationError.self) { try load(text) }
        #expect(error?.description == message)
    }
}
