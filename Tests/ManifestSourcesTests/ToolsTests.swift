import Glibc
import Manifests
import TestSupport
import Testing

@testable import ManifestSources

@Suite("Tools", .timeLimit(.minutes(5)))
struct ToolsTests {
    /// A folder with a `kustomize` and a `kubectl` that print versions.
    private func stand(_ kustomize: String?, _ kubectl: String?, in directory: String) throws {
        if let kustomize { _ = try StandIn("kustomize", in: directory, "echo '\(kustomize)'") }
        if let kubectl {
            _ = try StandIn("kubectl", in: directory, "echo 'Client Version: v1.32.4'; echo '\(kubectl)'")
        }
    }

    @Test("are found at the path that was set, else in the first directory of PATH that has them")
    func places() async throws {
        try await withTemporaryDirectory { root in
            for name in ["one", "two", "set"] { _ = try StandIn("helm", in: "\(root)/\(name)", "") }
            try TestFiles.write("", to: "\(root)/plain/helm")
            try TestFiles.makeDirectory("\(root)/folder/helm")
            let path = ["\(root)/none", "", ".", "\(root)/plain", "\(root)/folder", "\(root)/two", "\(root)/one"]
            let environment = ["PATH": path.joined(separator: ":")]
            #expect(try await Tools(environment: environment).locate(.helm).path == "\(root)/two/helm")
            let tools = Tools(paths: [.helm: "\(root)/set/helm"], environment: environment)
            #expect(try await tools.locate(.helm).path == "\(root)/set/helm")
        }
    }

    @Test(
        "TOOL-02 that a path was set for are used whatever their version, and no other tool is",
        arguments: [nil, "5.5.0"]
    )
    func explicit(version: String?) async throws {
        try await withTemporaryDirectory { root in
            try stand("v5.4.3", "Kustomize Version: v5.5.0", in: root)
            let set = try StandIn("kustomize", in: "\(root)/set", "echo v5.0.0")
            let environment = ["PATH": "\(root):\(StandIn.systemPath)"]
            let tools = Tools(paths: [.kustomize: set.path], environment: environment) { _, _ in "/nowhere" }
            let found = try await tools.locate([.kustomize, .kubectl], version: version)
            #expect(found.path == set.path)
            #expect((found.warning == nil) == (version == nil))
            let kubectl = Tools(paths: [.kubectl: "\(root)/kubectl"], environment: environment)
            #expect(try await kubectl.locate([.kustomize, .kubectl], version: version).tool == .kubectl)
        }
    }

