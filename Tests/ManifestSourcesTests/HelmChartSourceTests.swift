import Testing

@testable import ManifestSources

@Suite("The source of a chart")
struct HelmChartSourceTests {
    private static func git(_ remote: String, ref: String? = nil, path: String = ".") throws -> HelmChartSource {
        .git(try GitChart(remote: remote, ref: ref, path: path))
    }

    private func chart(_ fields: [String: String]) -> HelmRelease.Chart {
        var chart = HelmRelease.Chart()
        (chart.path, chart.gitRemote, chart.ref) = (fields["path"], fields["gitRemote"], fields["ref"])
        (chart.repository, chart.name, chart.version) = (fields["repository"], fields["name"], fields["version"])
        return chart
    }

    @Test(
        "follows from the fields that are set",
        arguments: [
            (["path": "../charts/web"], .local(path: "../charts/web")),
            (["path": "chart", "repository": "", "gitRemote": ""], .local(path: "chart")),
            (["repository": "corp", "name": "web"], .repository(chart: "corp/web")),
            (["repository": "oci://r.test/charts", "name": "web"], .registry(chart: "oci://r.test/charts/web")),
            (["repository": "oci://r.test/charts/", "name": "web"], .registry(chart: "oci://r.test/charts/web")),
            (["repository": "oci://r.test/web"], .registry(chart: "oci://r.test/web")),
            (["path": "oci://r.test/web"], .registry(chart: "oci://r.test/web")),
            (["gitRemote": "https://g.test/c.git"], try git("https://g.test/c.git")),
            (
                ["gitRemote": "git@g.test:c.git", "ref": "v1", "path": "web"],
                try git("git@g.test:c.git", ref: "v1", path: "web")
            ),
        ] as [([String: String], HelmChartSource)]
    )
    func kinds(fields: [String: String], source: HelmChartSource) throws {
        #expect(try HelmChartSource(chart(fields)) == source)
    }

    @Test(
        "is refused when there is none, more than one, or one that leads elsewhere",
        arguments: [
            ([:], "helmChart: is empty; set path, gitRemote or repository"),
            (
                ["name": "web", "version": "1"],
                "helmChart: has only name and version; set path, gitRemote or repository"
            ),
            (
                ["path": "a", "repository": "b", "name": "c"],
                "helmChart: path and repository exclude each other, found both; remove one"
            ),
            (
                ["path": "a", "gitRemote": "b", "repository": "c"],
                "helmChart: path and gitRemote and repository exclude each other, found both; remove one"
            ),
            (["repository": "corp"], "helmChart: repository needs a name; add name"),
            (
                ["repository": "..", "name": "web"],
                "helmChart.repository: \"..\" is no name of a chart repository; "
                    + "give it one by helm repo add, in a piped by chartRepositories, and write that, or use oci://"
            ),
            (
                ["repository": "https://charts.test", "name": "web"],
                "helmChart.repository: \"https://charts.test\" is no name of a chart repository; "
                    + "give it one by helm repo add, in a piped by chartRepositories, and write that, or use oci://"
            ),
            (["repository": "corp", "name": "../web"], "helmChart.name: \"../web\" is no name of a chart"),
            (["repository": "corp", "name": "../\u{301}a"], "helmChart.name: \"../\u{301}a\" is no name of a chart"),
        ] as [([String: String], String)]
    )
    func refused(fields: [String: String], message: String) throws {
        #expect(refusal { try HelmChartSource(chart(fields)) } == message)
    }

    @Test(
        "ignores fields of other kinds of source, and knows which",
        arguments: [
            (["path": "a", "ref": "b", "name": "c", "version": "d"], ["ref", "name", "version"]),
            (["path": "oci://a", "version": "d"], []), (["repository": "a", "name": "c", "version": "d"], []),
            (["gitRemote": "a", "ref": "b", "version": "d"], ["version"]),
        ] as [([String: String], [String])]
    )
    func ignored(fields: [String: String], names: [String]) {
        #expect(HelmChartSource.ignoredFields(of: chart(fields)) == names)
    }

