import Manifests
import Rollouts
import TestSupport
import Testing

@testable import Stages

/// A small application: a Deployment of four pods, its Service, a ConfigMap and a Secret, and routes where asked for.
struct TestApplication: Sendable {
    /// How requests come to a variant.
    enum Routing: Sendable, CaseIterable {
        case podSelector, istio, gatewayAPI
    }

    var routing = Routing.podSelector
    var image = "registry.test/shop/orders:1.4.0"
    /// What the ConfigMap holds.
    var region = "eu"
    var createsNamespace = false
    /// The references of the workloads that have variants.
    var workloads = "[]"
    /// Manifests beside those that are always there.
    var more: [String] = []
    /// Manifests in the place of all others.
    var only: [String]?
    /// What tells applications in one namespace apart.
    var suffix = ""

    /// Runs a body with the application's files on disk and a request for one of its stages, after the version that ran before.
    func withRequest<Result>(
        _ stage: String,
        _ options: String,
        fleet: TestFleet,
        after running: TestApplication? = nil,
        _ body: (StageRequest) async throws -> Result
    ) async throws -> Result {
        try await withTemporaryDirectory { directory in
            let application = try load(in: "\(directory)/new", namespace: fleet.name)
            let before = try running?.load(in: "\(directory)/old", namespace: fleet.name)
            let name = try #require(StageName(stage))
            let decoded = StageOptions.decode(
                try Value(yaml: options),
                for: name.kind,
                spec: application.configuration.plugin
            )
            let request = StageRequest(
                stage: name,
                options: try #require(decoded.value, "\(decoded.problems)"),
                application: application,
                identity: Application.Identity(
                    piped: "agent-7",
                    application: "app-\(fleet.name)\(suffix)",
                    commit: "c0ffee2"
                ),
                targets: fleet.targets,
                running: before.map { RunningVersion(application: $0, commit: "c0ffee1") }
            )
            return try await body(request)
        }
    }

    private func load(in directory: String, namespace: String) throws -> Application {
        try TestFiles.write(applicationFile(namespace: namespace), to: "\(directory)/app.pipecd.yaml")
        try TestFiles.write(manifests, to: "\(directory)/all.yaml")
        return try Application.load(directory: directory)
    }

    private func applicationFile(namespace: String) -> String {
        let share = routing == .podSelector ? "{all: canary}" : "{canary: 30}"
        let canary = routing == .gatewayAPI ? "{createService: true}" : "{}"
        let stages = "[{name: K8S_CANARY_ROLLOUT, with: \(canary)}, {name: K8S_TRAFFIC_ROUTING, with: \(share)}]"
        let traffic =
            switch routing {
            case .podSelector: "{method: podselector}"
            case .istio: "{method: istio, istio: {virtualService: {name: orders-routes}}}"
            case .gatewayAPI: "{method: gatewayapi, gatewayapi: {route: {name: orders-routes}}}"
            }
        return """
            apiVersion: pipecd.dev/v1beta1
            kind: Application
            spec:
              name: orders
              pipeline: {stages: \(stages)}
              plugins:
                kubernetes_multicluster:
                  input: {namespace: \(namespace), autoCreateNamespace: \(createsNamespace)}
                  service: {name: orders}
                  workloads: \(workloads)
                  trafficRouting: \(traffic)

            """
    }

    private var manifests: String {
        let routes =
            switch routing {
            case .podSelector: [String]()
            case .istio: [virtualService]
            case .gatewayAPI: [httpRoute]
            }
        let parts = only ?? [deployment, service, configMap, secret] + routes + more
        return parts.joined(separator: "---\n")
    }

    private var deployment: String {
        """
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
                - name: web
                  image: "\(image)"
                  ports: [{containerPort: 8080, protocol: TCP}]
                  envFrom: [{configMapRef: {name: orders-settings}}]
                  env: [{name: DSN, valueFrom: {secretKeyRef: {name: orders-db, key: dsn}}}]

        """
    }

    private var service: String {
        """
        apiVersion: v1
        kind: Service
        metadata: {name: orders}
        spec:
          selector: {app: orders\(routing == .istio ? "" : ", pipecd.dev/variant: primary")}
          ports: [{name: http, port: 80, targetPort: 8080, protocol: TCP}]

        """
    }

    private var configMap: String {
        """
        apiVersion: v1
        kind: ConfigMap
        metadata: {name: orders-settings}
        data: {LOG_LEVEL: info, REGION: "\(region)"}

        """
    }

    private let secret = """
        apiVersion: v1
        kind: Secret
        metadata: {name: orders-db}
        type: Opaque
        data: {dsn: cG9zdGdyZXM6Ly91OnBAZGIvb3JkZXJz}

        """

    private let httpRoute = """
        apiVersion: gateway.networking.k8s.io/v1
        kind: HTTPRoute
        metadata: {name: orders-routes}
        spec: {rules: [{name: main, backendRefs: [{name: orders, port: 80}]}]}

        """

    private let virtualService = """
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
}
