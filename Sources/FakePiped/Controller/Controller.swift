import GRPCCore
package import PipedAPI

/// The side of piped that calls plugins: it plans deployments, runs their stages, and asks for live state and previews.
package struct Controller: Sendable {
    let piped: FakePiped
    /// The plugins, in the order of the configuration.
    let plugins: [PluginConnection]
    /// Who runs a stage; a name that is offered twice belongs to the last plugin.
    let owners: [String: PluginConnection]

    static let pipedID = "piped-1"
    static let projectID = "project-1"
    /// A moment; the fake has no clock.
    static let now: Int64 = 1_700_000_000

    init(piped: FakePiped, plugins: [PluginConnection]) {
        (self.piped, self.plugins) = (piped, plugins)
        owners = Dictionary(plugins.flatMap { plugin in plugin.stages.map { ($0, plugin) } }) { $1 }
    }

    /// The stage names of a plugin.
    package func stages(of plugin: String) -> [String] {
        plugins.first { $0.name == plugin }?.stages ?? []
    }

    /// The plugins that take part: the owners of the pipeline's stages, else those that the file has a block for.
    func participants(_ file: ApplicationFile) throws(Refusal) -> [PluginConnection] {
        var names: [String] = []
        if !file.stages.isEmpty {
            for stage in file.stages {
                guard let owner = owners[stage.name] else {
                    throw Refusal(.notFound, "no plugin found for stage \(stage.name)")
                }
                if !names.contains(owner.name) { names.append(owner.name) }
            }
        } else {
            // In Go the order of a map is random.
            names = file.plugins.shuffled()
        }
        guard !names.isEmpty else { throw Refusal(.notFound, "no plugin found for the application") }
        var participants: [PluginConnection] = []
        for name in names {
            guard let plugin = plugins.first(where: { $0.name == name }) else {
                throw Refusal(.notFound, "no plugin found for name \(name)")
            }
            participants.append(plugin)
        }
        return participants
    }

    /// Writes into the journal that a plugin is called.
    func note(_ plugin: PluginConnection, _ method: String) {
        piped.note("\(plugin.name) \(method)")
    }

    /// Gives a deployment another status.
    func set(_ status: PipedDeploymentStatus, _ reason: String = "", of deployment: String) {
        piped.update { state in
            state.deployments[deployment]?.status = status
            state.deployments[deployment]?.statusReason = reason
            state.journal.append("deployment \(status.word)")
        }
    }
}

extension FakePiped {
    /// Connects to plugins in order and asks each for its stages, as piped does at the start; then runs a body.
    ///
    /// - Parameters:
    ///   - plugins: Names and ports, in the order of the configuration.
    ///   - body: What piped does once it is connected.
    /// - Returns: What the body gave.
    /// - Throws: `Crash` when piped would not start, and what the body throws.
    package func connected<Result: Sendable>(
        to plugins: [(name: String, port: Int)],
        _ body: @Sendable (Controller) async throws -> Result
    ) async throws -> Result {
        try await connected(to: plugins[...], [], body)
    }

    private func connected<Result: Sendable>(
        to rest: ArraySlice<(name: String, port: Int)>,
        _ connections: [PluginConnection],
        _ body: @Sendable (Controller) async throws -> Result
    ) async throws -> Result {
        guard let first = rest.first else { return try await body(Controller(piped: self, plugins: connections)) }
        return try await PluginConnection.with(first.name, port: first.port, piped: self) { connection in
            try await connected(to: rest.dropFirst(), connections + [connection], body)
        }
    }
}

extension PipedDeploymentStatus {
    /// The name without what all names begin with.
    package var word: String {
        switch self {
        case .deploymentPending: "PENDING"
        case .deploymentPlanned: "PLANNED"
        case .deploymentRunning: "RUNNING"
        case .deploymentRollingBack: "ROLLING_BACK"
        case .deploymentSuccess: "SUCCESS"
        case .deploymentFailure: "FAILURE"
        case .deploymentCancelled: "CANCELLED"
        case .UNRECOGNIZED(let number): "\(number)"
        }
    }
}

extension PipedStageStatus {
    /// The name without what all names begin with.
    package var word: String {
        switch self {
        case .stageNotStartedYet: "NOT_STARTED_YET"
        case .stageRunning: "RUNNING"
        case .stageSuccess: "SUCCESS"
        case .stageFailure: "FAILURE"
        case .stageCancelled: "CANCELLED"
        case .stageSkipped: "SKIPPED"
        case .stageExited: "EXITED"
        case .UNRECOGNIZED(let number): "\(number)"
        }
    }
}
