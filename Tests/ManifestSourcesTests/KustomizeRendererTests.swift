import Glibc
import Manifests
import TestSupport
import Testing

@testable import ManifestSources

@Suite("A kustomization", .timeLimit(.minutes(5)))
struct KustomizeRendererTests {
    /// A repository with an application in `app`, and a folder for stand-in tools.
    private func withApplication(
        _ files: [String: String] = ["kustomization.yaml": ""],
        _ body: (_ app: String, _ bin: String, Tools) async throws -> Void
    ) async throws {
        try await withTemporaryDirectory { directory in
            let root = try ConfinedDirectory.resolve(directory)
            try TestFiles.makeDirectory("\(root)/repo/.git")
            try TestFiles.makeDirectory("\(root)/bin")
            try TestFiles.makeDirectory("\(root)/temporary")
            for (name, text) in files { try TestFiles.write(text, to: "\(root)/repo/app/\(name)") }
            let environment = [
                "PATH": "\(root)/bin:\(StandIn.systemPath)", "TMPDIR": "\(root)/temporary", "HOME": root,
            ]
            try await body("\(root)/repo/app", "\(root)/bin", Tools(environment: environment))
            #expect(try TestFiles.names(in: "\(root)/temporary") == [])
        }
    }

    private let printsName =
        "echo 'apiVersion: v1'; echo 'kind: ConfigMap'; echo \"metadata: {name: $(basename $PWD)}\""

    @Test("is rendered where it is, in a copy, and its objects get their namespace")
    func rendered() async throws {
        try await withApplication(["overlays/eu/kustomization.yaml": ""]) { app, bin, tools in
            let lines = "\(printsName); echo 'data: {at: \"'$PWD'\", tmp: \"'$TMPDIR'\"}'; touch here ../../there"
            let kustomize = try StandIn("kustomize", in: bin, lines)
            var request = LoadRequest(directory: app, namespace: "shop")
            request.kustomize = KustomizeOptions(directory: "overlays/eu", version: nil, options: ["reorder": "none"])
            let loaded = try await ManifestLoader(tools: tools).load(request)
            #expect(loaded.manifests.map { "\($0.key)" } == [":ConfigMap:shop:eu"])
            #expect(kustomize.runs == ["[build][.][--reorder][none]"])
            let data = try #require(loaded.manifests.first?.object["data"])
            for key in ["at", "tmp"] {
                let path = try #require(data[key]?.string)
                #expect(path.contains("/temporary/flotilla-") && !path.hasPrefix(app))
            }
            #expect(data["at"]?.string?.hasSuffix("/app/overlays/eu") == true)
            #expect(try TestFiles.names(in: app) == ["overlays"])
        }
    }

    @Test("is rendered by the kustomize inside kubectl where there is no other")
    func kubectl() async throws {
        try await withApplication { app, bin, tools in
            let kubectl = try StandIn("kubectl", in: bin, printsName)
            let tools = Tools(
                paths: [.kubectl: kubectl.path],
                environment: ["PATH": "/bin", "TMPDIR": tools.environment["TMPDIR"] ?? ""]
            )
            #expect(try await ManifestLoader(tools: tools).load(LoadRequest(directory: app)).manifests.count == 1)
            #expect(kubectl.runs == ["[kustomize][.]"])
        }
    }

