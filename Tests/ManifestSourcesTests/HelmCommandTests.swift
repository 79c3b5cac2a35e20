import Testing

@testable import ManifestSources

@Suite("The command line of helm")
struct HelmCommandTests {
    private func arguments(_ release: HelmRelease) throws -> String {
        try HelmCommand(release, chart: HelmChartSource(release.chart)).arguments.joined(separator: " ")
    }

    private func release(_ name: String = "cart", _ chart: (inout HelmRelease.Chart) -> Void) -> HelmRelease {
        var release = HelmRelease(releaseName: name)
        chart(&release.chart)
        return release
    }

    /// A change of a release.
    struct Edit: Sendable {
        let apply: @Sendable (inout HelmRelease) -> Void

        init(_ apply: @escaping @Sendable (inout HelmRelease) -> Void) { self.apply = apply }
    }

    @Test("ARGV-01 has every option in its order, and the pairs of a map by their keys")
    func everything() throws {
        var release = release("cart-eu") { $0.path = "../charts/web" }
        release.namespace = "shop"
        release.setValues = ["b": "2", "a": "1"]
        release.valueFiles = ["values.yaml", "eu/values.yaml"]
        release.setFiles = ["motd": "motd.txt"]
        release.apiVersions = ["monitoring.coreos.com/v1"]
        release.kubeVersion = "1.30.0"
        #expect(
            try arguments(release) == "template --no-hooks --include-crds --dependency-update cart-eu ../charts/web "
                + "--namespace=shop --set a=1 --set b=2 -f values.yaml -f eu/values.yaml --set-file motd=motd.txt "
                + "--api-versions monitoring.coreos.com/v1 --kube-version 1.30.0"
        )
    }

    @Test("ARGV-02 is short for a chart on disk and no options")
    func nothing() throws {
        let expected = "template --no-hooks --include-crds --dependency-update cart chart"
        #expect(try arguments(release { $0.path = "chart" }) == expected)
        #expect(try arguments(release { ($0.path, $0.version) = ("chart", "1.2.3") }) == expected)
    }

    @Test(
        "ARGV-03 names a chart of a repository with its version, and says when no certificate is needed",
        arguments: [
            (true, "corp", "corp/web --version=1.2.3 --insecure-skip-tls-verify --namespace=shop"),
            (false, "corp", "corp/web --version=1.2.3 --namespace=shop"),
            (true, "oci://registry.test/charts", "oci://registry.test/charts/web --version=1.2.3 --namespace=shop"),
        ]
    )
    func repository(isInsecure: Bool, repository: String, rest: String) throws {
        var release = release { ($0.repository, $0.name, $0.version) = (repository, "web", "1.2.3") }
        release.namespace = "shop"
        release.insecureRepository = isInsecure
        #expect(try arguments(release) == "template --no-hooks --include-crds --dependency-update cart " + rest)
    }

    @Test("has one argument for each text, whatever characters are in it")
    func characters() throws {
        var release = release { $0.path = "a chart" }
        release.setValues = ["a": "-1", "b": "$(x); 'y'\n"]
        release.setFiles = ["a\\.b": "f=g"]
        let arguments = try HelmCommand(release, chart: .local(path: "a chart")).arguments
        let expected = ["a chart", "--set", "a=-1", "--set", "b=$(x); 'y'\n", "--set-file", "a\\.b=f=g"]
        #expect(arguments.suffix(7) == expected)
    }

    @Test(
        "is refused when a text would become a flag, or is none",
        arguments: [
            (Edit { $0.releaseName = "--debug" }, "helmOptions.releaseName: \"--debug\""),
            (Edit { $0.chart.path = "-c" }, "helmChart: \"-c\""),
            (Edit { $0.setValues = ["-f": "x"] }, "helmOptions.setValues: \"-f\""),
            (Edit { $0.valueFiles = ["-f"] }, "helmOptions.valueFiles: \"-f\""),
            (Edit { $0.setFiles = ["-f": "x"] }, "helmOptions.setFiles: \"-f\""),
            (Edit { $0.apiVersions = ["-a"] }, "helmOptions.apiVersions: \"-a\""),
            (Edit { $0.kubeVersion = "-k" }, "helmOptions.kubeVersion: \"-k\""),
        ] as [(Edit, String)]
    )
    func flags(edit: Edit, place: String) throws {
        var release = release { $0.path = "chart" }
        edit.apply(&release)
        let message = "\(place) must not begin with \"-\", helm would take it for a flag"
        #expect(refusal { try arguments(release) } == message)
        release.releaseName = ""
        #expect(refusal { try arguments(release) }?.hasPrefix("helmOptions.releaseName: must not be empty") == true)
    }

    @Test(
        "is refused when helm would split the name of a file, and read another one",
        arguments: [
            (Edit { $0.valueFiles = ["v.yaml,/etc/passwd"] }, "valueFiles: \"v.yaml,/etc/passwd\" has a comma"),
            (
                Edit { $0.valueFiles = ["https://a.test/v,/etc/passwd"] },
                "valueFiles: \"https://a.test/v,/etc/passwd\" has a comma"
            ),
            (Edit { $0.valueFiles = ["\"a\""] }, "valueFiles: \"\"a\"\" has a comma"),
            (Edit { $0.setFiles = ["a": "x,b=/etc/passwd"] }, "setFiles: \"a=x,b=/etc/passwd\" has a character"),
            (Edit { $0.setFiles = ["b=/etc/passwd,a": "x"] }, "setFiles: \"b=/etc/passwd,a=x\" has a character"),
            (Edit { $0.setFiles = ["a\\": "b=/etc/passwd"] }, "setFiles: \"a\\=b=/etc/passwd\" has a character"),
            (Edit { $0.setFiles = ["a": "{/etc/passwd}"] }, "setFiles: \"a={/etc/passwd}\" has a character"),
            (Edit { $0.valueFiles = ["a,\u{301}b"] }, "has a comma"),
            (Edit { $0.valueFiles = ["a\r\nb"] }, "has a comma"),
            (Edit { $0.releaseName = "-\u{301}" }, "must not begin"),
            (Edit { $0.setValues = ["a\0": "x"] }, "setValues: has a zero byte"),
            (Edit { $0.setValues = ["a": "x\0"] }, "setValues: has a zero byte"),
            (Edit { $0.chart.path = "a\0" }, "helmChart: has a zero byte"),
        ] as [(Edit, String)]
    )
    func splits(edit: Edit, message: String) throws {
        var release = release { $0.path = "chart" }
        edit.apply(&release)
        let refusal = refusal { try arguments(release) }
        #expect(refusal?.contains(message) == true, "\(refusal ?? "accepted")")
    }
}
