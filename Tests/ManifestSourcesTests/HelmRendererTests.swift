import Glibc
import Manifests
import TestSupport
import Testing

@testable import ManifestSources

@Suite("Rendering a chart", .timeLimit(.minutes(5)))
struct HelmRendererTests {
    private static let start = "helm: template --no-hooks --include-crds --dependency-update cart"

    @Test("runs helm in a copy of the application directory, with the files of values beside it")
    func local() async throws {
        let script =
            "cat \"$6/Chart.yaml\" values.yaml eu/values.yaml > $root/seen || exit 1\n" + HelmFixture.render("a")
        try await HelmFixture.with(helm: script) { fixture in
            try fixture.write("b: 2\n", "repository/apps/cart/eu/values.yaml")
            try #require(symlink("eu/values.yaml", "\(fixture.application)/link.yaml") == 0)
            var request = fixture.request { release in
                release.chart.path = "../../charts/web"
                release.valueFiles = [
                    "values.yaml", "link.yaml", "\(fixture.application)/values.yaml", "https://v.test/v",
                ]
                release.setFiles = ["b": "./eu/values.yaml"]
            }
            request.namespace = "shop"
            let loaded = try await ManifestLoader(tools: fixture.tools).load(request)
            #expect(loaded.manifests.map(\.key.description) == [":ConfigMap:shop:a"])
            #expect(
                fixture.calls == [
                    Self.start
                        + " ../../charts/web -f values.yaml -f eu/values.yaml -f values.yaml -f https://v.test/v "
                        + "--set-file b=eu/values.yaml"
                ]
            )
            let directory = try #require(fixture.lines("directories").first)
            #expect(directory.hasSuffix("/apps/cart") && !directory.hasPrefix(fixture.root))
            #expect(access(directory, F_OK) != 0, "the copy is removed")
        }
    }

    @Test("that makes nothing says so")
    func nothing() async throws {
        try await HelmFixture.with(helm: "echo") { fixture in
            let loaded = try await ManifestLoader(tools: fixture.tools).load(
                fixture.request { $0.chart.path = "chart" }
            )
            #expect(loaded.manifests.isEmpty)
            #expect(loaded.warnings == ["helm template cart printed nothing, so there are no manifests"])
        }
    }

    @Test("gives helm no name of a file that could be a URL")
    func colons() async throws {
        try await HelmFixture.with { fixture in
            try fixture.write("", "repository/apps/cart/s3:/v.yaml")
            try #require(symlink("s3:/v.yaml", "\(fixture.application)/link.yaml") == 0)
            _ = try await fixture.load { release in
                release.chart.path = "chart"
                release.valueFiles = ["./s3:/v.yaml", "link.yaml"]
                release.setFiles = ["a": "./s3:/v.yaml"]
            }
            #expect(
                fixture.calls == [Self.start + " chart -f ./s3:/v.yaml -f ./s3:/v.yaml --set-file a=./s3:/v.yaml"]
            )
        }
    }

    @Test("leaves the checkout as it was, even when helm fetches dependencies into the chart")
    func untouched() async throws {
        let script = """
            chart="$6"
            mkdir "$chart/charts" && echo x > "$chart/charts/a.tgz" && echo y >> "$chart/Chart.yaml" || exit 1
            ls "$chart" > "$root/seen"

            """
        try await HelmFixture.with(helm: script + HelmFixture.render("a")) { fixture in
            for path in ["../../charts/web", "chart", "\(fixture.application)/chart"] {
                let before = try Tree(fixture.repository)
                #expect(try await fixture.load { $0.chart.path = path } == ["a"])
                #expect(try Tree(fixture.repository) == before)
                #expect(fixture.lines("seen").contains("charts"))
            }
        }
    }

    @Test("copies the charts that a chart depends on by a path, and none outside of the repository")
    func dependencies() async throws {
        let script = "cat \"$6/../common/Chart.yaml\" > $root/seen || exit 1\n" + HelmFixture.render("a")
        try await HelmFixture.with(helm: script) { fixture in
            let chart = "name: web\nversion: 0.1.0\ndependencies: [{name: common, repository: \"file://../%\"}]\n"
            try fixture.write("name: common\n", "repository/charts/common/Chart.yaml")
            try fixture.write(chart.replacing("%", with: "common"), "repository/charts/web/Chart.yaml")
            #expect(try await fixture.load { $0.chart.path = "../../charts/web" } == ["a"])
            #expect(fixture.lines("seen") == ["name: common"])
            try fixture.write("name: secret\n", "secret/Chart.yaml")
            try fixture.write(chart.replacing("%", with: "../../secret"), "repository/charts/web/Chart.yaml")
            let message = await fixture.refusal { $0.chart.path = "../../charts/web" }
            #expect(
                message
                    == "file://../../../secret: lies outside of \(fixture.repository), links resolved; move it inside"
            )
            // Above the top of the file system there is nothing, but above a copy there is.
            let up = String(repeating: "../", count: 60) + fixture.repository.dropFirst() + "/charts/common"
            try fixture.write(chart.replacing("../%", with: up), "repository/charts/web/Chart.yaml")
            let above = await fixture.refusal { $0.chart.path = "../../charts/web" }
            #expect(above == "file://\(up): lies outside of \(fixture.repository); move it inside")
        }
    }

    @Test("is refused for a chart that is not there, or outside of the repository")
    func confinement() async throws {
        try await HelmFixture.with { fixture in
            try fixture.write("name: x\n", "elsewhere/Chart.yaml")
            try #require(symlink("\(fixture.root)/elsewhere", "\(fixture.application)/link") == 0)
            for path in ["../../../elsewhere", "link", "\(fixture.root)/elsewhere"] {
                let message = await fixture.refusal { $0.chart.path = path }
                #expect(message == "\(path): lies outside of \(fixture.repository), links resolved; move it inside")
            }
            #expect(await fixture.refusal { $0.chart.path = "no" } == "no: no such file or directory")
            TestFiles.remove("\(fixture.repository)/.git")
            let message = await fixture.refusal { $0.chart.path = "../../charts/web" }
            #expect(
                message == "../../charts/web: lies outside of \(fixture.application), links resolved; move it inside"
            )
            #expect(try await fixture.load { $0.chart.path = "chart" } == ["cm"])
            #expect(fixture.calls == [Self.start + " chart"])
        }
    }

    @Test("is refused for a file of values outside, and for a chart with a link that leads out")
    func links() async throws {
        try await HelmFixture.with { fixture in
            let outside = await fixture.refusal {
                ($0.chart.path, $0.valueFiles) = ("chart", ["../../charts/web/Chart.yaml"])
            }
            #expect(
                outside
                    == "values file ../../charts/web/Chart.yaml references outside the application configuration directory"
            )
            let set = await fixture.refusal { ($0.chart.path, $0.setFiles) = ("chart", ["a": "/etc/hostname"]) }
            #expect(set == "set file /etc/hostname references outside the application configuration directory")
            try #require(symlink("/etc/hostname", "\(fixture.application)/chart/secret") == 0)
            #expect(await fixture.refusal { $0.chart.path = "chart" }?.contains("lies outside of") == true)
            #expect(fixture.calls == [])
        }
    }

    @Test("asks for charts of repositories and registries by name, in a directory that hides none")
    func remote() async throws {
        try await HelmFixture.with { fixture in
            try fixture.write("name: web\n", "repository/apps/cart/corp/web/Chart.yaml")
            let script = "test ! -e corp || exit 1\n" + HelmFixture.render("a")
            try fixture.tool("helm", script)
            let names = try await fixture.load { release in
                (release.chart.repository, release.chart.name, release.chart.version) = ("corp", "web", "1.2.3")
                release.valueFiles = ["values.yaml"]
                release.insecureRepository = true
            }
            #expect(names == ["a"])
            #expect(try await fixture.load { ($0.chart.path, $0.chart.version) = ("oci://r.test/web", "2") } == ["a"])
            #expect(
                fixture.calls == [
                    Self.start + " corp/web --version=1.2.3 --insecure-skip-tls-verify -f values.yaml",
                    Self.start + " oci://r.test/web --version=2",
                ]
            )
        }
    }

    @Test("is refused in the words of helm, of the chart source, or of the place where helm was looked for")
    func failures() async throws {
        try await HelmFixture.with(helm: "echo 'Error: no template' >&2; exit 3") { fixture in
            let words = await fixture.refusal { $0.chart.path = "chart" }
            #expect(words == "helm template cart: Error: no template (exit code 3)")
            try fixture.tool("helm", "echo \"$PWD/chart is bad\" >&2; test -d \"$TMPDIR\" && exit 4")
            let place = await fixture.refusal { $0.chart.path = "chart" }
            #expect(place == "helm template cart: \(fixture.application)/chart is bad (exit code 4)")
            #expect(await fixture.refusal { _ in } == "helmChart: is empty; set path, gitRemote or repository")
            TestFiles.remove(fixture.helm)
            let missing = await fixture.refusal { $0.chart.path = "chart" }
            #expect(missing?.hasPrefix("helm is not there: looked at /usr/local/bin/helm") == true)
        }
    }

    @Test("says which fields of the chart mean nothing, and what helm complains about")
    func warnings() async throws {
        let script = "echo \"WARNING: odd $PWD/v\" >&2\n" + HelmFixture.render("a")
        try await HelmFixture.with(helm: script) { fixture in
            let request = fixture.request { ($0.chart.path, $0.chart.version) = ("chart", "1") }
            let loaded = try await ManifestLoader(tools: fixture.tools).load(request)
            #expect(
                loaded.warnings == [
                    "helmChart.version has no effect on this kind of chart; remove it",
                    "helm template cart: WARNING: odd \(fixture.application)/v",
                ]
            )
        }
    }

    @Test("says that a chart of no exact version cannot be rolled back to")
    func floating() async throws {
        try await HelmFixture.with { fixture in
            let request = fixture.request { ($0.chart.repository, $0.chart.name) = ("corp", "web") }
            let loaded = try await ManifestLoader(tools: fixture.tools).load(request)
            #expect(
                loaded.warnings == [
                    "helmChart.version is not exact: each render, also that of a rollback, takes the newest chart there is; "
                        + "set one such as 1.2.3"
                ]
            )
        }
    }

    @Test("takes the last of a key that its template has twice, and says so")
    func repeatedKeys() async throws {
        let script = HelmFixture.render("a, labels: {app: b, app: c}") + "\nprintf '%s\\n' --- 'a: 1' 'a: 2' ---"
        try await HelmFixture.with(helm: script) { fixture in
            let message = await fixture.refusal { $0.chart.path = "chart" }
            #expect(
                message?.hasPrefix("web/templates/cm.yaml (rendered)") == true && message?.contains("twice") == false
            )
            try fixture.tool("helm", HelmFixture.render("a, labels: {app: b, app: c}"))
            let request = fixture.request { $0.chart.path = "chart" }
            let loaded = try await ManifestLoader(tools: fixture.tools).load(request)
            #expect(loaded.manifests.first?.object["metadata"]?["labels"]?["app"] == .string("c"))
            #expect(
                loaded.warnings == [
                    "web/templates/cm.yaml (rendered):3:38: key \"app\" is there twice in one mapping; the last one counts"
                ]
            )
        }
    }

    private func refusal(_ loader: ManifestLoader, _ request: LoadRequest) async -> String? {
        do {
            _ = try await loader.load(request)
            return nil
        } catch {
            return "\(error)"
        }
    }

    @Test("is tried again when it has failed, and kept when it has not")
    func again() async throws {
        let script = "test -e $root/failed || { touch $root/failed; echo 'Error: 503' >&2; exit 1; }\n"
        try await HelmFixture.with(helm: script + HelmFixture.render("a")) { fixture in
            let loader = ManifestLoader(tools: fixture.tools)
            let request = fixture.request { $0.chart.path = "chart" }
            let message = await refusal(loader, request)
            #expect(message == "helm template cart: Error: 503 (exit code 1)")
            for _ in 1...2 {
                let names = try await loader.load(request).manifests.map(\.name)
                #expect(names == ["a"])
            }
            #expect(fixture.calls.count == 2)
        }
    }

    @Test("names the template of a bad document, and reads nothing before the first")
    func documents() async throws {
        let script = "printf 'Saving 1 charts\\nDeleting outdated charts\\n'\n" + HelmFixture.render("a")
        try await HelmFixture.with(helm: script) { fixture in
            #expect(try await fixture.load { $0.chart.path = "chart" } == ["a"])
            let bad = "\nprintf '%s\\n' --- '# Source: web/charts/db/templates/b.yaml' 'kind: X' 'a: [' ---"
            try fixture.tool("helm", script + bad)
            let message = await fixture.refusal { $0.chart.path = "chart" }
            #expect(message?.hasPrefix("web/charts/db/templates/b.yaml (rendered):") == true, "\(message ?? "")")
            try fixture.tool("helm", script + "\n" + HelmFixture.render("a"))
            #expect(
                await fixture.refusal { $0.chart.path = "chart" }
                    == "web/templates/cm.yaml (rendered):1:1: ConfigMap/a is already defined at "
                    + "web/templates/cm.yaml (rendered):1:1; remove one"
            )
        }
    }
}

/// The names, kinds and contents of all that is below a directory.
private struct Tree: Equatable {
    private var entries: [String: String] = [:]

    init(_ directory: String) throws {
        try add(directory)
    }

    private mutating func add(_ path: String) throws {
        var status = stat()
        try #require(lstat(path, &status) == 0)
        let time = "\(status.st_mode) \(status.st_mtim.tv_sec).\(status.st_mtim.tv_nsec)"
        guard status.st_mode & S_IFMT == S_IFDIR else {
            return entries[path] = try "\(time) \(TestFiles.text(path))"
        }
        entries[path] = time
        for name in try TestFiles.names(in: path) { try add("\(path)/\(name)") }
    }
}
