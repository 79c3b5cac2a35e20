import Glibc
import TestSupport
import Testing

@Suite("A chart", .timeLimit(.minutes(5)))
struct HelmTests {
    /// An application with a chart, and a stand-in for helm that writes down how it is called.
    private func withChart(
        _ input: String =
            "helmChart: {path: ../../charts/web}, helmOptions: {setValues: {a: '1'}, valueFiles: [v.yaml]}",
        _ body: (_ application: String, _ root: String) async throws -> Void
    ) async throws {
        try await withTemporaryDirectory { root in
            let application = "\(root)/apps/cart"
            try TestFiles.write(
                """
                apiVersion: pipecd.dev/v1beta1
                kind: Application
                spec: {name: cart, plugins: {kubernetes_multicluster: {input: {namespace: shop, \(input)}}}}
                """,
                to: "\(application)/app.pipecd.yaml"
            )
            try TestFiles.write("a: 1\n", to: "\(application)/v.yaml")
            try TestFiles.write("name: web\n", to: "\(root)/charts/web/Chart.yaml")
            try TestFiles.makeDirectory("\(root)/.git")
            try TestFiles.write(
                """
                #!/bin/sh
                echo "$@" >> '\(root)/calls'
                printf '%s\\n' --- '# Source: web/templates/cm.yaml' 'apiVersion: v1' 'kind: ConfigMap'
                echo "metadata: {name: $5, labels: {chart: web}}"

                """,
                to: "\(root)/bin/helm"
            )
            try #require(chmod("\(root)/bin/helm", 0o755) == 0)
            try await body(application, root)
        }
    }

    @Test("is rendered, with a line for each thing that helm is told, and planned with")
    func rendered() async throws {
        try await withChart { application, root in
            let outcome = try await Binary.run("render", application, "--helm", "\(root)/bin/helm")
            #expect(outcome.code == 0, "\(outcome)")
            #expect(outcome.output.contains("  namespace: shop\n") && outcome.output.contains("  name: cart\n"))
            let call = try TestFiles.text("\(root)/calls")
            #expect(
                call
                    == "template --no-hooks --include-crds --dependency-update cart ../../charts/web --namespace=shop "
                    + "--set a=1 -f v.yaml\n"
            )
            let plan = try await Binary.run("plan", application, "--helm", "\(root)/bin/helm", "--offline", "eu", "us")
            #expect(plan.code == 0 && plan.output.contains("ConfigMap/shop/cart"), "\(plan)")
            // One process renders for all targets and stages.
            let runs = try TestFiles.text("\(root)/calls").split(separator: "\n")
            #expect(runs.count == 2)
        }
    }

    @Test("is rendered by the helm of a piped file, which says which repositories are insecure")
    func pipedFile() async throws {
        try await withChart("helmChart: {repository: corp, name: web, version: 1.2.3}") { application, root in
            let piped = "\(root)/piped.yaml"
            try TestFiles.write(
                """
                spec:
                  plugins:
                    - name: kubernetes_multicluster
                      deployTargets: [{name: eu, config: {}}]
                      config:
                        chartRepositories: [{name: corp, address: "https://c.test", insecure: true, type: HTTP}]
                        chartRegistries: [{type: GIT}]
                        tools: {helm: bin/helm}
                """,
                to: piped
            )
            let outcome = try await Binary.run("render", application, "--targets", piped)
            #expect(outcome.code == 0, "\(outcome)")
            #expect(outcome.errors.hasPrefix("warning: \(piped):7:28: "), "\(outcome.errors)")
            let calls = "template --no-hooks --include-crds --dependency-update cart corp/web --version=1.2.3"
            let made = try TestFiles.text("\(root)/calls")
            #expect(made == "\(calls) --insecure-skip-tls-verify --namespace=shop\n")
            let validation = try await Binary.run("validate", application, "--targets", piped)
            #expect(validation.code == 0, "\(validation)")
        }
    }

    @Test("has the release name of the new version in both, where the application file gives none")
    func releaseName() async throws {
        try await withChart { application, root in
            let text = try TestFiles.text("\(application)/app.pipecd.yaml").replacing("name: cart, ", with: "")
            let before = "\(root)/before/repository"
            for directory in [application, before] {
                try TestFiles.write(text, to: "\(directory)/app.pipecd.yaml")
                try TestFiles.write("a: 1\n", to: "\(directory)/v.yaml")
            }
            try TestFiles.write("name: web\n", to: "\(root)/before/charts/web/Chart.yaml")
            try TestFiles.makeDirectory("\(root)/before/.git")
            try TestFiles.write(
                text.replacing("../../charts", with: "../charts"),
                to: "\(before)/app.pipecd.yaml"
            )
            let common = [application, "--helm", "\(root)/bin/helm", "--offline", "eu", "--dry-run"]
            for words in [["K8S_SYNC"], ["K8S_ROLLBACK", "--running", before]] {
                let outcome = try await Binary.run(["stage"] + words + common)
                #expect(outcome.code == 0, "\(outcome)")
            }
            let calls = try TestFiles.text("\(root)/calls").split(separator: "\n")
            #expect(calls.count == 2)
            #expect(calls.allSatisfy { $0.contains(" --dependency-update cart ") }, "\(calls)")
        }
    }

    @Test("is a mistake of the application when it cannot be found")
    func mistakes() async throws {
        try await withChart("helmChart: {name: web}") { application, root in
            let outcome = try await Binary.run("validate", application, "--helm", "\(root)/bin/helm")
            #expect(outcome.code == 1)
            #expect(outcome.output.hasPrefix("helmChart: has only name; set path, gitRemote or repository\n"))
        }
    }
}
