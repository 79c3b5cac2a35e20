package import Logging
package import ManifestSources
package import Stages

/// What all calls of piped share for as long as the process lives.
package struct Plugin: Sendable {
    /// What piped said at the start.
    package let settings: PluginSettings
    /// The clients of the clusters, with what they know.
    package let connections: ClusterConnections
    /// What runs in the clusters.
    package let liveStates: LiveStateStore
    /// What came of comparing that with Git.
    package let comparisons = DriftCache()
    /// The programs that render manifests.
    package let tools: Tools
    /// Piped, which keeps logs and metadata.
    package let piped: PipedClient
    /// Asks running stages to end, when the process is to stop.
    package let shutdown: StopSignal
    /// How long calls in progress may take to end once the process is to stop.
    package let grace: Duration
    /// The process that started this one.
    package let parent: ParentWatch
    /// The calls and stages that are not over yet.
    package let running: RunningCalls
    /// The chart repositories that helm is told of at the start.
    package let charts: ChartSources
    /// What the operator of piped sees.
    package let log: Logger

    package init(
        settings: PluginSettings,
        connections: ClusterConnections,
        tools: Tools,
        piped: PipedClient,
        shutdown: StopSignal,
        grace: Duration = .seconds(25),
        parent: ParentWatch = ParentWatch(),
        running: RunningCalls = RunningCalls(),
        charts: ChartSources? = nil,
        log: Logger = Logger(label: "flotilla") { _ in SwiftLogNoOpLogHandler() }
    ) {
        self.settings = settings
        self.connections = connections
        liveStates = LiveStateStore(connections: connections)
        self.tools = tools
        self.piped = piped
        self.shutdown = shutdown
        self.grace = grace
        self.parent = parent
        self.running = running
        self.charts = charts ?? ChartSources(tools: tools)
        self.log = log
    }
}
