import Manifests
import Testing

/// One object of a kind, and a change of it.
struct Sample: Sendable, CustomTestStringConvertible {
    let kind: String
    let plural: String
    let version: String
    /// `NAME` stands for a name that no other test has.
    let yaml: String
    /// The field that the change sets.
    let field: [String]
    let value: Value

    var testDescription: String { kind }

    static let all: [Sample] = [
        Sample("ConfigMap", "configmaps", "v1", "data: {a: \"1\"}", ["data", "a"], "2"),
        Sample("Secret", "secrets", "v1", "type: Opaque\ndata: {a: MQ==}", ["data", "a"], "Mg=="),
        Sample(
            "Deployment",
            "deployments",
            "apps/v1",
            """
            spec:
              replicas: 2
              selector: {matchLabels: {app: web}}
              template:
                metadata: {labels: {app: web}}
                spec: {containers: [{name: web, image: "shop/web:1", env: [{name: A, value: x}]}]}
            """,
            ["spec", "replicas"],
            1
        ),
        Sample(
            "Service",
            "services",
            "v1",
            "spec: {selector: {app: web}, ports: [{name: http, port: 80, protocol: TCP}]}",
            ["spec", "selector", "app"],
            "other"
        ),
        Sample(
            "VirtualService",
            "virtualservices",
            "networking.istio.io/v1",
            "spec: {hosts: [web], http: [{route: [{destination: {host: web}, weight: 100}]}]}",
            ["spec", "hosts"],
            ["web", "shop"]
        ),
        Sample(
            "ClusterRole",
            "clusterroles",
            "rbac.authorization.k8s.io/v1",
            "rules: [{apiGroups: [\"\"], resources: [pods], verbs: [get]}]",
            ["rules"],
            [["apiGroups": ["apps"], "resources": ["deployments"], "verbs": ["list"]]]
        ),
    ]

    private init(
        _ kind: String,
        _ plural: String,
        _ version: String,
        _ yaml: String,
        _ field: [String],
        _ value: Value
    ) {
        self.kind = kind
        self.plural = plural
        self.version = version
        self.yaml = yaml
        self.field = field
        self.value = value
    }

    /// The object in a namespace, with the label of the suite.
    func manifest(in place: TestNamespace) throws -> Manifest {
        var manifest = try place.manifest(
            "apiVersion: \(version)\nkind: \(kind)\nmetadata: {name: \(place.name)}\n\(yaml)\n"
        )
        manifest.setLabel(TestNamespace.label, TestNamespace.run)
        return manifest
    }
}