    @Test(
        "is in Git only where a server is asked by name",
        arguments: [
            ("https://g.test/c.git", true), ("ssh://git@g.test/c.git", true), ("git://g.test/c.git", true),
            ("git@g.test:team/c.git", true), ("g.test:c.git", true), ("/srv/c.git", false), ("../c.git", false),
            ("file:///srv/c.git", false), ("ext::sh -c id", false), ("ext::sh", false), ("http://g.test/c.git", false),
            ("--upload-pack=id", false), ("ssh://-oProxyCommand=id/c", false),
            ("-x:c", false), ("u@-x:c", false),
            ("https:///c", false), ("https://", false), (":c", false), ("c.git", false),
        ]
    )
    func remotes(remote: String, isServer: Bool) throws {
        let message = refusal { try GitChart(remote: remote, ref: nil, path: ".") }
        #expect(
            message
                == (isServer
                    ? nil
                    : "helmChart.gitRemote: \"\(remote)\" must be an address of https, ssh, git, "
                        + "or USER@HOST:PATH")
        )
    }

    @Test(
        "is in Git at what names one commit",
        arguments: [
            ("main", true), ("v1.2.3", true), ("feature/x", true), ("0123abc", true), ("refs/heads/main", true),
            ("--upload-pack=id", false), ("a:b", false), ("a b", false), ("a..b", false), ("refs/*", false),
            ("HEAD~1", false), ("@{1}", false), ("+a", false),
        ]
    )
    func references(ref: String, isName: Bool) throws {
        let message = refusal { try GitChart(remote: "g.test:c", ref: ref, path: ".") }
        #expect(message == (isName ? nil : "helmChart.ref: \"\(ref)\" is no name of a branch, tag or commit"))
    }

    @Test(
        "is refused with a password in its address, which it does not tell",
        arguments: [
            (
                ["gitRemote": "https://me:hunter2@g.test/c"],
                "helmChart.gitRemote: https://g.test/c must be without password; "
                    + "let Git have it of a credential helper or ~/.netrc"
            ),
            (
                ["repository": "oci://me:hunter2@r.test/c", "name": "web"],
                "helmChart: oci://r.test/c/web must be without user and password; log in by helm registry login"
            ),
            (
                ["path": "oci://hunter2@r.test/c"],
                "helmChart: oci://r.test/c must be without user and password; log in by helm registry login"
            ),
            (
                ["repository": "https://me:hunter2@r.test", "name": "web"],
                "helmChart.repository: \"https://r.test\" is no name of a chart repository; "
                    + "give it one by helm repo add, in a piped by chartRepositories, and write that, or use oci://"
            ),
        ] as [([String: String], String)]
    )
    func passwords(fields: [String: String], message: String) throws {
        #expect(refusal { try HelmChartSource(chart(fields)) } == message)
    }

    @Test("may name a user, as addresses of Git do")
    func users() throws {
        for remote in ["https://org@dev.test/org/c", "ssh://git@g.test/c", "git@g.test:c"] {
            #expect(refusal { try GitChart(remote: remote, ref: nil, path: ".") } == nil)
        }
    }

    @Test(
        "is told to the user when it may be another chart the next time",
        arguments: [
            (["path": "chart"], nil), (["repository": "a", "name": "b", "version": "1.2.3"], nil),
            (["path": "oci://a/b", "version": "v1.2.3-rc.1+x"], nil), (["path": "oci://a/b@sha256:0123"], nil),
            (["gitRemote": "g.test:c", "ref": String(repeating: "0a", count: 20)], nil),
            (["repository": "a", "name": "b"], "helmChart.version"),
            (["repository": "a", "name": "b", "version": "1.2"], "helmChart.version"),
            (["repository": "a", "name": "b", "version": "^1.2.3"], "helmChart.version"),
            (["path": "oci://a/b", "version": "1.2.x"], "helmChart.version"),
            (["gitRemote": "g.test:c"], "helmChart.ref"), (["gitRemote": "g.test:c", "ref": "v1"], "helmChart.ref"),
            (["gitRemote": "g.test:c", "ref": "0123abc"], "helmChart.ref"),
        ] as [([String: String], String?)]
    )
    func floating(fields: [String: String], field: String?) throws {
        let chart = chart(fields)
        let notice = try HelmChartSource(chart).notice(version: chart.version)
        #expect(notice?.prefix { $0 != " " } == field.map { $0[...] })
    }

    @Test("does not tell the password in a remote, and takes no host for a flag after it")
    func password() throws {
        let message = refusal { try GitChart(remote: "ftp://me:hunter2@g.test/c", ref: nil, path: ".") }
        #expect(message?.hasPrefix("helmChart.gitRemote: \"ftp://g.test/c\" must be") == true)
        #expect(refusal { try GitChart(remote: "ssh://u@-x/c", ref: nil, path: ".") } != nil)
    }
}
