import ManifestSources
import TestSupport
import Testing

@Suite("The templating method")
struct TemplatingMethodTests {
    @Test(
        "is the one of the conformance cases",
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

    @Test("TMPL-07 looks into the configured kustomize directory")
    func configuredDirectory() throws {
        try withTemporaryDirectory { directory in
            try TestFiles.write("", to: "\(directory)/overlays/eu/kustomization.yaml")
            let method = TemplatingMethod.kustomize(directory: "\(directory)/overlays/eu")
            #expect(try PlainFiles.templatingMethod(in: directory, kustomizeDirectory: "overlays/eu") == method)
            #expect(try PlainFiles.templatingMethod(in: "/x", kustomizeDirectory: "\(directory)/overlays/eu") == method)
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
