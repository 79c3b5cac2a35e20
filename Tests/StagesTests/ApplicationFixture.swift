import KubernetesAPI
import Manifests
import Rollouts
import TestSupport
import Testing

@testable import Stages

/// A small application in a directory of its own.
struct ApplicationFixture: Sendable {
    let directory: String

    /// Runs a body with the application's files in a new directory.
    static func with<Result>(
        _ files: [String: String],
        plugin: String = "{}",
        stages: String = "[]",
        _ body: (ApplicationFixture) async throws -> Result
    ) async throws -> Result {
        try await withTemporaryDirectory { directory in
            let application = """
                apiVersion: pipecd.dev/v1beta1
                kind: Application
                spec:
                  name: orders
                  pipeline: {stages: \(stages)}
                  plugins: {kubernetes_multicluster: \(plugin)}
                """
            try TestFiles.write(application, to: "\(directory)/app.pipecd.yaml")
            for (name, text) in files { try TestFiles.write(text, to: "\(directory)/\(name)") }
            return try await body(ApplicationFixture(directory: directory))
        }
    }

    /// A request for a stage; options are written as in the application file.
    func request(
        _ stage: String,
        _ options: String = "{}",
        targets: [DeployTarget],
        commit: String = "c0ffee2"
    ) throws -> StageRequest {
        let application = try Application.load(directory: directory)
        let name = try #require(StageName(stage))
        let decoded = StageOptions.decode(
            try #require(try YAML.documents(in: Array(options.utf8), file: "with").first?.value),
            for: name.kind,
            spec: application.configuration.plugin
        )
        return StageRequest(
            stage: name,
            options: try #require(decoded.value, "\(decoded.problems)"),
            application: application,
            identity: Application.Identity(piped: "agent-7", application: "app-orders", commit: commit),
            targets: targets
        )
    }

    /// The plan of a stage for targets of which only the names are known.
    func plan(_ stage: String, _ options: String = "{}", targets: [String] = ["eu"]) async throws -> StagePlan {
        let offline = targets.map { DeployTarget(name: $0, access: .offline) }
        let runner = StageRunner(connections: ClusterConnections(engine: HTTPEngine()))
        return try await runner.plan(try request(stage, options, targets: offline))
    }
}

/// Manifests that many tests use.
enum Text {
    /// A Deployment of four pods; the variant label is in its selector when asked for.
    static func deployment(
        _ name: String = "orders",
        image: String = "registry.test/shop/orders:1.4.0",
        replicas: Int = 4,
        variant: Bool = false
    ) -> String {
        let label = variant ? ", pipecd.dev/variant: primary" : ""
        return """
            apiVersion: apps/v1
            kind: Deployment
            metadata: {name: \(name), labels: {app: \(name)}}
            spec:
              replicas: \(replicas)
              selector: {matchLabels: {app: \(name)\(label)}}
              template:
                metadata: {labels: {app: \(name)\(label)}}
                spec:
                  containers:
                    - {name: web, image: "\(image)", ports: [{containerPort: 8080, protocol: TCP}]}

            """
    }

    /// A Service of one port; the variant label is in its selector when asked for.
    static func service(_ name: String = "orders", variant: Bool = false) -> String {
        """
        apiVersion: v1
        kind: Service
        metadata: {name: \(name)}
        spec:
          selector: {app: \(name)\(variant ? ", pipecd.dev/variant: primary" : "")}
          ports: [{name: http, port: 80, targetPort: 8080, protocol: TCP}]

        """
    }

    static let configMap = """
        apiVersion: v1
        kind: ConfigMap
        metadata: {name: orders-settings}
        data: {LOG_LEVEL: info, REGION: eu}

        """

    static let secret = """
        apiVersion: v1
        kind: Secret
        metadata: {name: orders-db}
        type: Opaque
        data: {dsn: cG9zdGdyZXM6Ly91OnBAZGIvb3JkZXJz}

        """

    static let virtualService = """
        apiVersion: networking.istio.io/v1
        kind: VirtualService
        metadata: {name: orders-routes}
        spec:
          hosts: [orders]
          http:
            - name: main
              route:
                - {destination: {host: orders, subset: primary}, weight: 100}

        """

    static let istio = """
        {service: {name: orders}, trafficRouting: {method: istio, istio: {virtualService: {name: orders-routes}}}}
        """
}

extension ClusterPlan {
    /// The steps as `action key`, for comparing plans.
    var summary: [String] {
        steps.flatMap { step in step.resources.map { "\(step.action) \($0)" } }
    }
}
