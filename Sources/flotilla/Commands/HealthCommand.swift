import ArgumentParser
import KubernetesAPI
import ManifestSources
import Manifests
import Stages

/// `flotilla health`: how objects fare that are read from files.
struct HealthCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "health",
        abstract: "Tells how objects fare that are read from files, and why; no cluster is asked.",
        discussion: """
            Every kind of Kubernetes has its own rule; custom resources are read by what most controllers have in common. \
            A workload whose pods are among the objects names the pod and the container that hold it up.

            Example: kubectl get deploy,rs,pods -o yaml | flotilla health --exit-code -
            """
    )

    @Argument(
        help: ArgumentHelp(
            "Files of objects as a cluster has them, YAML or JSON, lists too; - is the standard input.",
            valueName: "file"
        )
    )
    var files: [String]

    @Flag(
        help: """
            Exit with 2 when an object is degraded, progressing or missing, and with 1 when there is none at all; unknown ones \
            do not count.
            """
    )
    var exitCode = false

    @OptionGroup var output: OutputOptions

    func run() throws {
        let objects = try files.flatMap { try LiveFile(name: $0).objects() }
        let failures = PodFailures(among: objects)
        let report = HealthReport(rows: objects.map { ($0.key, failures.health(of: $0)) })
        output.output.print(report.value, text: report.text(.output))
        guard exitCode else { return }
        guard !objects.isEmpty else {
            throw ApplicationError(problems: ["there are no objects whose health could be told"])
        }
        if report.isUnwell { throw ExitCode(2) }
    }
}

/// A file of objects as a cluster has them.
private struct LiveFile {
    /// The path, or `-` for the standard input.
    let name: String

    /// The objects, those of lists too.
    ///
    /// - Throws: `ApplicationError` with every mistake. A file without any text is one: what should have written it
    ///   has probably failed, and nobody must take that for good health.
    func objects() throws -> [LiveResource] {
        let isInput = name == "-"
        let place = isInput ? "standard input" : name
        let bytes = isInput ? try StandardInput.read() : try PlainFiles.read(name)
        guard bytes.contains(where: { $0 > 0x20 }) else { throw ApplicationError(problems: ["\(place): is empty"]) }
        let parsed = ManifestParser.parse(bytes, file: place)
        guard parsed.problems.isEmpty else { throw ApplicationError(problems: parsed.problems.map { "\($0)" }) }
        return parsed.manifests.compactMap { LiveResource($0.object) }
    }
}