    @Test("is rendered with helm where that is wanted, and misses it only then")
    func helm() async throws {
        try await withApplication { app, bin, tools in
            let kustomize = try StandIn(
                "kustomize",
                in: bin,
                "[ \"$1\" = version ] && echo v5.4.3 || { \(printsName); }"
            )
            let tools = Tools(environment: tools.environment.merging(["PATH": "\(bin):/bin"]) { $1 })
            var request = LoadRequest(directory: app)
            request.kustomize.version = "5.4.3"
            #expect(try await ManifestLoader(tools: tools).load(request).manifests.count == 1)
            #expect(kustomize.runs == ["[version]", "[build][.]"])
            var charts = request
            charts.kustomize.options = ["enable-helm": ""]
            let error = await #expect(throws: ManifestSourceError.self) {
                try await ManifestLoader(tools: tools).load(charts)
            }
            #expect(error?.problems.first?.hasPrefix("helm is not there: looked at ") == true)
            let helm = try StandIn("helm", in: bin, "")
            for request in [request, charts] { _ = try await ManifestLoader(tools: tools).load(request) }
            let flag = "[--helm-command][\(helm.path)]"
            #expect(kustomize.runs.suffix(2) == ["[build][.]\(flag)", "[build][.]\(flag)[--enable-helm]"])
            #expect(helm.runs.isEmpty)
        }
    }

    @Test(
        "that cannot be rendered ends in one line with the names of the originals",
        arguments: [
            ("echo \"Error: $PWD/x.yaml: no such file\" >&2; exit 1", "Error: APP/x.yaml: no such file (exit code 1)"),
            ("exit 7", "failed and gave no reason (exit code 7)"),
        ]
    )
    func failure(lines: String, problem: String) async throws {
        try await withApplication { app, bin, tools in
            _ = try StandIn("kustomize", in: bin, lines)
            let error = await #expect(throws: ManifestSourceError.self) {
                try await ManifestLoader(tools: tools).load(LoadRequest(directory: app))
            }
            #expect(error?.problems == ["kustomize build .: \(problem.replacing("APP", with: app))"])
        }
    }

    @Test("that cannot be rendered and is in no repository says that what lies beside it is not there")
    func noRepository() async throws {
        try await withApplication { app, bin, tools in
            TestFiles.remove("\(app)/../.git")
            _ = try StandIn("kustomize", in: bin, "cat ../base/x.yaml")
            let error = await error(of: ManifestLoader(tools: tools), app)
            #expect(error?.problems.count == 1)
            let hint = "(exit code 1); \(app) is in no Git repository, so that nothing outside of it was there"
            #expect(error?.problems.first?.hasSuffix(hint) == true, "\(error as Any)")
        }
    }

    @Test("that is rendered to no manifests ends in an error with the place in what was printed")
    func malformed() async throws {
        try await withApplication { app, bin, tools in
            _ = try StandIn("kustomize", in: bin, "echo 'kind: A'; echo ---; echo 'a: ['")
            let error = await #expect(throws: ManifestSourceError.self) {
                try await ManifestLoader(tools: tools).load(LoadRequest(directory: app))
            }
            #expect(error?.problems.allSatisfy { $0.hasPrefix("kustomize build .:") } == true, "\(error as Any)")
        }
    }

    @Test("passes on what kustomize warns of, and says what it makes useless")
    func warnings() async throws {
        try await withApplication { app, bin, tools in
            _ = try StandIn(
                "kustomize",
                in: bin,
                "echo '# Warning: bases is deprecated' >&2; echo again >&2; \(printsName)"
            )
            var request = LoadRequest(directory: app, manifests: ["a.yaml"])
            request.kustomize.version = "5.4.3"
            let warnings = try await ManifestLoader(tools: tools).load(request).warnings
            #expect(warnings.count == 4)
            #expect(warnings[0].hasPrefix("kustomize 5.4.3 is configured, and \(bin)/kustomize is used"))
            #expect(
                warnings.dropFirst() == [
                    "kustomize build .: bases is deprecated", "kustomize build .: again",
                    "input.manifests is not read, because a kustomization makes the manifests",
                ]
            )
        }
    }

    @Test("TMPL-06 gives way to a chart, of which nothing need be said")
    func emptyChart() async throws {
        try await withApplication { app, bin, tools in
            let kustomize = try StandIn("kustomize", in: bin, printsName)
            var request = LoadRequest(directory: app)
            request.helm = HelmRelease(releaseName: "cart")
            let error = await #expect(throws: ManifestSourceError.self) {
                try await ManifestLoader(tools: tools).load(request)
            }
            #expect(error?.problems == ["helmChart: is empty; set path, gitRemote or repository"])
            #expect(kustomize.runs.isEmpty)
        }
    }

    @Test(
        "may with charts be written beside, also beside a base and where its charts are, and stays as it is",
        arguments: ["../base", "../base/sub", "../charts/new", "../home"]
    )
    func charts(directory: String) async throws {
        let files = [
            "kustomization.yaml": "resources: [../base]\nhelmGlobals: {chartHome: ../charts/new, configHome: ../home}\n"
        ]
        try await withApplication(files) { app, bin, tools in
            _ = try StandIn(
                "kustomize",
                in: bin,
                "mkdir -p \(directory) && touch \(directory)/x || exit 1; \(printsName)"
            )
            _ = try StandIn("helm", in: bin, "")
            try TestFiles.write("resources: [sub]", to: "\(app)/../base/kustomization.yaml")
            try TestFiles.write("", to: "\(app)/../base/sub/kustomization.yaml")
            try TestFiles.makeDirectory("\(app)/../charts")
            try TestFiles.makeDirectory("\(app)/../home")
            var request = LoadRequest(directory: app)
            request.kustomize.options = ["enable-helm": ""]
            #expect(try await ManifestLoader(tools: tools).load(request).manifests.count == 1)
            #expect(try TestFiles.names(in: "\(app)/../base") == ["kustomization.yaml", "sub"])
            #expect(try TestFiles.names(in: "\(app)/../base/sub") == ["kustomization.yaml"])
            #expect(try TestFiles.names(in: "\(app)/../charts") == [])
            #expect(try TestFiles.names(in: "\(app)/../home") == [])
        }
    }

    @Test(
        "is fetched by Git from servers only, and not at all where it could name any path",
        arguments: [
            ([:], "https:ssh:git"), (["load-restrictor": "LoadRestrictionsRootOnly"], "https:ssh:git"),
            (["load-restrictor": "LoadRestrictionsNone"], ""), (["load_restrictor": "none"], ""),
            (["enable-helm": ""], ""), (["enable-helm": "false"], "https:ssh:git"),
        ]
    )
    func git(options: [String: String], protocols: String) async throws {
        try await withApplication { app, bin, tools in
            _ = try StandIn("kustomize", in: bin, "echo \"[$GIT_ALLOW_PROTOCOL]\" >&2; \(printsName)")
            _ = try StandIn("helm", in: bin, "")
            var request = LoadRequest(directory: app)
            request.kustomize.options = options
            let warnings = try await ManifestLoader(tools: tools).load(request).warnings
            #expect(warnings == ["kustomize build .: [\(protocols)]"])
        }
    }

    @Test("of which nothing is made is no mistake, and a warning", arguments: ["", "echo; echo"])
    func nothing(lines: String) async throws {
        try await withApplication { app, bin, tools in
            _ = try StandIn("kustomize", in: bin, lines)
            let loaded = try await ManifestLoader(tools: tools).load(LoadRequest(directory: app))
            #expect(loaded.manifests.isEmpty)
            #expect(loaded.warnings == ["kustomize build . printed nothing, so there are no manifests"])
        }
    }

    @Test("runs without plugins of helm, and without repositories on disk")
    func programs() async throws {
        try await withApplication { app, bin, tools in
            let lines = """
                echo "found $(ls $HELM_PLUGINS) in $HELM_PLUGINS, git over $GIT_ALLOW_PROTOCOL" >&2
                mkdir -p "$TMPDIR/other/a" && cd "$TMPDIR/other" && git init -q . 2>/dev/null || exit 3
                git ls-remote "file://$PWD" 2>/dev/null && echo 'git reads the disk' >&2
                git ls-remote "$PWD" 2>/dev/null && echo 'git reads the disk' >&2
                \(printsName)
                """
            _ = try StandIn("kustomize", in: bin, lines)
            let environment = ["HELM_PLUGINS": app, "GIT_ALLOW_PROTOCOL": "file"]
            let tools = Tools(environment: tools.environment.merging(environment) { $1 })
            let warnings = try await ManifestLoader(tools: tools).load(LoadRequest(directory: app)).warnings
            #expect(warnings.count == 1, "\(warnings)")
            let words = try #require(warnings.first)
            #expect(words.contains("found in /") && words.hasSuffix("no-plugins, git over https:ssh:git"), "\(words)")
        }
    }

    @Test("may lie beside the application in its repository, and not outside of that, links resolved")
    func outside() async throws {
        try await withApplication { app, bin, tools in
            _ = try StandIn("kustomize", in: bin, printsName)
            for path in ["../shared", "../../outside"] {
                try TestFiles.write("", to: "\(app)/\(path)/kustomization.yaml")
            }
            try #require(symlink("../../outside", "\(app)/link") == 0)
            for name in ["../shared", "\(app)/../shared"] {
                var request = LoadRequest(directory: app)
                request.kustomize.directory = name
                let loaded = try await ManifestLoader(tools: tools).load(request)
                #expect(loaded.manifests.map(\.name) == ["shared"])
            }
            for name in ["../../outside", "\(app)/../../outside", "link"] {
                var request = LoadRequest(directory: app)
                request.kustomize.directory = name
                let error = await #expect(throws: ManifestSourceError.self) {
                    try await ManifestLoader(tools: tools).load(request)
                }
                #expect(error?.problems.first?.contains(": lies outside of ") == true, "\(error as Any)")
            }
        }
    }

    @Test("BEYOND-21 is rendered once for equal requests, also at the same time, and once more for another loader")
    func once() async throws {
        try await withApplication { app, bin, tools in
            let kustomize = try StandIn("kustomize", in: bin, printsName)
            let loader = ManifestLoader(tools: tools)
            await withTaskGroup(of: Int.self) { group in
                for _ in 0..<8 {
                    group.addTask { (try? await loader.load(LoadRequest(directory: app)))?.manifests.count ?? 0 }
                }
                for await count in group { #expect(count == 1) }
            }
            #expect(kustomize.runs.count == 1)
            _ = try await loader.load(LoadRequest(directory: app, namespace: "shop"))
            _ = try await ManifestLoader(tools: tools).load(LoadRequest(directory: app))
            #expect(kustomize.runs.count == 3)
        }
    }

    @Test("that failed, or that nobody waited for, is rendered again when it is asked for again")
    func failed() async throws {
        try await withApplication { app, bin, tools in
            let kustomize = try StandIn("kustomize", in: bin, "[ -e '\(bin)/stuck' ] && exec sleep 1000; exit 1")
            let loader = ManifestLoader(tools: tools)
            try TestFiles.write("", to: "\(bin)/stuck")
            let first = await withTaskGroup(of: ManifestSourceError?.self) { group in
                group.addTask { await error(of: loader, app) }
                await Polling.wait { !kustomize.runs.isEmpty }
                group.cancelAll()
                return await group.next() ?? nil
            }
            #expect(first?.isCancelled == true)
            TestFiles.remove("\(bin)/stuck")
            for _ in 0..<2 {
                #expect(
                    await error(of: loader, app)?.problems == [
                        "kustomize build .: failed and gave no reason (exit code 1)"
                    ]
                )
            }
            #expect(kustomize.runs.count == 3)
        }
    }

    private func error(of loader: ManifestLoader, _ app: String) async -> ManifestSourceError? {
        do throws(ManifestSourceError) {
            _ = try await loader.load(LoadRequest(directory: app))
            return nil
        } catch {
            return error
        }
    }
}
