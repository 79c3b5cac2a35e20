import ArgumentParser
import FoundationEssentials
import ManifestSources
import Rollouts
import Stages

/// Which programs make the manifests, where files alone do not.
struct ToolOptions: ParsableArguments {
    @Option(
        help: ArgumentHelp(
            "The kustomize to run. Default: the one in PATH, else the one inside kubectl.",
            valueName: "file"
        )
    )
    var kustomize: String?

    @Option(help: ArgumentHelp("The helm to run. Default: the one in PATH.", valueName: "file"))
    var helm: String?

    @Option(help: ArgumentHelp("The kubectl whose kustomize is run. Default: the one in PATH.", valueName: "file"))
    var kubectl: String?

    /// Loads manifests with these tools, else with those that a piped file names.
    ///
    /// - Parameters:
    ///   - file: A piped file, or one with just deploy targets.
    ///   - plugin: Whose configuration in a piped file is meant.
    /// - Returns: A loader that has loaded nothing yet.
    /// - Throws: `ApplicationError` with every mistake in the configuration.
    func loader(targets file: String?, plugin: String?) throws -> ManifestLoader {
        var configuration = PluginConfiguration()
        if let file {
            let decoded = try TargetsFile.configuration(file, plugin: plugin)
            configuration = decoded.configuration
            for warning in decoded.warnings { Console.error("warning: \(warning)") }
        }
        let paths: [Tool: String?] = [
            .kustomize: kustomize ?? configuration.tools.kustomize,
            .helm: helm ?? configuration.tools.helm,
            .kubectl: kubectl ?? configuration.tools.kubectl,
        ]
        return ManifestLoader(
            tools: Tools(paths: paths.compactMapValues(\.self), environment: ProcessInfo.processInfo.environment),
            insecureRepositories: Set(configuration.chartRepositories.filter(\.insecure).map(\.name))
        )
    }
}
