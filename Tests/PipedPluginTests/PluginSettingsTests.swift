import Manifests
import PipedPlugin
import Rollouts
import Stages
import TestSupport
import Testing

@Suite("Plugin settings")
struct PluginSettingsTests {
    private static let target = #"{"name":"eu","config":{"kubeConfigPath":"/k"}}"#

    /// The mistakes in a text, one line each.
    private func problems(_ text: String) -> String {
        do {
            _ = try PluginSettings.decode(text)
            return ""
        } catch {
            return "\(error)"
        }
    }

    @Test("are read from what piped writes, with escapes and with fields that are of no use")
    func everything() throws {
        let text = #"""
            {"name":"k8s","url":"file:///opt/flotilla","port":7001,"newer":1,
             "config":{"chartRepositories":[{"type":"HTTP","name":"corp","address":"https://c.test/?a\u003d1\u0026b",
                        "username":"me","password":"hunter\u003c2","insecure":true}],
                       "chartRegistries":[{"type":"OCI","address":"r.test","username":"u","password":"p"}],
                       "tools":{"helm":"bin/helm"}},
             "deployTargets":[{"name":"eu","labels":{"env":"dev"},
                               "config":{"kubeConfigPath":"eu.kubeconfig","context":"c","masterURL":"https://m.test",
                                         "kubectlVersion":"1.30.0"}},
                              {"name":"us","config":{}}]}
            """#
        let (settings, warnings) = try PluginSettings.decode(text)
        #expect(warnings.isEmpty)
        #expect(settings.name == "k8s")
        #expect(settings.port == 7001)
        let repository = try #require(settings.configuration.chartRepositories.first)
        #expect(repository.address == "https://c.test/?a=1&b")
        #expect(repository.password == Password("hunter<2"))
        #expect(repository.insecure)
        #expect(settings.configuration.chartRegistries.map(\.address) == ["r.test"])
        #expect(settings.configuration.tools.helm == "bin/helm")
        #expect(
            settings.targets == [
                DeployTarget(
                    name: "eu",
                    labels: ["env": "dev"],
                    access: .cluster(path: "./eu.kubeconfig", context: "c", masterURL: "https://m.test"),
                    kubectlVersion: "1.30.0"
                ),
                DeployTarget(name: "us", access: .cluster(path: nil)),
            ]
        )
    }

    @Test(
        "may leave out what has a default",
        arguments: [
            (#"{"name":"a","port":1,"deployTargets":[\#(target)]}"#, []),
            (#"{"name":"a","port":0,"config":null,"deployTargets":[\#(target)]}"#, []),
            (#"{"name":"a","port":65535,"config":{},"deployTargets":[{"name":"b","labels":null,"config":{}}]}"#, []),
            (
                #"{"name":"a","port":1,"deployTargets":[{"name":"b","config":null,"zone":"x"}]}"#,
                [
                    "--config: deployTargets[0].config: is missing; "
                        + "write {kubeConfigPath: FILE}, or {} for where kubectl would look",
                    "--config: deployTargets[0].zone: unknown field; PipeCD ignores it",
                ]
            ),
        ] as [(String, [String])]
    )
    func lenient(text: String, warnings: [String]) throws {
        let decoded = try PluginSettings.decode(text)
        #expect(decoded.warnings == warnings)
        #expect(decoded.settings.targets.count == 1)
    }

    @Test(
        "are refused with one line for each mistake",
        arguments: [
            (
                #"{"name":"a","port":1}"#,
                "--config: deployTargets: there are none; add the clusters to the plugin's entry in the piped file"
            ),
            (
                #"{"name":"a","port":1,"deployTargets":[]}"#,
                "--config: deployTargets: there are none; add the clusters to the plugin's entry in the piped file"
            ),
            (
                #"{"name":"a","port":1,"deployTargets":{}}"#, "--config: deployTargets: must be a list, found a mapping"
            ),
            (
                #"{"port":70000,"deployTargets":[\#(target)]}"#,
                """
                --config: name: must not be empty
                --config: port: must be a whole number from 0 to 65535, found 70000
                """
            ),
            (
                #"{"name":"a","deployTargets":[\#(target)]}"#,
                "--config: port: is missing; it is the TCP port that piped calls"
            ),
            (
                #"{"name":"a","port":1,"config":[],"deployTargets":[\#(target)]}"#,
                "--config: config: must be a mapping, found a list"
            ),
            (
                #"{"name":"a","port":1,"config":{"tols":{}},"deployTargets":[{"name":"b","config":{"kubeconfigPath":"x"}}]}"#,
                """
                --config: config.tols: unknown field, did you mean "tools"
                --config: deployTargets[0].config.kubeconfigPath: unknown field, did you mean "kubeConfigPath"
                """
            ),
            (
                #"{"name":"a","port":1,"deployTargets":[\#(target),\#(target),{"config":3}]}"#,
                """
                --config: deployTargets[1].name: "eu" is there twice; names of deploy targets must differ
                --config: deployTargets[2].name: must not be empty
                --config: deployTargets[2].config: must be a mapping, found an integer
                """
            ),
            ("[]", "--config: must be a mapping, found a list"),
            (
                "",
                "--config:1:1: is no JSON; it is the entry of the plugin in the piped file, which piped writes as one argument"
            ),
        ] as [(String, String)]
    )
    func refused(text: String, lines: String) {
        #expect(problems(text) == lines)
    }

    @Test(
        "tell no password",
        arguments: [
            #"{"name":"a","port":1,"config":{"chartRepositories":[{"name":"c","address":"x","password":hunter2}]}}"#,
            #"{"name":"a","port":1,"config":{"chartRepositories":[{"name":"c","address":"x","password":["hunter2"]}]}}"#,
            #"{"name":"a","port":1,"config":{"chartRegistries":[{"address":"x","password":{"hunter2":"hunter2"}}]}}"#,
            #"{"name":"a","port":1,"config":{"chartRepositories":"hunter2"}}"#,
            #""hunter2""#,
        ]
    )
    func secrets(text: String) {
        #expect(!problems(text).isEmpty)
        #expect(!problems(text).contains("hunter2"), "\(problems(text))")
    }
}

@Suite("The address of piped")
struct PipedAddressTests {
    @Test(
        "is a host and a port",
        arguments: [
            ("localhost:9087", "localhost", 9087), ("10.0.0.1:1", "10.0.0.1", 1), ("[::1]:65535", "::1", 65535),
        ] as [(String, String, Int)]
    )
    func read(text: String, host: String, port: Int) {
        let address = PipedAddress(text)
        #expect(address?.host == host)
        #expect(address?.port == port)
        #expect(address?.description == text)
    }

    @Test(
        "is nothing else",
        arguments: ["", "localhost", "localhost:", ":9087", "localhost:0", "localhost:65536", "::1:9087", "http://a:1"]
    )
    func refused(text: String) {
        #expect(PipedAddress(text) == nil)
    }
}