    @Test("are no longer looked for when a path was set that does not work")
    func unusable() async throws {
        try await withTemporaryDirectory { root in
            _ = try StandIn("kubectl", in: root, "")
            try TestFiles.write("", to: "\(root)/plain")
            for (prefix, path) in [("--", "\(root)/plain"), ("tools.", "\(root)/none"), ("--", root), ("--", "a\0b")] {
                let tools = Tools(paths: [.kustomize: path], environment: ["PATH": root], settingPrefix: prefix)
                let error = await #expect(throws: ManifestSourceError.self) {
                    try await tools.locate([.kustomize, .kubectl], version: nil)
                }
                let text = "kustomize: \(prefix)kustomize \(path) is no executable file; correct the path"
                #expect(error?.problems == [text.inOneLine()])
            }
        }
    }

    @Test("that are missing are named in one line, with every place looked at and the setting")
    func missing() async throws {
        let environment = ["PATH": "/nowhere/a:relative:/nowhere/b:/nowhere/a"]
        let tools = Tools(environment: environment)
        let error = await #expect(throws: ManifestSourceError.self) {
            try await tools.locate([.kustomize, .kubectl], version: "5.4.3")
        }
        #expect(
            error?.problems == [
                "kustomize is not there: looked at /nowhere/a/kustomize, /nowhere/b/kustomize, /nowhere/a/kubectl, "
                    + "/nowhere/b/kubectl; install it, or give its path with --kustomize or --kubectl"
            ]
        )
        let other = await #expect(throws: ManifestSourceError.self) {
            try await Tools(environment: [:], settingPrefix: "tools.").locate(.helm)
        }
        let text = "helm is not there: looked in PATH, which is empty; install it, or give its path with tools.helm"
        #expect(other?.problems == [text])
        let git = await #expect(throws: ManifestSourceError.self) { try await Tools(environment: [:]).locate(.git) }
        #expect(git?.problems == ["git is not there: looked in PATH, which is empty; install it"])
    }

    @Test("that are missing are provided, where somebody can, in the version that is wanted")
    func provided() async throws {
        try await withTemporaryDirectory { root in
            let helm = try StandIn("helm", in: root, "")
            let tools = Tools(environment: [:]) { tool, version in
                guard version != "0.0.1" else { throw ManifestSourceError("no such version") }
                return version == "0.0.2" ? "/nowhere/helm" : "\(root)/\(tool.rawValue)"
            }
            #expect(try await tools.locate(.helm, version: "3.17.0").path == helm.path)
            for (version, text) in [
                ("0.0.1", "no such version"), ("0.0.2", "helm: /nowhere/helm was provided and is no"),
            ] {
                let error = await #expect(throws: ManifestSourceError.self) {
                    try await tools.locate(.helm, version: version)
                }
                #expect(error?.problems.first?.contains(text) == true, "\(error as Any)")
            }
        }
    }

    @Test("TOOL-01 without a configured version are the user's own, which are not asked for theirs")
    func unversioned() async throws {
        try await withTemporaryDirectory { root in
            try stand("v5.4.3", "Kustomize Version: v5.5.0", in: root)
            let tools = Tools(environment: ["PATH": root])
            for version in [nil, ""] {
                let tool = try await tools.locate([.kustomize, .kubectl], version: version)
                #expect(tool == LocatedTool(tool: .kustomize, path: "\(root)/kustomize"))
            }
            #expect(access("\(root)/kustomize.runs", F_OK) != 0)
        }
    }

    @Test(
        "TOOL-02 with a configured version are those that say they have it, else the first, with a warning",
        arguments: [
            ("v5.4.3", "Kustomize Version: v5.5.0", "5.4.3", Tool.kustomize, nil),
            ("v5.4.3", "Kustomize Version: v5.5.0", "v5.4.3", .kustomize, nil),
            ("v5.4.3", "Kustomize Version: v5.5.0", "5.5.0", .kubectl, nil),
            ("{Version:kustomize/v4.0.5 GitCommit:9e8e}", nil, "4.0.5", .kustomize, nil),
            (nil, "Kustomize Version: v5.5.0", "5.5.0", .kubectl, nil),
            ("5.4.30", "Kustomize Version: v5.5.0", "5.4.3", .kustomize, "5.4.30 (D/kubectl is 5.5.0)"),
            ("(devel)", nil, "5.4.3", .kustomize, "of a version that it does not tell"),
            (nil, "nothing about it", "5.4.3", .kubectl, "of a version that it does not tell"),
        ] as [(String?, String?, String, Tool, String?)]
    )
    func versioned(kustomize: String?, kubectl: String?, wanted: String, tool: Tool, others: String?) async throws {
        try await withTemporaryDirectory { root in
            try stand(kustomize, kubectl, in: root)
            let tools = Tools(environment: ["PATH": "\(root):\(StandIn.systemPath)"], settingPrefix: "--")
            let candidates: [Tool] =
                kubectl == nil ? [.kustomize] : kustomize == nil ? [.kubectl] : [.kustomize, .kubectl]
            let found = try await tools.locate(candidates, version: wanted)
            #expect(found.path == "\(root)/\(tool.rawValue)")
            let text = others?.replacing("D/", with: "\(root)/")
            let name = candidates[0].rawValue
            #expect(
                found.warning
                    == text.map { "\(name) \(wanted) is configured, and \(root)/\(name) is used, which is \($0)" }
            )
        }
    }

    @Test("TOOL-02 are asked for their version once for each file that they are")
    func askedOnce() async throws {
        try await withTemporaryDirectory { root in
            let helm = try StandIn("helm", in: root, "echo v3.8.2")
            let tools = Tools(environment: ["PATH": root])
            await withTaskGroup(of: Void.self) { group in
                for _ in 0..<8 {
                    group.addTask {
                        let found = try? await tools.locate(.helm, version: "3.17.0")
                        #expect(found?.warning?.hasPrefix("helm 3.17.0 is configured, and ") == true)
                    }
                }
            }
            #expect(helm.runs == ["[version][--short]"])
            _ = try StandIn("helm", in: root, "echo v3.17.0 # another file of another size")
            #expect(try await tools.locate(.helm, version: "3.17.0").warning == nil)
        }
    }

    @Test("TOOL-02 that do not tell their version once may do so the next time")
    func askedAgain() async throws {
        try await withTemporaryDirectory { root in
            _ = try StandIn("helm", in: root, "test -e '\(root)/awake' || exit 1; echo v3.17.0")
            let tools = Tools(environment: ["PATH": "\(root):\(StandIn.systemPath)"])
            #expect(try await tools.locate(.helm, version: "3.17.0").warning?.contains("does not tell") == true)
            try TestFiles.write("", to: "\(root)/awake")
            #expect(try await tools.locate(.helm, version: "3.17.0").warning == nil)
        }
    }

    @Test("TOOL-02 are provided in the configured version before another one is used")
    func providedVersion() async throws {
        try await withTemporaryDirectory { root in
            _ = try StandIn("helm", in: "\(root)/old", "echo v3.8.2+g6e3701e")
            let new = try StandIn("helm", in: "\(root)/new", "echo v3.17.0")
            let tools = Tools(environment: ["PATH": "\(root)/old"]) { _, version in
                guard version == "3.17.0" else { throw ManifestSourceError("no") }
                return new.path
            }
            #expect(try await tools.locate(.helm, version: "3.17.0") == LocatedTool(tool: .helm, path: new.path))
            let warning = try await tools.locate(.helm, version: "3.9.0").warning
            #expect(warning?.contains("old/helm is used, which is 3.8.2") == true)
        }
    }
}
