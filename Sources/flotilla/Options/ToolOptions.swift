import ArgumentParser
import FoundationEssentials
import ManifestSources

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

    /// Loads manifests with these tools.
    var loader: ManifestLoader {
        let paths: [Tool: String?] = [.kustomize: kustomize, .helm: helm, .kubectl: kubectl]
        let tools = Tools(paths: paths.compactMapValues(\.self), environment: ProcessInfo.processInfo.environment)
        return ManifestLoader(tools: tools)
    }
}
