import FakeKubernetes
import GRPCCore
import GRPCListening
import GRPCNIOTransportHTTP2
import ManifestSources
import PipedAPI
import PipedPlugin
import Rollouts
import Stages
import TestSupport

@testable import KubernetesAPI

/// The plugin behind a port of its own, embedded clusters as its targets, and a piped that keeps its logs.
struct PluginFixture: Sendable {
    typealias Client = GRPCClient<HTTP2ClientTransport.Posix>

    /// Where source copies may be put.
    let directory: String
    let clusters: [FakeCluster]
    let plugin: Plugin
    let piped: RecordingPiped
    let service: PipedDeploymentService.Client<HTTP2ClientTransport.Posix>

    /// Runs a body with the plugin and a cluster for each name, which is also the name of a target.
    static func with<Answer: Sendable>(
        _ names: [String] = [],
        options: FakeClusterOptions = FakeClusterOptions(),
        patience: Duration = .seconds(60),
        grace: Duration = .seconds(60),
        parent: ParentWatch = ParentWatch(),
        helm: String? = nil,
        informer: AppStateInformer = AppStateInformer(),
        _ body: @escaping @Sendable (PluginFixture) async throws -> Answer
    ) async throws -> Answer {
        try await withTemporaryDirectory { directory in
            var clusters: [FakeCluster] = []
            var targets: [DeployTarget] = []
            for name in names {
                let cluster = try await FakeCluster.start(name: name, options: options)
                let path = "\(directory)/\(name).kubeconfig"
                try TestFiles.write(cluster.kubeconfigText(), to: path)
                clusters.append(cluster)
                targets.append(
                    DeployTarget(
                        name: name,
                        labels: ["place": name],
                        access: .cluster(path: path),
                        informer: informer
                    )
                )
            }
            let (known, configured) = (clusters, targets)
            var tools = Tools(environment: [:])
            if let helm = try helm.map({ try StandIn("helm", in: directory, $0) }) {
                tools = Tools(paths: [.helm: helm.path], environment: ["PATH": StandIn.systemPath])
            }
            let result = await Result {
                try await with(known, configured, tools, in: directory, patience, (grace, parent), body)
            }
            for cluster in clusters { try await cluster.shutdown() }
            return try result.get()
        }
    }

    private static func with<Answer: Sendable>(
        _ clusters: [FakeCluster],
        _ targets: [DeployTarget],
        _ tools: Tools,
        in directory: String,
        _ patience: Duration,
        _ stopping: (grace: Duration, parent: ParentWatch),
        _ body: @escaping @Sendable (PluginFixture) async throws -> Answer
    ) async throws -> Answer {
        let piped = RecordingPiped()
        return try await serving([piped]) { pipedClient in
            let plugin = plugin(targets, tools, PipedClient(pipedClient), stopping)
            return try await serving([DeploymentService(plugin, patience: patience)]) { client in
                let service = PipedDeploymentService.Client(wrapping: client)
                return try await body(
                    PluginFixture(
                        directory: directory,
                        clusters: clusters,
                        plugin: plugin,
                        piped: piped,
                        service: service
                    )
                )
            }
        }
    }

    private static func plugin(
        _ targets: [DeployTarget],
        _ tools: Tools,
        _ piped: PipedClient,
        _ stopping: (grace: Duration, parent: ParentWatch)
    ) -> Plugin {
        var options = ClusterClient.Options()
        options.retry.sleep = { _ in }
        return Plugin(
            settings: PluginSettings(name: "fleet", port: 0, configuration: PluginConfiguration(), targets: targets),
            connections: ClusterConnections(engine: HTTPEngine(), options: options),
            tools: tools,
            piped: piped,
            shutdown: StopSignal(),
            grace: stopping.grace,
            parent: stopping.parent,
            charts: ChartSources(
                repositories: [HelmRepository(name: "corp", address: "https://charts.test")],
                tools: tools
            )
        )
    }

    /// Runs a body with a client of services on a free port of the loopback.
    static func serving<Answer: Sendable>(
        _ services: [any RegistrableRPCService],
        _ body: @escaping @Sendable (Client) async throws -> Answer
    ) async throws -> Answer {
        let server = GRPCServer(
            transport: .http2NIOPosix(
                address: .ipv4(host: "127.0.0.1", port: 0),
                transportSecurity: .plaintext,
                config: .patient
            ),
            services: services
        )
        return try await withThrowingTaskGroup(of: Void.self) { group in
            group.addTask { try await server.serve() }
            let port = try await server.listeningAddress?.ipv4?.port ?? 0
            let transport = try HTTP2ClientTransport.Posix(
                target: .ipv4(address: "127.0.0.1", port: port),
                transportSecurity: .plaintext
            )
            let answer = await Result { try await withGRPCClient(transport: transport) { try await body($0) } }
            server.beginGracefulShutdown()
            try await group.waitForAll()
            return try answer.get()
        }
    }
}

extension HTTP2ServerTransport.Posix.Config {
    /// The configuration of a server that stops while somebody may connect.
    static var patient: Self {
        .defaults { $0.channelDebuggingCallbacks = .patient }
    }
}

extension Result where Failure == any Error {
    /// What a body returns or throws.
    fileprivate init(_ body: () async throws -> Success) async {
        do {
            self = .success(try await body())
        } catch {
            self = .failure(error)
        }
    }
}
