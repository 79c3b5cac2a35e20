import FoundationEssentials
import Manifests
import Subprocess
import SystemPackage
import TestSupport
import Testing

@Suite("flotilla render", .timeLimit(.minutes(5)))
struct RenderTests {
    /// An application whose targets have kustomizations of their own, and a kustomize that prints what it is in.
    private func withApplication(
        input: String =
            "{multiTargets: [{target: {name: eu}, kustomizeDir: eu}, {target: {name: us}, kustomizeDir: us}]}",
        _ body: (_ app: String, _ kustomize: String) async throws -> Void
    ) async throws {
        try await withTemporaryDirectory { directory in
            let lines = """
                echo 'Warning: be careful' >&2
                name=$(basename $PWD)
                echo "{apiVersion: v1, kind: ConfigMap, metadata: {name: $name}, data: {a: '1'}}"
                echo ---
                echo "{apiVersion: v1, kind: Secret, metadata: {name: $name}, stringData: {password: s3cret}}"
                """
            let kustomize = try StandIn("kustomize", in: "\(directory)/bin", lines)
            let app = "\(directory)/shop"
            for name in ["eu", "us"] { try TestFiles.write("", to: "\(app)/\(name)/kustomization.yaml") }
            let text =
                "{apiVersion: pipecd.dev/v1beta1, kind: Application, spec: {name: shop, plugins: {k: {input: \(input)}}}}"
            try TestFiles.write(text, to: "\(app)/app.pipecd.yaml")
            try await body(app, kustomize.path)
        }
    }

