package import KubernetesAPI
package import Logging
package import Stages
import ManifestSources
import Rollouts

/// The plugin from its start to its end: the server, the connection to piped, and what goes on beside them.
package struct PluginProcess: Sendable {
    /// What does not come from piped's JSON.
    package struct Options: Sendable {
        /// How long calls in progress may take to end once the process is to stop.
        package var grace: Duration
        /// The variables of the process.
        package var environment: [String: String]
        /// What every client of a cluster is made with.
        package var clients: ClusterClient.Options
        /// The process that started this one.
        package var parent: ParentWatch

        package init(
            grace: Duration,
            environment: [String: String],
            clients: ClusterClient.Options = ClusterClient.Options(),
            parent: ParentWatch = ParentWatch()
        ) {
            self.grace = grace
            self.environment = environment
            self.clients = clients
            self.parent = parent
        }
    }

    private let settings: PluginSettings
    private let piped: PipedAddress
    private let options: Options
    private let log: Logger
    /// The calls that are not answered yet.
    let running = RunningCalls()

    package init(_ settings: PluginSettings, piped: PipedAddress, options: Options, log: Logger) {
        self.settings = settings
        self.piped = piped
        self.options = options
        self.log = log
    }

    /// Serves until a stop is asked for or the process that started this one is gone, and every call is answered.
    ///
    /// - Parameters:
    ///   - shutdown: Asks for the stop.
    ///   - onOverdue: Is called when that takes too long, with whether calls are cut off by it; it ends the process.
    /// - Throws: When the port is taken.
    package func run(until shutdown: StopSignal, onOverdue: @escaping @Sendable (_ cutsOff: Bool) -> Void) async throws
    {
        let cutOff = StopSignal()
        try await withThrowingTaskGroup(of: Void.self) { group in
            group.addTask {
                await shutdown.wait()
                try await Task.sleep(for: options.grace)
                guard running.areSome else {
                    log.info("stopped, though a connection is still open")
                    return onOverdue(false)
                }
                log.error("stopping now, though this still runs: \(running)")
                // Tools are killed when nobody waits for them any more; else they would outlive this process.
                cutOff.request()
                try await Task.sleep(for: .seconds(1))
                onOverdue(true)
            }
            group.addTask {
                try await options.parent.wait()
                log.warning("stopping, because the process that started this one is gone")
                shutdown.request()
            }
            defer { group.cancelAll() }
            do {
                try await cutOff.aborting { try await serve(until: shutdown) }
                log.info("stopped")
            } catch is CancellationError where !Task.isCancelled {
                onOverdue(true)
            }
        }
    }

    private func serve(until shutdown: StopSignal) async throws {
        try await PipedClient.connected(to: piped, logger: log) { client in
            let plugin = makePlugin(client, shutdown)
            try await withThrowingTaskGroup(of: Void.self) { group in
                group.addTask { try await shutdown.aborting { await register(plugin.charts) } }
                group.addTask { try await shutdown.aborting { await plugin.liveStates.run() } }
                defer { group.cancelAll() }
                try await PluginServer(plugin).serve { port in
                    log.info(
                        "listening on 127.0.0.1:\(port)",
                        metadata: ["piped": "\(piped)", "deployTargets": .array(settings.targets.map { "\($0.name)" })]
                    )
                }
            }
        }
    }

    private func makePlugin(_ client: PipedClient, _ shutdown: StopSignal) -> Plugin {
        let configuration = settings.configuration
        let tools = Tools(
            paths: configuration.tools.byTool,
            environment: options.environment,
            settingPrefix: "tools.",
            install: client.install
        )
        return Plugin(
            settings: settings,
            connections: ClusterConnections(
                engine: HTTPEngine(),
                environment: options.environment,
                options: options.clients
            ),
            tools: tools,
            piped: client,
            shutdown: shutdown,
            grace: options.grace,
            parent: options.parent,
            running: running,
            charts: ChartSources(configuration, tools: tools),
            log: log
        )
    }

    private func register(_ charts: ChartSources) async {
        do {
            try await charts.register()
        } catch {
            guard !error.isCancelled else { return }
            log.warning("charts: \(error); renders that need them try again")
        }
    }
}

extension ToolPaths {
    fileprivate var byTool: [Tool: String] {
        [Tool.kustomize: kustomize, .helm: helm, .kubectl: kubectl].compactMapValues(\.self)
    }
}

extension ChartSources {
    fileprivate convenience init(_ configuration: PluginConfiguration, tools: Tools) {
        self.init(
            repositories: configuration.chartRepositories.map { source in
                var repository = HelmRepository(name: source.name, address: source.address)
                repository.username = source.username
                repository.password = source.password
                repository.insecure = source.insecure
                return repository
            },
            registries: configuration.chartRegistries.map { source in
                var registry = HelmRegistry(address: source.address)
                registry.username = source.username
                registry.password = source.password
                return registry
            },
            tools: tools
        )
    }
}
