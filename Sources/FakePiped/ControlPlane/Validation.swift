package import PipedAPI

/// The rules that receivers check of messages of this API: `nil`, or the first one that is broken.
///
/// Texts of rules are as general as the contract: which field, and what is wrong with it.
package enum Validation {
    /// What is wrong with a request to piped's own service.
    package static func problem(in request: Any) -> String? {
        switch request {
        case let request as PipedInstallToolRequest:
            empty("Name", request.name) ?? empty("Version", request.version)
                ?? empty("InstallScript", request.installScript)
        case let request as PipedReportStageLogsRequest:
            stage(request.deploymentID, request.stageID) ?? blocks(request.blocks)
        case let request as PipedReportStageLogsFromLastCheckpointRequest:
            stage(request.deploymentID, request.stageID) ?? blocks(request.blocks)
        case let request as PipedGetStageMetadataRequest:
            stage(request.deploymentID, request.stageID) ?? empty("Key", request.key)
        case let request as PipedPutStageMetadataRequest:
            stage(request.deploymentID, request.stageID) ?? empty("Key", request.key)
        case let request as PipedPutStageMetadataMultiRequest:
            stage(request.deploymentID, request.stageID)
        case let request as PipedListStageCommandsRequest:
            stage(request.deploymentID, request.stageID)
        default:
            problemOfDeployment(in: request)
        }
    }

    private static func problemOfDeployment(in request: Any) -> String? {
        switch request {
        case let request as PipedGetDeploymentPluginMetadataRequest:
            empty("DeploymentId", request.deploymentID) ?? empty("Key", request.key)
        case let request as PipedPutDeploymentPluginMetadataRequest:
            empty("DeploymentId", request.deploymentID) ?? empty("PluginName", request.pluginName)
                ?? empty("Key", request.key)
        case let request as PipedPutDeploymentPluginMetadataMultiRequest:
            empty("DeploymentId", request.deploymentID) ?? empty("PluginName", request.pluginName)
        case let request as PipedGetDeploymentSharedMetadataRequest:
            empty("DeploymentId", request.deploymentID) ?? empty("Key", request.key)
        case let request as PipedGetApplicationSharedObjectRequest:
            object(request.applicationID, request.pluginName, request.key)
        case let request as PipedPutApplicationSharedObjectRequest:
            object(request.applicationID, request.pluginName, request.key)
        default:
            nil
        }
    }

    /// What is wrong with a planned stage, as the control plane sees it.
    package static func problem(in stage: PipedPipelineStage) -> String? {
        empty("Id", stage.id) ?? empty("Name", stage.name) ?? unknown("Status", stage.status)
            ?? unknown("AvailableOperation", stage.availableOperation) ?? negative("CompletedAt", stage.completedAt)
            ?? notPositive("CreatedAt", stage.createdAt) ?? notPositive("UpdatedAt", stage.updatedAt)
    }

    /// What is wrong with a live resource, as the control plane sees it.
    package static func problem(in resource: PipedResourceState) -> String? {
        empty("Id", resource.id) ?? empty("Name", resource.name) ?? unknown("HealthStatus", resource.healthStatus)
            ?? notPositive("CreatedAt", resource.createdAt) ?? notPositive("UpdatedAt", resource.updatedAt)
    }

    private static func stage(_ deployment: String, _ stage: String) -> String? {
        empty("DeploymentId", deployment) ?? empty("StageId", stage)
    }

    private static func object(_ application: String, _ plugin: String, _ key: String) -> String? {
        empty("ApplicationId", application) ?? empty("PluginName", plugin) ?? empty("Key", key)
    }

    private static func blocks(_ blocks: [PipedLogBlock]) -> String? {
        for (number, block) in blocks.enumerated() {
            let problem =
                empty("Log", block.log) ?? unknown("Severity", block.severity)
                ?? notPositive("CreatedAt", block.createdAt)
            if let problem { return "Blocks[\(number)]: \(problem)" }
        }
        return nil
    }

    private static func empty(_ field: String, _ value: String) -> String? {
        value.isEmpty ? "\(field): value length must be at least 1 runes" : nil
    }

    private static func notPositive(_ field: String, _ value: Int64) -> String? {
        value > 0 ? nil : "\(field): value must be greater than 0"
    }

    private static func negative(_ field: String, _ value: Int64) -> String? {
        value >= 0 ? nil : "\(field): value must be greater than or equal to 0"
    }

    private static func unknown<Number: CaseIterable & Equatable>(_ field: String, _ value: Number) -> String? {
        Number.allCases.contains(value) ? nil : "\(field): value must be one of the defined enum values"
    }
}