    @Test("prints the manifests of a target as a stream of YAML, the values of Secrets hidden, and warnings apart")
    func text() async throws {
        try await withApplication { app, kustomize in
            let outcome = try await Binary.run("render", app, "--target", "eu", "--kustomize", kustomize)
            #expect(outcome.code == 0)
            #expect(
                outcome.output == """
                    apiVersion: v1
                    kind: ConfigMap
                    metadata:
                      name: eu
                    data:
                      a: "1"
                    ---
                    apiVersion: v1
                    kind: Secret
                    metadata:
                      name: eu
                    stringData:
                      password: (hidden)

                    """
            )
            #expect(outcome.errors == "warning: kustomize build eu: Warning: be careful\n")
        }
    }

    @Test("prints an array of objects as JSON and as YAML")
    func tree() async throws {
        try await withApplication { app, kustomize in
            let common = ["render", app, "--target", "us", "--kustomize", kustomize, "-o"]
            let json = try Value(json: Array(try await Binary.run(common + ["json"]).output.utf8))
            #expect(json.array?.compactMap { $0["kind"]?.string } == ["ConfigMap", "Secret"])
            #expect(json.array?.last?[path: "stringData", "password"] == "(hidden)")
            let yaml = try YAML.documents(in: Array(try await Binary.run(common + ["yaml"]).output.utf8), file: "yaml")
            #expect(yaml.map(\.value) == [json])
        }
    }

    @Test(
        "needs no target where all have the same, and says which there are where they do not",
        arguments: [
            (
                "{multiTargets: [{target: {name: eu}, kustomizeDir: eu}, {target: {name: us}, kustomizeDir: eu}]}", [],
                nil
            ),
            (
                "{multiTargets: [{target: {name: eu}, kustomizeDir: eu}, {target: {name: us}, kustomizeDir: us}]}", [],
                "targets have different manifests (eu | us); choose one with --target"
            ),
            (
                "{multiTargets: [{target: {name: eu}, kustomizeDir: eu}, {target: {name: us}, kustomizeDir: us}]}",
                ["--target", "ue"], "--target ue: no such target, did you mean \"eu\"; there are eu, us"
            ),
            (
                "{multiTargets: [{target: {name: eu}, kustomizeDir: eu}, {target: {name: us}, kustomizeDir: us}]}",
                ["--offline", "us"], nil
            ),
            (
                "{multiTargets: [{target: {labels: {region: eu}}, kustomizeDir: eu}]}", [],
                "app.pipecd.yaml: input.multiTargets chooses targets by labels; give the targets with --targets FILE"
            ),
            ("{multiTargets: [{target: {labels: {region: eu}}, kustomizeDir: eu}]}", ["--targets", "PIPED"], nil),
            (
                "{multiTargets: [{target: {name: eu}, kustomizeDir: none}]}", [],
                "the kustomize directory \"none\" has none of"
            ),
            (
                "{kustomizeOptions: {enable-exec: ''}, multiTargets: [{target: {name: eu}, kustomizeDir: eu}]}", [],
                "kustomizeOptions.enable-exec: not allowed, because it runs programs that the repository names"
            ),
        ] as [(String, [String], String?)]
    )
    func chosen(input: String, options: [String], problem: String?) async throws {
        try await withApplication(input: input) { app, kustomize in
            let piped =
                "{apiVersion: pipecd.dev/v1beta1, kind: Piped, spec: {plugins: [{name: k, deployTargets: ["
                + "{name: a, labels: {region: eu}, config: {}}, {name: b, labels: {region: us}, config: {}}]}]}}"
            try TestFiles.write(piped, to: "\(app)/../piped.yaml")
            let options = options.map { $0 == "PIPED" ? "\(app)/../piped.yaml" : $0 }
            let outcome = try await Binary.run(["render", app, "--kustomize", kustomize] + options)
            #expect(outcome.code == (problem == nil ? 0 : 1), "\(outcome)")
            #expect(outcome.output.contains("kind: ConfigMap") == (problem == nil))
            if let problem { #expect(outcome.errors.contains("Error: \(problem)"), "\(outcome.errors)") }
        }
    }

    @Test("takes plain files, and any name of a target where the application names none")
    func plain() async throws {
        for options in [[], ["--target", "eu"], ["--offline", "eu", "us"]] {
            let outcome = try await Binary.run(["render", "manifests/shop", "-o", "json"] + options)
            #expect(outcome.code == 0)
            #expect(try Value(json: Array(outcome.output.utf8)).array?.isEmpty == false)
        }
    }

    @Test("exits 64 on wrong use", arguments: [["--targets", "x", "--offline", "eu"], ["--target", ""]])
    func usage(options: [String]) async throws {
        #expect(try await Binary.run(["render", "manifests/shop"] + options).code == 64)
    }

    @Test("makes what plan, stage, run and validate go by, each target's own")
    func others() async throws {
        try await withApplication { app, kustomize in
            let common = ["--offline", "eu", "us", "--kustomize", kustomize, "-o", "json"]
            for words in [
                ["plan", app], ["run", app, "--dry-run", "--running", app], ["stage", "K8S_SYNC", app, "--dry-run"],
            ] {
                let outcome = try await Binary.run(words + common)
                #expect(outcome.code == 0, "\(outcome)")
                for name in ["eu", "us"] { #expect(outcome.output.contains(":ConfigMap::\(name)\""), "\(outcome)") }
            }
            let valid = try await Binary.run("validate", app, "--kustomize", kustomize)
            #expect(valid.code == 0, "\(valid)")
            let missing = try await Binary.run("validate", app, "--kustomize", "\(app)/none")
            #expect(missing.code == 1)
            #expect(
                missing.output.hasPrefix("kustomize: --kustomize \(app)/none is no executable file; correct the path\n")
            )
        }
    }

    @Test(
        "of Online Boutique prints object by object what kubectl itself renders",
        .enabled(if: Boutique.isPresent),
        arguments: ["eu", "us"]
    )
    func boutique(target: String) async throws {
        try await withTemporaryDirectory { directory in
            let app = try Boutique.write(in: directory)
            let result = try await Subprocess.run(
                .name("kubectl"),
                arguments: ["kustomize", "\(app)/overlays/\(target)"],
                output: .bytes(limit: 1 << 24),
                error: .discarded
            )
            let expected = try YAML.documents(in: result.standardOutput, file: "kubectl").map(\.value)
            let kubectl = try #require(SystemTool.path("kubectl"))
            let outcome = try await Binary.run(
                "render",
                app,
                "--target",
                target,
                "--kubectl",
                kubectl,
                "-o",
                "json"
            )
            #expect(outcome.code == 0 && !expected.isEmpty, "\(outcome.errors)")
            #expect(try Value(json: Array(outcome.output.utf8)) == .array(expected))
        }
    }
}
