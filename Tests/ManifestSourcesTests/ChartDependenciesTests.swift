import TestSupport
import Testing

@testable import ManifestSources

@Suite("What a chart depends on")
struct ChartDependenciesTests {
    private func withChart<Result>(
        _ text: String,
        file: String = "Chart.yaml",
        _ body: (_ directory: String) throws -> Result
    ) throws -> Result {
        try withTemporaryDirectory { root in
            let directory = "\(try ConfinedDirectory.resolve(root))/web"
            try TestFiles.write(text, to: "\(directory)/\(file)")
            return try body(directory)
        }
    }

    @Test(
        "is found wherever helm finds it, and what is in no list of charts is told apart",
        arguments: [
            ("dependencies: [{name: a, repository: 'file://../a'}]", ["../a"], ChartOrigin()),
            ("Dependencies: [{name: a, REPOSITORY: 'file://../a'}]", ["../a"], ChartOrigin()),
            ("description: a\ndescription: b\ndependencies: [{repository: 'file://../a'}]", ["../a"], ChartOrigin()),
            ("x: &x {dependencies: [{repository: 'file://../a'}]}\n<<: *x", ["../a", "../a"], ChartOrigin()),
            ("dependencies: [{repository: !!binary ZmlsZTovLy4uL2E=}]", ["../a"], ChartOrigin()),
            ("dependencies: [{repository: \"file://\u{301}/../a\"}]", ["\u{301}/../a"], ChartOrigin()),
            ("dependencies: [{name: a, repository: 'https://a.test'}]", [], ChartOrigin(hasRepositories: true)),
            (
                "dependencies: [{name: a, repository: '@corp'}, {repository: 'file://b'}]", ["b"],
                ChartOrigin(hasRepositories: true)
            ),
            (
                "dependencies: [{name: a, repository: 'oci://a.test'}, {name: b, repository: ''}, {name: c}]", [],
                ChartOrigin(hasRegistries: true)
            ),
            ("name: web", [], ChartOrigin()), ("", [], ChartOrigin()),
        ] as [(String, [String], ChartOrigin)]
    )
    func found(text: String, paths: [String], origin: ChartOrigin) throws {
        for file in ["Chart.yaml", "requirements.yaml"] {
            let found = try withChart(text, file: file) { try ChartDependencies(of: $0, name: "web") }
            #expect(found.paths == paths)
            #expect(found.origin == origin)
        }
    }

    @Test(
        "is refused where helm would read what nobody looked at",
        arguments: [
            (
                "dependencies: [{repository: 'file:///srv/x'}]",
                "web/Chart.yaml: file:///srv/x must be relative to the chart, such as file://../lib"
            ),
            (
                "d: 1\nd: 2\nDependencies: [{repository: 'file:///srv/x'}]",
                "web/Chart.yaml: file:///srv/x must be relative to the chart, such as file://../lib"
            ),
            ("dependencies: [", "web/Chart.yaml:"),
        ]
    )
    func refused(text: String, message: String) throws {
        try withChart(text) { directory in
            let words = refusal { try ChartDependencies(of: directory, name: "web") }
            #expect(words?.hasPrefix(message) == true, "\(words ?? "accepted")")
        }
    }
}
