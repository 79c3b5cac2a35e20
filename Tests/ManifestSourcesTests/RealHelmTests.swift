import Manifests
import TestSupport
import Testing

@testable import ManifestSources

@Suite(
    "A real helm",
    .timeLimit(.minutes(5)),
    .enabled(if: SystemTool.path("helm") != nil, "helm is not installed")
)
struct RealHelmTests {
    private static let template = """
        apiVersion: v1
        kind: ConfigMap
        metadata:
          name: {{ .Release.Name }}
          labels: {namespace: "{{ .Release.Namespace }}"}
        data:
          set: {{ .Values.set | quote }}
          file: {{ .Values.file | quote }}
          text: {{ .Values.text | quote }}
          kubernetes: {{ .Capabilities.KubeVersion.Version | quote }}
          monitoring: {{ .Capabilities.APIVersions.Has "monitoring.coreos.com/v1" | quote }}

        """

    private func withChart(_ body: (_ fixture: HelmFixture, _ tools: Tools) async throws -> Void) async throws {
        try await HelmFixture.with { fixture in
            let dependency = "dependencies: [{name: common, version: 0.1.0, repository: 'file://../common'}]\n"
            try fixture.write(
                "apiVersion: v2\nname: web\nversion: 0.1.0\n" + dependency,
                "repository/charts/web/Chart.yaml"
            )
            try fixture.write("apiVersion: v2\nname: common\nversion: 0.1.0\n", "repository/charts/common/Chart.yaml")
            try fixture.write(Self.template, "repository/charts/web/templates/cm.yaml")
            try fixture.write("file: 2\n", "repository/apps/cart/eu:/values.yaml")
            try fixture.write("hello", "repository/apps/cart/text.txt")
            let helm = try #require(SystemTool.path("helm"))
            let environment = ["PATH": "/usr/local/bin:/usr/bin:/bin", "HOME": fixture.root]
            try await body(fixture, Tools(paths: [.helm: helm], environment: environment))
        }
    }

    @Test("takes every option, and a chart with one beside it")
    func options() async throws {
        try await withChart { fixture, tools in
            let request = fixture.request { release in
                release.chart.path = "../../charts/web"
                release.namespace = "shop"
                release.setValues = ["set": "1"]
                release.valueFiles = ["./eu:/values.yaml"]
                release.setFiles = ["text": "text.txt"]
                release.apiVersions = ["monitoring.coreos.com/v1"]
                release.kubeVersion = "1.30.0"
            }
            let manifest = try #require(try await ManifestLoader(tools: tools).load(request).manifests.first)
            #expect(manifest.name == "cart")
            #expect(manifest.object["metadata"]?["labels"]?["namespace"] == .string("shop"))
            let data = ["set": "1", "file": "2", "text": "hello", "kubernetes": "v1.30.0", "monitoring": "true"]
            #expect(manifest.object["data"] == .mapping(Mapping(data.map { ($0.key, .string($0.value)) })))
        }
    }

    @Test("has the namespace default when none is configured, and its mistakes name the template")
    func defaults() async throws {
        try await withChart { fixture, tools in
            let request = fixture.request { $0.chart.path = "../../charts/web" }
            let manifest = try #require(try await ManifestLoader(tools: tools).load(request).manifests.first)
            #expect(manifest.object["metadata"]?["labels"]?["namespace"] == .string("default"))
            try fixture.write("kind: X\na: [\n", "repository/charts/web/templates/cm.yaml")
            let error = await #expect(throws: ManifestSourceError.self) {
                try await ManifestLoader(tools: tools).load(request)
            }
            #expect(error?.description.contains("web/templates/cm.yaml") == true, "\(error as Any)")
        }
    }
}
