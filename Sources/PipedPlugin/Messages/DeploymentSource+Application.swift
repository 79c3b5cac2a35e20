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

extension KnownVersion {
    /// The version of a running source; when its file cannot be read, nobody can tell what changes.
    ///
    /// Without a source nothing runs yet.
    init(_ source: PipedDeploymentSource, of deployment: PipedDeployment, plugin: String) {
        guard source.isThere else {
            self = .none
            return
        }
        do {
            self = .running(try source.runningVersion(of: deployment, plugin: plugin))
        } catch {
            self = .unknown("\(error)".split(separator: "\n").joined(separator: "; "))
        }
    }
}

extension PipedDeploymentSource {
    /// Whether there is a source: one that is absent is an empty message.
    var isThere: Bool { !applicationDirectory.isEmpty }
}
