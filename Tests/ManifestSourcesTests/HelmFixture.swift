import Manifests
import Glibc
import TestSupport
import Testing

@testable import ManifestSources

/// A repository with an application and a chart, and a stand-in for helm that writes down how it is called.
struct HelmFixture {
    /// The directory of everything, without links in its path.
    let root: String
    /// The application directory.
    var application: String { "\(repository)/apps/cart" }
    /// The top of the repository.
    var repository: String { "\(root)/repository" }
    /// The stand-in.
    var helm: String { "\(root)/bin/helm" }

    /// Hands out a fixture whose helm prints the manifest of a ConfigMap.
    static func with<Result>(
        helm script: String = HelmFixture.render("cm"),
        _ body: (HelmFixture) async throws -> Result
    ) async throws -> Result {
        try await withTemporaryDirectory { root in
            let fixture = HelmFixture(root: try ConfinedDirectory.resolve(root))
            try TestFiles.makeDirectory("\(fixture.repository)/.git")
            try fixture.write("name: web\nversion: 0.1.0\n", "repository/charts/web/Chart.yaml")
            try fixture.write("x: {{ .Values.a }}\n", "repository/charts/web/templates/cm.yaml")
            try fixture.write("name: own\nversion: 0.1.0\n", "repository/apps/cart/chart/Chart.yaml")
            try fixture.write("a: 1\n", "repository/apps/cart/values.yaml")
            try fixture.tool("helm", script)
            return try await body(fixture)
        }
    }

    /// A script that prints a ConfigMap as helm does.
    static func render(_ name: String) -> String {
        "printf '%s\\n' --- '# Source: web/templates/cm.yaml' 'apiVersion: v1' 'kind: ConfigMap' 'metadata: {name: \(name)}'"
    }

    /// Writes a file.
    func write(_ text: String, _ path: String) throws { try TestFiles.write(text, to: "\(root)/\(path)") }

    /// Makes a stand-in that writes its arguments, directory and input to `calls`, and then runs a script; in that `$root`
    /// is the directory of everything.
    func tool(_ name: String, _ script: String) throws {
        let recording = """
            #!/bin/sh
            root='\(root)'
            { printf '%s:' \(name); printf ' %s' "$@"; printf '\\n'; } >> "$root/calls"
            pwd >> "$root/directories"
            cat >> "$root/input"

            """
        try write(recording + script + "\n", "bin/\(name)")
        try #require(chmod("\(root)/bin/\(name)", 0o755) == 0)
    }

    /// What the tools were called with, one line for each call.
    var calls: [String] { lines("calls") }

    /// The lines of a file, none when it is not there.
    func lines(_ name: String) -> [String] {
        ((try? TestFiles.text("\(root)/\(name)")) ?? "").split(separator: "\n").map(String.init)
    }

    /// The stand-ins that there are.
    var tools: Tools {
        let made = [Tool.helm, .git].filter { access("\(root)/bin/\($0.rawValue)", X_OK) == 0 }
        return Tools(
            paths: Dictionary(uniqueKeysWithValues: made.map { ($0, "\(root)/bin/\($0.rawValue)") }),
            environment: ["PATH": "/usr/local/bin:/usr/bin:/bin", "HOME": root]
        )
    }

    /// A request for the application, with a chart.
    func request(_ edit: (inout HelmRelease) -> Void) -> LoadRequest {
        var release = HelmRelease(releaseName: "cart")
        edit(&release)
        var request = LoadRequest(directory: application)
        request.helm = release
        return request
    }

    /// The names of the objects of a release.
    func load(_ edit: (inout HelmRelease) -> Void) async throws -> [String] {
        try await ManifestLoader(tools: tools).load(request(edit)).manifests.map(\.name)
    }

    /// Why a release is refused.
    func refusal(_ edit: (inout HelmRelease) -> Void) async -> String? {
        do {
            _ = try await ManifestLoader(tools: tools).load(request(edit))
            return nil
        } catch {
            return "\(error)"
        }
    }
}
