import GRPCCore
package import PipedAPI

/// What piped reports of an application in its round of every minute.
package struct LiveStateReport: Sendable {
    package let resources: [PipedResourceState]
    package let health: PipedResourceState.HealthStatus
    package let sync: PipedApplicationSyncState
}

extension Controller {
    /// Asks every plugin that takes part, and puts the answers together.
    ///
    /// - Parameters:
    ///   - application: What is asked for.
    ///   - head: The head of the branch.
    /// - Returns: The report, `nil` when a plugin failed, which leaves this round without one.
    /// - Throws: `Crash` when the real piped would die, or the control plane refuse the snapshot.
    package func liveState(of application: RegisteredApplication, head: SourceCommit) async throws -> LiveStateReport? {
        try await SourceCopies.with(of: application) { copies in
            var request = PipedGetLivestateRequest()
            request.pipedID = Self.pipedID
            (request.applicationID, request.applicationName) = (application.id, application.name)
            request.deploySource = try await copies.make(head)
            let file = try ApplicationFile(request.deploySource.applicationConfig)
            var (resources, syncs): ([PipedResourceState], [PipedApplicationSyncState]) = ([], [])
            for plugin in try participants(file) {
                request.deployTargets = application.deployTargets[plugin.name] ?? []
                note(plugin, "GetLivestate")
                do {
                    let answer = try await plugin.livestate.getLivestate(request, options: PluginConnection.options)
                    guard answer.hasSyncState else {
                        throw piped.crash("\(plugin.name): no sync_state: nil dereference")
                    }
                    resources += answer.applicationLiveState.resources
                    syncs.append(answer.syncState)
                } catch let error as RPCError where error.code == .unimplemented {
                    continue
                } catch let error as RPCError {
                    piped.note("warning: \(plugin.name) GetLivestate: \(error)")
                    return nil
                }
            }
            for resource in resources {
                guard let problem = Validation.problem(in: resource) else { continue }
                throw piped.crash("the control plane refuses the snapshot: \(resource.name): \(problem)")
            }
            return LiveStateReport(resources: resources, health: Self.health(resources), sync: Self.sync(syncs))
        }
    }

    private static func health(_ resources: [PipedResourceState]) -> PipedResourceState.HealthStatus {
        if resources.contains(where: { $0.healthStatus == .unhealthy }) { return .unhealthy }
        return resources.contains { $0.healthStatus == .unknown } ? .unknown : .healthy
    }

    /// The verdict that comes first counts; reasons are joined unless it says that all is well or being deployed.
    private static func sync(_ states: [PipedApplicationSyncState]) -> PipedApplicationSyncState {
        var result = PipedApplicationSyncState()
        let order: [PipedApplicationSyncStatus] = [.deploying, .invalidConfig, .outOfSync, .unknown, .synced]
        result.status = order.first { status in states.contains { $0.status == status } } ?? .unknown
        result.timestamp = now
        if [.invalidConfig, .outOfSync, .unknown].contains(result.status) {
            result.shortReason = states.map(\.shortReason).joined(separator: "\n")
            result.reason = states.map(\.reason).joined(separator: "\n")
        }
        return result
    }
}
