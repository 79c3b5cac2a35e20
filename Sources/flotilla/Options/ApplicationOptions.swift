import ArgumentParser
import Manifests
import Rollouts
import Stages

/// Which application, and what its objects are marked with.
struct ApplicationOptions: ParsableArguments {
    @Argument(help: ArgumentHelp("The directory that holds the application file.", valueName: "app"))
    var directory: String

    @Option(help: "The name of the application file.")
    var config = Application.defaultFileName

    @Option(help: "The key below spec.plugins, when the application file has several.")
    var plugin: String?

    @Option(help: "The application's id on its objects. Default: spec.name.")
    var applicationID: String?

    @Option(help: "The agent's id on the objects.")
    var pipedID = "flotilla"

    @Option(help: "The commit that the objects are marked with. Default: what Git says about the directory.")
    var commit: String?

    /// Reads the application file without decoding it.
    ///
    /// - Throws: `ApplicationError` when it cannot be read, `ValidationError` when it lacks the plugin of `--plugin`.
    func read() throws -> ApplicationFile {
        let file = try ApplicationFile(directory: directory, name: config)
        let plugins = file.plugins
        if let plugin, !plugins.contains(plugin) {
            let there =
                plugins.isEmpty ? "spec.plugins is empty" : "spec.plugins has \(plugins.joined(separator: ", "))"
            let hint = ClosestName.hint(plugin, among: plugins)
            throw ValidationError("--plugin \(plugin): \(config) has no such plugin\(hint); \(there)")
        }
        return file
    }

    /// Reads and decodes the application file; its warnings go to stderr.
    func load() throws -> Application {
        let application = try read().application(plugin: plugin)
        for warning in application.warnings { Console.error("warning: \(warning)") }
        return application
    }

    /// Reads the application file of the version that runs now, which need not be as strict.
    ///
    /// - Throws: `ApplicationError` when it cannot be read.
    func loadRunning(from directory: String) throws -> Application {
        let file = try ApplicationFile(directory: directory, name: config, strictness: .restoring)
        return try file.application(plugin: try file.blockOfRunning(plugin: plugin))
    }

    /// Refuses to write objects for an application of which only the directory's name is known.
    ///
    /// Another directory may have the same name, and its objects would count as this application's.
    ///
    /// - Throws: `ApplicationError` saying where to set a name.
    func requireName(of application: Application) throws {
        guard applicationID == nil, application.configuration.name == nil else { return }
        throw ApplicationError(problems: [
            "\(directory)/\(config): spec.name is missing, which tells the application's objects from others'; "
                + "set it, or give --application-id"
        ])
    }

    /// The marks of the application's objects; for a dry run the name of the directory will do.
    func identity(of application: Application) async -> Application.Identity {
        var commit = commit
        if commit == nil { commit = await GitRepository.head(of: directory) }
        return Application.Identity(
            piped: pipedID,
            application: applicationID ?? application.configuration.name ?? application.directoryName,
            commit: commit ?? "uncommitted"
        )
    }
}
