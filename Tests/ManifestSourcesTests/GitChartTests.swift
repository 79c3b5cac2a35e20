import Glibc
import TestSupport
import Testing

@testable import ManifestSources

@Suite("A chart in Git", .timeLimit(.minutes(5)))
struct GitChartTests {
    private static let remote = "https://git.test/charts.git"

    /// A fixture whose Git asks the repository on disk instead of the one on the network, which it may not.
    private func withRemote(_ body: (_ fixture: HelmFixture, _ commits: [String]) async throws -> Void) async throws {
        let script = "cat \"$6/Chart.yaml\" >> $root/seen\n" + HelmFixture.render("a")
        try await HelmFixture.with(helm: script) { fixture in
            let commits = try await makeRepository(fixture)
            try fixture.tool(
                "git",
                """
                n=$#
                while [ $n -gt 0 ]; do
                    word=$1; shift; n=$((n-1))
                    case "$word" in
                    \(Self.remote)) word="$root/charts" ;;
                    protocol.allow=never) word=protocol.allow=always ;;
                    esac
                    set -- "$@" "$word"
                done
                unset GIT_ALLOW_PROTOCOL
                exec /usr/bin/env git "$@"
                """
            )
            try await body(fixture, commits)
        }
    }

    /// A repository of two commits, the first with the tag `v1`, the second on the branch `main`.
    private func makeRepository(_ fixture: HelmFixture) async throws -> [String] {
        let git = try await fixture.tools.locate(.git)
        let run = ToolRun(git, environment: fixture.tools.environment)
        let user = ["-c", "user.name=a", "-c", "user.email=a@a.test", "-c", "init.defaultBranch=main"]
        var commits: [String] = []
        for version in ["1", "2"] {
            try fixture.write("name: web\nversion: \(version)\n", "charts/stable/web/Chart.yaml")
            try fixture.write("echo hook > \(fixture.root)/hook\n", "charts/hooks/post-checkout")
            for arguments in [
                ["init", "--quiet"], ["add", "."], ["commit", "--quiet", "-m", version],
                ["tag", "--force", "v\(version)"],
            ] {
                _ = try await run.output(user + arguments, in: "\(fixture.root)/charts")
            }
            let head = try await run.output(["rev-parse", "HEAD"], in: "\(fixture.root)/charts")
            commits.append(String(decoding: head.prefix { $0 != 10 }, as: UTF8.self))
        }
        return commits
    }

    private func chart(_ ref: String?, path: String? = "stable/web") -> (inout HelmRelease) -> Void {
        { ($0.chart.gitRemote, $0.chart.ref, $0.chart.path) = (Self.remote, ref, path) }
    }

    @Test("ARGV-04 is cloned, at a branch, a tag, a commit or the beginning of one, and rendered by its path")
    func references() async throws {
        try await withRemote { fixture, commits in
            let first = try #require(commits.first)
            for ref in [nil, "main", "v1", first, String(first.prefix(10))] {
                let names = try await fixture.load(chart(ref))
                #expect(names == ["a"])
            }
            let versions = fixture.lines("seen").filter { $0.hasPrefix("version") }
            #expect(versions == ["version: 2", "version: 2", "version: 1", "version: 1", "version: 1"])
            let helm = fixture.calls.filter { $0.hasPrefix("helm:") }
            #expect(helm.count == 5)
            for call in helm {
                #expect(call.hasPrefix("helm: template --no-hooks --include-crds --dependency-update cart /"))
                #expect(call.hasSuffix("/stable/web"))
            }
        }
    }

    @Test("is fetched without history, without hooks, and with the remote where Git takes no flags")
    func safety() async throws {
        try await withRemote { fixture, _ in
            _ = try await fixture.load(chart("v1"))
            let calls = fixture.calls.filter { $0.hasPrefix("git:") }
            #expect(calls.count == 3)
            for call in calls { #expect(call.contains("-c core.hooksPath=/dev/null -c submodule.recurse=false")) }
            #expect(calls.contains { $0.contains("--depth=1 --no-tags -- \(Self.remote) v1") })
            #expect(fixture.lines("hook") == [])
        }
    }

    @Test("is refused in the words of Git, without the password of the remote")
    func failures() async throws {
        try await withRemote { fixture, _ in
            let missing = await fixture.refusal(chart("no-such"))
            #expect(
                missing?.hasPrefix("helmChart: git https://git.test/charts.git: fatal: ") == true,
                "\(missing ?? "")"
            )
            #expect(missing?.contains("no-such") == true)
            try fixture.tool("helm", "echo \"bad $6/Chart.yaml\" >&2; exit 1")
            let bad = await fixture.refusal(chart("v1"))
            #expect(bad == "helm template cart: bad stable/web/Chart.yaml (exit code 1)")
            try fixture.tool("git", "echo \"fatal: cannot reach $*\" >&2; exit 128")
            let refusal = await fixture.refusal { $0.chart.gitRemote = "https://hunter2@git.test/c" }
            #expect(refusal?.contains("cannot reach") == true)
            #expect(refusal?.contains("hunter2") == false)
        }
    }

    @Test("is no failure when nobody waits for the second way to fetch it any more", .tags(.cancellation))
    func cancelled() async throws {
        try await HelmFixture.with { fixture in
            let script = """
                case "$*" in
                *--depth=1*) echo 'fatal: no such ref' >&2; exit 128 ;;
                *--tags*) touch $root/second; while :; do sleep 1; done ;;
                esac
                """
            try fixture.tool("git", script)
            let chart = try GitChart(remote: Self.remote, ref: "0123abc", path: ".")
            let clone = "\(fixture.root)/clone"
            try TestFiles.makeDirectory(clone)
            await withTaskGroup(of: ManifestSourceError?.self) { group in
                group.addTask {
                    do throws(ManifestSourceError) {
                        try await chart.clone(into: clone, tools: fixture.tools)
                        return nil
                    } catch { return error }
                }
                await Polling.wait { access("\(fixture.root)/second", F_OK) == 0 }
                group.cancelAll()
                let error = await group.next() ?? nil
                #expect(error?.isCancelled == true, "\(error as Any)")
            }
        }
    }

    @Test("may not be reached by any other way than the network")
    func protocols() async throws {
        try await HelmFixture.with { fixture in
            _ = try await makeRepository(fixture)
            let config = "[url \"file://\(fixture.root)/charts\"]\n    insteadOf = \(Self.remote)\n"
            try fixture.write(config, ".gitconfig")
            let message = await fixture.refusal(chart("v1"))
            #expect(message?.contains("transport 'file' not allowed") == true, "\(message ?? "accepted")")
            #expect(fixture.calls == [])
        }
    }

    @Test("may not lie outside of its repository")
    func confinement() async throws {
        try await withRemote { fixture, _ in
            for path in ["../../..", "stable/../.."] {
                let message = await fixture.refusal(chart("v1", path: path))
                #expect(
                    message == "\(path) in https://git.test/charts.git: "
                        + "lies outside of the repository, links resolved; move it inside"
                )
            }
            let missing = await fixture.refusal(chart("v1", path: "no"))
            #expect(missing == "no in https://git.test/charts.git: no such file or directory")
        }
    }
}
