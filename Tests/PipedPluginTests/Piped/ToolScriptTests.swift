import FakePiped
import GRPCCore
import ManifestSources
import PipedAPI
import Subprocess
import SystemPackage
import TestSupport
import Testing

@testable import PipedPlugin

@Suite("Tools installed by piped", .timeLimit(.minutes(5)))
struct ToolScriptTests {
    /// A machine of piped's: what can be downloaded lies in a folder, by the last part of its address.
    private struct Machine {
        let folder: String

        init(_ folder: String) throws {
            self.folder = folder
            for name in ["files", "tmp", "bin", "tree"] { try TestFiles.makeDirectory("\(folder)/\(name)") }
            _ = try StandIn(
                "curl",
                in: "\(folder)/bin",
                "for a in \"$@\"; do url=$a; done; while [ \"$1\" != -o ]; do shift; done\n"
                    + "cp '\(folder)/files/'\"${url##*/}\" \"$2\" 2>/dev/null || exit 22"
            )
        }

        /// Publishes an archive with one program, and its sum.
        func publish(_ archive: String, member: String, sums: String, line: (String) -> String) async throws {
            let program = "\(folder)/tree/\(member)"
            try TestFiles.write("#!/bin/sh\necho installed\n", to: program)
            try await sh("tar -czf ../files/\(archive) \(member)", in: "\(folder)/tree")
            let sum = try await sh("sha256sum \(archive) | cut -d ' ' -f 1", in: "\(folder)/files").output
            try TestFiles.write(line(String(sum.filter { !$0.isNewline })), to: "\(folder)/files/\(sums)")
        }

        /// Runs a script as piped does; its exit status and what it printed.
        func install(_ script: ToolScript) async throws -> (isSuccess: Bool, output: String) {
            let text = try InstallScript.render(
                script.text,
                [
                    "Name": script.name, "Version": script.version, "Os": "linux", "Arch": "arm64",
                    "TmpDir": "\(folder)/tmp", "OutPath": "\(folder)/out",
                ]
            )
            return try await sh(text, in: "/")
        }

        @discardableResult
        private func sh(_ text: String, in directory: String) async throws -> (isSuccess: Bool, output: String) {
            let result = try await run(
                .path("/bin/sh"),
                arguments: ["-c", text],
                environment: .custom(["PATH": "\(folder)/bin:\(StandIn.systemPath)"]),
                workingDirectory: FilePath(directory),
                output: .string(limit: 1 << 20),
                error: .string(limit: 1 << 20)
            )
            return (result.terminationStatus.isSuccess, result.standardOutput + result.standardError)
        }
    }

    @Test(
        "come from the official archive of the version",
        arguments: [
            (
                .kustomize, "v5.4.3", "kustomize_v5.4.3_linux_arm64.tar.gz", "kustomize", "checksums.txt",
                "https://github.com/kubernetes-sigs/kustomize/releases/download/kustomize%2Fv5.4.3"
            ),
            (
                .kustomize, nil, "kustomize_v3.8.1_linux_arm64.tar.gz", "kustomize", "checksums.txt",
                "https://github.com/kubernetes-sigs/kustomize/releases/download/kustomize%2Fv3.8.1"
            ),
            (
                .helm, "3.17.0", "helm-v3.17.0-linux-arm64.tar.gz", "linux-arm64/helm",
                "helm-v3.17.0-linux-arm64.tar.gz.sha256sum", "https://get.helm.sh"
            ),
            (
                .helm, nil, "helm-v3.8.2-linux-arm64.tar.gz", "linux-arm64/helm",
                "helm-v3.8.2-linux-arm64.tar.gz.sha256sum", "https://get.helm.sh"
            ),
        ] as [(Tool, String?, String, String, String, String)]
    )
    func official(
        tool: Tool,
        version: String?,
        archive: String,
        member: String,
        sums: String,
        directory: String
    ) async throws {
        try await withTemporaryDirectory { folder in
            let machine = try Machine(folder)
            try await machine.publish(archive, member: member, sums: sums) { "0 other\n\($0)  \(archive)\n" }
            let (isSuccess, output) = try await machine.install(try ToolScript(tool, version: version))
            #expect(isSuccess, "\(output)")
            #expect(try TestFiles.text("\(folder)/out") == "#!/bin/sh\necho installed\n")
            let downloads = try TestFiles.text("\(folder)/bin/curl.runs")
            #expect(downloads.contains("[\(directory)/\(archive)]"))
            #expect(downloads.contains("[\(directory)/\(sums)]"))
        }
    }

    @Test(
        "are not taken when they do not fit the published sum",
        arguments: [
            ("0123  helm-v3.17.0-linux-arm64.tar.gz\n", "0123 is published"), ("", "none is published"),
            ("0123  other.tar.gz\n", "none is published"),
        ]
    )
    func wrongSum(sums: String, reason: String) async throws {
        try await withTemporaryDirectory { folder in
            let machine = try Machine(folder)
            let archive = "helm-v3.17.0-linux-arm64.tar.gz"
            try await machine.publish(archive, member: "linux-arm64/helm", sums: "\(archive).sha256sum") { _ in sums }
            let (isSuccess, output) = try await machine.install(try ToolScript(.helm, version: "3.17.0"))
            #expect(!isSuccess)
            #expect(output.contains("the SHA-256 sum of \(archive) is "))
            #expect(output.contains(reason))
            #expect((try? TestFiles.read("\(folder)/out")) == nil)
        }
    }

    @Test("are not taken when they cannot be downloaded")
    func notThere() async throws {
        try await withTemporaryDirectory { folder in
            let (isSuccess, _) = try await Machine(folder).install(try ToolScript(.helm, version: "99.0.0"))
            #expect(!isSuccess)
            #expect((try? TestFiles.read("\(folder)/out")) == nil)
        }
    }

    @Test(
        "are not asked for in versions that are none",
        arguments: [
            "", "v", "latest", "1.0\"; rm -rf /; \"", "1.0$(id)", "1.0 2", "1.0/../x", "1.0\n", "1.{{.Os}}", "1é",
            "١.٠",
            String(repeating: "1", count: 65),
        ]
    )
    func noVersion(version: String) throws {
        let error = #expect(throws: PipedError.self) { try ToolScript(.helm, version: version) }
        #expect(error.map { "\($0)" }?.hasSuffix(" is no version of helm; write one such as 3.17.0") == true)
    }

    @Test("are not kubectl and Git", arguments: [.kubectl, .git] as [Tool])
    func others(tool: Tool) throws {
        let error = #expect(throws: PipedError.self) { try ToolScript(tool, version: nil) }
        #expect(
            error.map { "\($0)" }
                == "piped: InstallTool: \(tool.rawValue) is not installed by piped; install it yourself"
        )
    }

    @Test("are installed by a call of piped, whose answer is the path")
    func call() async throws {
        try await FakePiped.connected { fake, piped in
            fake.fail(.refuse(Refusal(.unknown, "line one\nline two")))
            let error = await #expect(throws: PipedError.self) { try await piped.install(.helm, "v3.17.0") }
            #expect(error.map { "\($0)" } == "piped: InstallTool: unknown: line one; line two")
            let request = try #require(fake.state.calls.first?.request as? PipedInstallToolRequest)
            #expect(request.name == "helm")
            #expect(request.version == "3.17.0")
            #expect(request.installScript == (try ToolScript(.helm, version: "3.17.0")).text)
        }
    }
}
