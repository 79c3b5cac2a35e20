import Glibc
import TestSupport
import Testing

@testable import ManifestSources

@Suite("What a kustomization names")
struct KustomizationWalkTests {
    /// The directories that a walk from `repo/app` finds, relative to `repo`, or its problems.
    private func walk(_ files: [String: String], isStrict: Bool = false) throws -> (found: [String], problems: [String])
    {
        try withTemporaryDirectory { directory in
            let root = try ConfinedDirectory.resolve(directory) + "/repo"
            try TestFiles.write("", to: "\(root)/app/x.yaml")
            try TestFiles.write("", to: "\(root)/../team-b/kustomization.yaml")
            try #require(symlink("../../team-b", "\(root)/app/link") == 0)
            for (name, text) in files { try TestFiles.write(text.replacing("ROOT", with: root), to: "\(root)/\(name)") }
            do throws(ManifestSourceError) {
                let found = try KustomizationWalk.directories(from: "\(root)/app", in: root, isStrict: isStrict)
                return (found.map { String($0.dropFirst(root.count + 1)) }, [])
            } catch {
                return ([], error.problems.map { $0.replacing(root, with: "ROOT") })
            }
        }
    }

    private func problems(_ kustomization: String, isStrict: Bool = false) throws -> [String] {
        try walk(["app/kustomization.yaml": kustomization], isStrict: isStrict).problems
    }

    private static let paths = [
        "../../team-b", "../../../../../../../../../etc/hostname", "/etc/hostname", "link/x", "link",
    ]

    @Test(
        "must lie in the repository, links resolved",
        arguments: [
            ("resources: [PATH]", "resources"), ("bases: [PATH]", "bases"), ("components: [PATH]", "components"),
            ("generators: [PATH]", "generators"), ("transformers: [PATH]", "transformers"),
            ("validators: [PATH]", "validators"), ("configurations: [PATH]", "configurations"),
            ("crds: [PATH]", "crds"),
            ("openapi: {path: PATH}", "openapi.path"), ("patches: [{path: PATH}]", "patches.path"),
            ("patchesJson6902: [{path: PATH}]", "patchesJson6902.path"),
            ("replacements: [{path: PATH}]", "replacements.path"),
            ("patchesStrategicMerge: [PATH]", "patchesStrategicMerge"),
            ("configMapGenerator: [{files: [PATH]}]", "configMapGenerator.files"),
            ("configMapGenerator: [{files: [key=PATH]}]", "configMapGenerator.files"),
            ("configMapGenerator: [{envs: [a.env, PATH]}]", "configMapGenerator.envs"),
            ("secretGenerator: [{}, {files: [PATH]}]", "secretGenerator.files"),
            ("secretGenerator: [{env: PATH}]", "secretGenerator.env"),
            ("secretGenerator: [{env: k=PATH}]", "secretGenerator.env"),
            ("helmCharts: [{name: a, valuesFile: PATH}]", "helmCharts.valuesFile"),
            ("helmCharts: [{name: a, additionalValuesFiles: [PATH]}]", "helmCharts.additionalValuesFiles"),
            ("helmChartInflationGenerator: [{values: PATH}]", "helmChartInflationGenerator.values"),
            ("Resources: [PATH]", "resources"), ("re\u{17F}ource\u{17F}: [PATH]", "resources"),
            ("helmcharts: [{VALUESFILE: PATH}]", "helmCharts.valuesFile"),
            ("x: &a {path: PATH}\npatches: [{<<: *a}]", "patches.path"),
        ]
    )
    func outside(text: String, field: String) throws {
        for path in Self.paths {
            let problem =
                "app/kustomization.yaml: \(field): \"\(path)\" lies outside of ROOT, links resolved; move it inside"
            #expect(try problems(text.replacing("PATH", with: path)) == [problem])
        }
        for path in ["x.yaml", "./sub/../x.yaml", "nothing", "../other/y.yaml", "..x/z", "ROOT/app/x.yaml"] {
            #expect(try problems(text.replacing("PATH", with: path)) == [], "\(path)")
        }
    }

