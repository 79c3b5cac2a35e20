import Glibc
import ManifestSources
import TestSupport
import Testing

@Suite("The templating method")
struct TemplatingMethodTests {
    @Test(
        "TMPL-01 to TMPL-05 is that of the chart, else of the files there are",
        arguments: [
            ("TMPL-01 helm beats kustomize", "kustomization.yaml", true, .helm),
            ("TMPL-02 kustomization.yml", "kustomization.yml", false, .kustomize(directory: "")),
            ("TMPL-03 Kustomization", "Kustomization", false, .kustomize(directory: "")),
            ("TMPL-04 other YAML only", "deploy.yaml", false, .plain),
            ("TMPL-05 lower-case kustomization without extension", "kustomization", false, .plain),
        ] as [(String, String, Bool, TemplatingMethod)]
    )
    func chosen(name: String, file: String, hasHelmChart: Bool, method: TemplatingMethod) throws {
        try withTemporaryDirectory { directory in
            try TestFiles.write("", to: "\(directory)/\(file)")
            let found = try PlainFiles.templatingMethod(in: directory, hasHelmChart: hasHelmChart)
            #expect(found == (method == .kustomize(directory: "") ? .kustomize(directory: directory) : method))
        }
    }

    @Test(
        "LDR-06, LDR-11 is kustomize in a directory with a file of that name, and helm with a chart",
        arguments: [
            ("LDR-06", "Kustomization", false, true), ("LDR-06", "Kustomization", true, false),
            ("LDR-11", "kustomization.yml", false, true), ("LDR-11", "kustomization.json", false, false),
        ] as [(String, String, Bool, Bool)]
    )
    func kustomize(id: String, file: String, hasHelmChart: Bool, isKustomize: Bool) throws {
        try withTemporaryDirectory { directory in
            try TestFiles.write("", to: "\(directory)/\(file)")
            try TestFiles.write(configMap("a"), to: "\(directory)/a.yaml")
            let found = try PlainFiles.templatingMethod(in: directory, hasHelmChart: hasHelmChart)
            let other: TemplatingMethod = hasHelmChart ? .helm : .plain
            #expect(found == (isKustomize ? .kustomize(directory: directory) : other))
        }
    }

    @Test("BEYOND-20 is refused for a kustomize directory outside of the application, however it is named")
    func outside() throws {
        try withTemporaryDirectory { root in
            try TestFiles.write("", to: "\(root)/app/a.yaml")
            for other in ["other", "app-two"] { try TestFiles.write("", to: "\(root)/\(other)/kustomization.yaml") }
            try #require(symlink("../other", "\(root)/app/link") == 0)
            for name in ["../other", "../app-two", "\(root)/other", "link"] {
                let error = #expect(throws: ManifestSourceError.self) {
                    try PlainFiles.templatingMethod(in: "\(root)/app", kustomizeDirectory: name)
                }
                #expect(error?.description.hasSuffix(": lies outside of \(root)/app") == true, "\(error as Any)")
                let method = try PlainFiles.templatingMethod(
                    in: "\(root)/app",
                    kustomizeDirectory: name,
                    confinedTo: root
                )
                #expect(method == .kustomize(directory: name.hasPrefix("/") ? name : "\(root)/app/\(name)"))
            }
        }
    }

    @Test("TMPL-07 looks into the configured kustomize directory")
    func configuredDirectory() throws {
        try withTemporaryDirectory { directory in
            try TestFiles.write("", to: "\(directory)/overlays/eu/kustomization.yaml")
            let absolute = "\(directory)/overlays/eu"
            let method = TemplatingMethod.kustomize(directory: absolute)
            #expect(try PlainFiles.templatingMethod(in: directory, kustomizeDirectory: "overlays/eu") == method)
            #expect(try PlainFiles.templatingMethod(in: directory, kustomizeDirectory: absolute) == method)
            #expect(try PlainFiles.templatingMethod(in: directory) == .plain)
        }
    }

    @Test("TMPL-08 is plain for a directory that does not exist")
    func missing() throws {
        #expect(try PlainFiles.templatingMethod(in: "/nowhere/at/all") == .plain)
    }

    @Test("is refused when the configured kustomize directory has no kustomization file")
    func unusable() throws {
        try withTemporaryDirectory { directory in
            try TestFiles.write("", to: "\(directory)/kustomization.yaml")
            let error = #expect(throws: ManifestSourceError.self) {
                try PlainFiles.templatingMethod(in: directory, kustomizeDirectory: "overlays")
            }
            #expect(
                error?.description == "the kustomize directory \"overlays\" has none of "
                    + "kustomization.yaml, kustomization.yml, Kustomization"
            )
        }
    }
}
