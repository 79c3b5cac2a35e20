import Manifests
import TestSupport
import Testing

@testable import ManifestSources

@Suite("Telling helm of repositories and registries", .timeLimit(.minutes(5)))
struct HelmRegistrationTests {
    private let corp: HelmRepository = {
        var corp = HelmRepository(name: "corp", address: "https://charts.test/corp")
        (corp.username, corp.password, corp.insecure) = ("me", Password("hunter2"), true)
        return corp
    }()
    private let registry: HelmRegistry = {
        var registry = HelmRegistry(address: "registry.test")
        (registry.username, registry.password) = ("robot", Password("hunter3"))
        return registry
    }()

    private func register(
        _ fixture: HelmFixture,
        _ repositories: [HelmRepository],
        _ registries: [HelmRegistry] = []
    ) async -> String? {
        do {
            try await HelmRegistration.register(repositories, registries, tools: fixture.tools)
            return nil
        } catch {
            return "\(error)"
        }
    }

    @Test("adds all repositories and logs in, with passwords on standard input only")
    func everything() async throws {
        try await HelmFixture.with(helm: "echo >> $root/input") { fixture in
            let plain = HelmRepository(name: "plain", address: "http://plain.test")
            let open = HelmRegistry(address: "open.test")
            #expect(await register(fixture, [corp, plain], [open, registry]) == nil)
            #expect(
                fixture.calls == [
                    "helm: repo add corp https://charts.test/corp --force-update --insecure-skip-tls-verify "
                        + "--username me --password-stdin",
                    "helm: repo add plain http://plain.test --force-update",
                    "helm: registry login -u robot --password-stdin registry.test",
                ]
            )
            #expect(fixture.lines("input") == ["hunter2", "hunter3"])
        }
    }

    @Test("adds nothing without repositories, and needs no helm without anything")
    func nothing() async throws {
        try await HelmFixture.with { fixture in
            #expect(await register(fixture, [], [registry]) == nil)
            #expect(fixture.calls == ["helm: registry login -u robot --password-stdin registry.test"])
            TestFiles.remove(fixture.helm)
            #expect(await register(fixture, []) == nil)
            #expect(await register(fixture, [], [registry])?.hasPrefix("helm is not there") == true)
        }
    }

    @Test(
        "fails with the name of the repository or registry and the cause, and never tells a password",
        arguments: [
            (
                "add",
                "chart repository \"corp\": Error: (hidden) is wrong for https://(hidden)@charts.test (exit code 1)"
            ),
            (
                "login",
                "chart registry \"registry.test\": Error: (hidden) is wrong for https://(hidden)@charts.test (exit code 1)"
            ),
        ]
    )
    func failures(command: String, message: String) async throws {
        let words = command == "login" ? "hunter3" : "hunter2"
        let script = """
            test "$2" != \(command) || { echo 'Error: \(words) is wrong for https://u:s3cret@charts.test' >&2; exit 1; }
            """
        try await HelmFixture.with(helm: script) { fixture in
            var repository = corp
            repository.address = "https://u:s3cret@charts.test"
            #expect(await register(fixture, [repository], [registry]) == message)
        }
    }

    @Test("refuses a name that helm would take for a flag")
    func flags() async throws {
        try await HelmFixture.with { fixture in
            for (name, address) in [("-x", "https://a.test"), ("a", "--debug"), ("", "https://a.test")] {
                let bad = name == "a" ? address : name
                #expect(
                    await register(fixture, [HelmRepository(name: name, address: address)])
                        == "\"\(bad)\" is neither a name nor an address for helm, which would take it for something else"
                )
            }
            #expect(await register(fixture, [], [HelmRegistry(address: "https://me:hunter2@-x")]) == nil)
            #expect(fixture.calls == [])
        }
    }

    @Test("hides passwords in whatever is printed")
    func descriptions() {
        var dumped = ""
        dump((corp, registry), to: &dumped)
        for text in ["\(corp) \(registry)", String(reflecting: (corp, registry)), dumped] {
            #expect(!text.contains("hunter"))
        }
    }
}
