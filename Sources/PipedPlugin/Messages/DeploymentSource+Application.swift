import PipedAPI
import Rollouts
import Stages

extension PipedDeploymentSource {
    /// The application of the source.
    ///
    /// Its file is taken as it stands in Git, which piped sends along, and not as it lies in the directory: that is what
    /// piped itself goes by, and no decrypted secret can get from it into a message. Manifests are read from the directory.
    ///
    /// - Throws: `ApplicationError` with every mistake in the file.
    func application(
        of deployment: PipedDeployment,
        plugin: String,
        strictness: Strictness = .deploying
    ) throws -> Application {
        try file(strictness).application(plugin: plugin, defaultName: deployment.defaultName)
    }

    /// The version that the source is of, as one that ran with all its mistakes.
    ///
    /// - Throws: `ApplicationError` when its file cannot be read.
    func runningVersion(of deployment: PipedDeployment, plugin: String) throws -> RunningVersion {
        let file = try file(.restoring)
        let block = try file.blockOfRunning(plugin: plugin)
        return RunningVersion(
            application: try file.application(plugin: block, defaultName: deployment.defaultName),
            commit: commitHash
        )
    }

    private func file(_ strictness: Strictness) throws -> ApplicationFile {
        let name = applicationConfigFilename.isEmpty ? Application.defaultFileName : applicationConfigFilename
        guard !applicationConfig.isEmpty else {
            return try ApplicationFile(directory: applicationDirectory, name: name, strictness: strictness)
        }
        return try ApplicationFile(
            Array(applicationConfig),
            directory: applicationDirectory,
            name: name,
            path: name,
            strictness: strictness
        )
    }
}

extension PipedDeployment {
    /// What the ownership marks say of the objects of a source.
    func identity(at source: PipedDeploymentSource) -> Application.Identity {
        Application.Identity(piped: pipedID, application: applicationID, commit: source.commitHash)
    }

    /// The names of the targets that the application has for a plugin.
    func targetNames(of plugin: String) -> [String] {
        deployTargetsByPlugin[plugin]?.deployTargets ?? []
    }

    /// The name of the application where its file gives none.
    fileprivate var defaultName: String? { applicationName.isEmpty ? nil : applicationName }
}

extension PipedPlanPluginInput {
    /// The source that ran before, `nil` on a first deployment.
    var knownRunningSource: PipedDeploymentSource? {
        hasRunningDeploymentSource ? runningDeploymentSource.ifThere : nil
    }
}

extension PipedExecutePluginInput {
    /// The source that ran before, `nil` on a first deployment.
    var knownRunningSource: PipedDeploymentSource? {
        hasRunningDeploymentSource ? runningDeploymentSource.ifThere : nil
    }
}

extension PipedDeploymentSource {
    /// The source, `nil` when it is an empty message.
    fileprivate var ifThere: PipedDeploymentSource? { applicationDirectory.isEmpty ? nil : self }
}
