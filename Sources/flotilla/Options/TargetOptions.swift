import ArgumentParser
import Stages

/// Which clusters.
struct TargetOptions: ParsableArguments {
    @Option(help: "A piped file, or a file with just its deployTargets.")
    var targets: String?

    @Option(
        help: ArgumentHelp(
            "A cluster: a kubeconfig file and the context to use; the context's name becomes the target's. Repeatable.",
            valueName: "file[:context]"
        )
    )
    var kubeconfig: [String] = []

    @Option(
        parsing: .upToNextOption,
        help: ArgumentHelp("Names of targets; no cluster is asked, so only dry runs are possible.", valueName: "name")
    )
    var offline: [String] = []

    func validate() throws {
        guard !offline.contains("") else { throw ValidationError("--offline needs names, found an empty one") }
        let given = [targets != nil, !kubeconfig.isEmpty, !offline.isEmpty].filter { $0 }.count
        guard given == 1 else {
            throw ValidationError(
                "say which clusters, with one of --targets FILE, --kubeconfig FILE or --offline NAME…"
            )
        }
    }

    /// The targets in the order given.
    ///
    /// - Throws: `ApplicationError` for a bad targets file, a kubeconfig without contexts or a name that is there twice.
    func resolve(plugin: String?) throws -> [DeployTarget] {
        if let targets { return try TargetsFile.load(targets, plugin: plugin) }
        do {
            return try named()
        } catch let error as ApplicationError {
            throw ValidationError("\(error)")
        }
    }

    /// The targets that stand on the command line itself.
    private func named() throws -> [DeployTarget] {
        if !offline.isEmpty {
            return try TargetsFile.distinct(offline.map { DeployTarget(name: $0, access: .offline) })
        }
        return try TargetsFile.distinct(kubeconfig.map(TargetsFile.target(kubeconfig:)))
    }

    /// Whether no cluster is asked.
    var isOffline: Bool { !offline.isEmpty }
}
