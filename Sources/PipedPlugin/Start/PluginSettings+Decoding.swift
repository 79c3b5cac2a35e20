import Manifests
import Rollouts
import Stages

extension PluginSettings {
    /// Reads the text of `--config`.
    ///
    /// Relative paths in it are seen from the directory that the process runs in.
    ///
    /// - Parameter text: The JSON that piped gives.
    /// - Returns: The settings, and what is odd about them, one line each.
    /// - Throws: `ApplicationError` with every mistake, one line each and no password in any.
    package static func decode(_ text: String) throws -> (settings: PluginSettings, warnings: [String]) {
        let decoded = PluginEntry.decode(try json(text))
        guard let entry = decoded.value else {
            throw ApplicationError(problems: decoded.problems.map { "--config: \($0)" })
        }
        let settings = PluginSettings(
            name: entry.name,
            port: entry.port,
            configuration: entry.configuration,
            targets: entry.targets.map { DeployTarget($0) }
        )
        return (settings, decoded.warnings.map { "--config: \($0)" })
    }

    /// The text itself may hold passwords, so the error tells the place only.
    private static func json(_ text: String) throws -> Value {
        do {
            return try Value(json: Array(text.utf8), file: "--config")
        } catch {
            let place = error.position.map { "\($0)" } ?? "--config"
            throw ApplicationError(problems: [
                "\(place): is no JSON; it is the entry of the plugin in the piped file, which piped writes as one argument"
            ])
        }
    }
}
