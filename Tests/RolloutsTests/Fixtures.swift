import Manifests
import Rollouts
import Testing

/// The manifests that the conformance cases share.
enum Fixture {
    /// FX-DEP, with the changes that cases ask for.
    static func deployment(
        name: String = "orders",
        image: String = "registry.test/shop/orders:1.4.0",
        replicas: String = "4"
    ) -> String {
        """
        apiVersion: apps/v1
        kind: Deployment
        metadata: {name: \(name), labels: {app: \(name)}}
        spec:
          replicas: \(replicas)
          selector: {matchLabels: {app: \(name)}}
          template:
            metadata: {labels: {app: \(name)}}
            spec:
              containers:
                - {name: web, image: "\(image)", ports: [{containerPort: 8080}]}
        """
    }

    /// FX-DEP-V.
    static let labelledDeployment = """
        apiVersion: apps/v1
        kind: Deployment
        metadata: {name: orders, labels: {app: orders}}
        spec:
          replicas: 4
          selector: {matchLabels: {app: orders, pipecd.dev/variant: primary}}
          template:
            metadata: {labels: {app: orders, pipecd.dev/variant: primary}}
            spec:
              containers:
                - {name: web, image: "registry.test/shop/orders:1.4.0", ports: [{containerPort: 8080}]}
        """

    /// FX-DEP-CFG.
    static let configuredDeployment = """
        apiVersion: apps/v1
        kind: Deployment
        metadata: {name: orders, labels: {app: orders}}
        spec:
          replicas: 4
          selector: {matchLabels: {app: orders}}
          template:
            metadata: {labels: {app: orders}}
            spec:
              containers:
                - name: web
                  image: "registry.test/shop/orders:1.4.0"
                  ports: [{containerPort: 8080}]
                  envFrom: [{configMapRef: {name: orders-settings}}]
                  env:
                    - {name: DSN, valueFrom: {secretKeyRef: {name: orders-db, key: dsn}}}
                    - {name: TZ, valueFrom: {configMapKeyRef: {name: platform-defaults, key: tz}}}
              volumes:
                - {name: s, configMap: {name: orders-settings}}
                - {name: d, secret: {secretName: orders-db}}
                - {name: p, configMap: {name: platform-defaults}}
        """

    /// FX-SVC.
    static let service = """
        apiVersion: v1
        kind: Service
        metadata: {name: orders}
        spec:
          selector: {app: orders}
          ports: [{name: http, port: 80, targetPort: 8080}]
        """

    /// FX-SVC-V, with another name or variant when a case asks for it.
    static func labelledService(name: String = "orders", variant: String = "primary") -> String {
        """
        apiVersion: v1
        kind: Service
        metadata: {name: \(name)}
        spec:
          selector: {app: orders, pipecd.dev/variant: \(variant)}
          ports: [{name: http, port: 80, targetPort: 8080}]
        """
    }

    /// FX-CM.
    static let configMap = """
        apiVersion: v1
        kind: ConfigMap
        metadata: {name: orders-settings}
        data: {LOG_LEVEL: info, REGION: eu}
        """

    /// FX-SEC.
    static let secret = """
        apiVersion: v1
        kind: Secret
        metadata: {name: orders-db}
        type: Opaque
        data: {dsn: cG9zdGdyZXM6Ly91OnBAZGIvb3JkZXJz}
        """

    /// FX-VS, with another HTTP part when a case asks for it.
    static func virtualService(
        name: String = "orders-routes",
        http: String = "[{name: main, route: [{destination: {host: orders, subset: primary}, weight: 100}]}]"
    ) -> String {
        """
        apiVersion: networking.istio.io/v1
        kind: VirtualService
        metadata: {name: \(name)}
        spec: {hosts: [orders], http: \(http)}
        """
    }

    /// CFG-ISTIO, with more under `istio` when a case asks for it.
    static func istio(_ more: String = "") -> String {
        """
        service: {name: orders}
        trafficRouting: {method: istio, istio: {virtualService: {name: orders-routes}\(more)}}
        """
    }
}

/// The node that a YAML text holds.
func value(_ yaml: String) throws -> Value {
    try YAML.documents(in: Array(yaml.utf8), file: "test.yaml").first?.value ?? .null
}

/// The manifests of some YAML texts, as they are before they get marks.
func manifests(_ texts: String...) throws -> [Manifest] {
    let parsed = ManifestParser.parse(Array(texts.joined(separator: "\n---\n").utf8), file: "")
    try #require(parsed.problems.isEmpty, "\(parsed.problems)")
    return try parsed.manifests.map { try Manifest($0.object) }
}

/// The manifests of some YAML texts, with the marks of the target commit.
func loaded(_ texts: String..., commit: String = "c0ffee2") throws -> [Manifest] {
    let owner = try Ownership(piped: "agent-7", application: "app-orders", commit: commit, deployTarget: "eu")
    return try manifests(texts.joined(separator: "\n---\n")).map(owner.mark)
}

/// Settings of an application, from YAML.
func spec(_ yaml: String = "{}") throws -> PluginSpec {
    try PluginSpec.decode(try value(yaml)).get()
}

/// Options of a stage, from YAML.
func options(_ with: String, for kind: StageKind, spec: PluginSpec = PluginSpec()) throws -> StageOptions {
    try StageOptions.decode(try value(with), for: kind, spec: spec).get()
}

/// An application file, read.
func application(_ yaml: String, plugin: String? = nil) throws -> Decoded<ApplicationConfiguration> {
    let documents = try YAML.documents(in: Array(yaml.utf8), file: "app.pipecd.yaml")
    return ApplicationConfiguration.decode(try #require(documents.first), plugin: plugin)
}

/// What an action throws, as text.
func message(_ body: () throws -> Void) -> String? {
    do {
        try body()
        return nil
    } catch {
        return "\(error)"
    }
}