    @Test(
        "may be far away, unless more is allowed than kustomize does by itself",
        arguments: [
            "https://github.com/a/b//base?ref=v1", "github.com/a/b//base?ref=v1", "git@github.com:a/b.git//base",
            "ssh://git@h/a/b",
        ]
    )
    func remote(address: String) throws {
        #expect(try problems("resources: [\"\(address)\"]\ncomponents: [\"\(address)\"]") == [])
        let refusal = "\"\(address)\" is not there, and may not be fetched with enable-helm or another load-restrictor"
        #expect(
            try problems("resources: [\"\(address)\", \"https://a.test/x.yaml\"]", isStrict: true) == [
                "app/kustomization.yaml: resources: \(refusal)"
            ]
        )
    }

    @Test(
        "for helm to write to must be in the repository and relative to something in it",
        arguments: [
            ("helmGlobals: {chartHome: PATH}", "helmGlobals.chartHome"),
            ("helmGlobals: {configHome: PATH}", "helmGlobals.configHome"),
            ("helmChartInflationGenerator: [{chartHome: PATH}]", "helmChartInflationGenerator.chartHome"),
            ("helmChartInflationGenerator: [{helmHome: PATH}]", "helmChartInflationGenerator.helmHome"),
        ]
    )
    func homes(text: String, field: String) throws {
        for path in ["../../x", "link/new/charts"] {
            let problem =
                "app/kustomization.yaml: \(field): \"\(path)\" lies outside of ROOT, links resolved; move it inside"
            #expect(try problems(text.replacing("PATH", with: path)) == [problem])
        }
        let problem = "app/kustomization.yaml: \(field): \"ROOT/app\" must be a relative path"
        #expect(try problems(text.replacing("PATH", with: "ROOT/app")) == [problem])
        let found = try walk(["app/kustomization.yaml": text.replacing("PATH", with: "../new/charts")]).found
        #expect(found == ["app", "new/charts"])
    }

    @Test(
        "for helm must be no flag and no program, and no way out of where its charts are",
        arguments: [
            (
                "helmCharts: [{releaseName: '--post-renderer=./x.sh'}]",
                "helmCharts.releaseName: \"--post-renderer=./x.sh\" must not begin with a dash"
            ),
            ("helmCharts: [{repo: '-x'}]", "helmCharts.repo: \"-x\" must not begin with a dash"),
            (
                "helmCharts: [{name: a/../../../b}]",
                "helmCharts.name: \"a/../../../b\" must not lead out of where the charts are"
            ),
            ("helmCharts: [{version: ../b}]", "helmCharts.version: \"../b\" must not lead out of where the charts are"),
            (
                "helmChartInflationGenerator: [{helmBin: ./x.sh}]",
                "helmChartInflationGenerator.helmBin: is not allowed, because it decides which program runs; remove it"
            ),
            (
                "helmChartInflationGenerator: [{extraArgs: [--post-renderer, ./x.sh]}]",
                "helmChartInflationGenerator.extraArgs: is not allowed, because it decides which program runs; remove it"
            ),
        ]
    )
    func helm(text: String, problem: String) throws {
        #expect(try problems(text).first == "app/kustomization.yaml: \(problem)")
        #expect(
            try problems("generators: [\"{items: \(text.replacing("'", with: "").drop { $0 != "[" })}\"]").count
                == problems(text).count
        )
    }

    @Test("is looked through as well, each once, in circles too")
    func nested() throws {
        let files = [
            "app/kustomization.yaml": "resources: [../base, x.yaml]\ncomponents: [../part/one]",
            "base/kustomization.yml": "bases: [../app, ../part/two]",
            "part/one/Kustomization": "resources: [\"../../base/\"]",
            "part/two/kustomization.yaml": "",
        ]
        #expect(try walk(files).found == ["app", "base", "part/one", "part/two"])
        let bad = files.merging(["part/two/kustomization.yaml": "resources: [../../../team-b, a]\ncrds: [/etc/x]"]) {
            $1
        }
        #expect(
            try walk(bad).problems == [
                "part/two/kustomization.yaml: resources: \"../../../team-b\" lies outside of ROOT, links resolved; move it inside",
                "part/two/kustomization.yaml: crds: \"/etc/x\" lies outside of ROOT, links resolved; move it inside",
            ]
        )
    }

    @Test(
        "as a generator, transformer or validator is looked through as well",
        arguments: [
            [
                "app/kustomization.yaml": "generators: [../gen.yaml]",
                "gen.yaml": "kind: A\n---\nkind: B\nfiles: [a=/etc/x]",
            ],
            [
                "app/kustomization.yaml": "transformers: [../gen.yaml]",
                "gen.yaml": "items: [{items: [{path: /etc/x}]}]",
            ],
            ["app/kustomization.yaml": "validators: [\"kind: A\\nPaths: [/etc/x]\"]"],
            [
                "app/kustomization.yaml": "generators: [../gen]", "gen/kustomization.yaml": "resources: [a.yaml]",
                "gen/a.yaml": "kind: A\nvaluesFile: /etc/x",
            ],
            [
                "app/kustomization.yaml": "generators: [../gen]", "gen/kustomization.yaml": "resources: [sub]",
                "gen/sub/kustomization.yaml": "resources: [a.yaml]",
                "gen/sub/a.yaml": "kind: A\nreplacements: [{path: /etc/x}]",
            ],
        ]
    )
    func plugins(files: [String: String]) throws {
        let problems = try walk(files).problems
        #expect(problems.count == 1)
        #expect(
            problems.first?.hasSuffix("/etc/x\" lies outside of ROOT, links resolved; move it inside") == true,
            "\(problems)"
        )
    }

    @Test("as a file of objects only is not looked into")
    func objects() throws {
        #expect(
            try walk(["app/kustomization.yaml": "resources: [y.yaml]", "app/y.yaml": "path: /etc/x\n---\na: ["])
                .problems == []
        )
    }

    @Test(
        "and cannot be read is refused with its place",
        arguments: [
            (
                "resources: [x.yaml]\nresources: []",
                "app/kustomization.yaml:2:1: key \"resources\" is there twice in one mapping; remove one"
            ),
            (
                "generators: [\"a: 1\\na: 2\"]",
                "app/kustomization.yaml: generators: inline:2:1: key \"a\" is there twice in one mapping; remove one"
            ),
        ]
    )
    func unreadable(text: String, problem: String) throws {
        #expect(try problems(text) == [problem])
    }

    @Test("as generators is refused where more is allowed, when it could change unseen")
    func strict() throws {
        let files = [
            "app/kustomization.yaml": "generators: [../gen]", "gen/kustomization.yaml": "namePrefix: a\nresources: []",
        ]
        #expect(try walk(files).problems == [])
        let options = "with enable-helm or another load-restrictor"
        #expect(
            try walk(files, isStrict: true).problems == [
                "gen/kustomization.yaml: namePrefix: may not be used for generators \(options)"
            ]
        )
        let address = "https://a.test/gen.yaml"
        #expect(try problems("generators: [\"\(address)\"]") == [])
        #expect(
            try problems("generators: [\"\(address)\"]", isStrict: true) == [
                "app/kustomization.yaml: generators: \"\(address)\" is not there, and may not be fetched \(options)"
            ]
        )
    }
}
