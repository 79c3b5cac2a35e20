import Manifests
import Testing

@testable import ManifestSources

@Suite("The command line of kustomize")
struct KustomizeCommandTests {
    private func arguments(
        _ options: [String: String],
        version: String? = nil,
        tool: Tool = .kustomize
    ) throws -> String {
        let command = try KustomizeCommand(KustomizeOptions(version: version, options: options))
        let helm = command.needsHelm || command.knowsHelmCommand ? "/bin/helm" : nil
        return command.arguments(for: tool, helm: helm).joined(separator: " ")
    }

    @Test("ARGV-05 names helm and has its options sorted by name")
    func all() throws {
        let options = ["load-restrictor": "LoadRestrictionsNone", "enable-helm": ""]
        let rest = " . --helm-command /bin/helm --enable-helm --load-restrictor LoadRestrictionsNone"
        #expect(try arguments(options, version: "5.4.3") == "build\(rest)")
        #expect(try arguments(options, version: "5.4.3", tool: .kubectl) == "kustomize\(rest)")
    }

    @Test(
        "ARGV-06, ARGV-07 names helm for versions that know the flag, and where charts are rendered",
        arguments: [
            ("4.1.0", true), ("4.0.9", false), ("5", true), ("5.4", true), ("4.1.0-rc.1", false), ("4.1.1-rc.1", true),
            ("10.0.0", true), ("4.1.0+build", true), ("v5.4.3", false), ("", false), (nil, false), ("latest", false),
            ("5.04.0", false), ("5.4.3.2", false), ("99999999999999999999.0.0", false), ("5..1", false),
            ("4.1.0-", false),
        ] as [(String?, Bool)]
    )
    func helm(version: String?, isNamed: Bool) throws {
        let flag = " --helm-command /bin/helm"
        #expect(try arguments([:], version: version) == "build ." + (isNamed ? flag : ""))
        #expect(try arguments(["enable-helm": ""], version: version) == "build .\(flag) --enable-helm")
    }

    @Test(
        "takes facts alone and values behind their names",
        arguments: [
            (["enable-helm": "true"], "build . --helm-command /bin/helm --enable-helm=true"),
            (["enable-helm": "false"], "build . --enable-helm=false"),
            (["reorder": "none", "helm-debug": ""], "build . --helm-debug --reorder none"),
            (["load-restrictor": "--enable-exec"], "build . --load-restrictor --enable-exec"),
        ]
    )
    func options(options: [String: String], line: String) throws {
        #expect(try arguments(options) == line)
    }

    @Test(
        "is refused with options that do more than make manifests",
        arguments: [
            ("enable-exec", "", "not allowed, because it runs programs that the repository names; allowed are "),
            (
                "enable-alpha-plugins", "",
                "not allowed, because it runs programs that the repository names; allowed are "
            ),
            ("network", "", "not allowed, because it is for programs that the repository names, which are not run"),
            (
                "mount", "type=bind",
                "not allowed, because it is for programs that the repository names, which are not run"
            ),
            ("env", "A=b", "not allowed, because it is for programs that the repository names, which are not run"),
            ("output", "/etc/x", "not allowed, because it writes files; allowed are "),
            ("helm-command", "./helm", "not allowed, because the path of helm is set where Flotilla runs"),
            ("enable-hel", "", "no such option; allowed are allow-id-changes, as-current-user, enable-helm, "),
            ("enable-helm", "--enable-exec", "is on or off, found \"--enable-exec\"; write true, false or nothing"),
            ("a\n\u{1b}[2K", "", "no such option; allowed are "), ("reorder", "", "needs a value"),
            ("reorder", "a\0b", "needs a value"),
        ]
    )
    func refused(name: String, value: String, problem: String) {
        let error = #expect(throws: ManifestSourceError.self) { try arguments([name: value]) }
        #expect(error?.problems.count == 1)
        #expect(
            error?.problems.first?.hasPrefix("kustomizeOptions.\(name.inOneLine()): \(problem)") == true,
            "\(error as Any)"
        )
    }
}
