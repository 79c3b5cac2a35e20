import ArgumentParser
import ManifestSources
import Manifests
import Rollouts
import Stages

/// `flotilla validate`: every mistake at once, without a cluster.
struct Validate: CancellableCommand {
    static let configuration = CommandConfiguration(
        abstract: "Finds every mistake in the application file and the manifests; no cluster is asked."
    )

    @OptionGroup var application: ApplicationOptions
    @OptionGroup var tools: ToolOptions
    @OptionGroup var output: OutputOptions

    @Option(help: "A piped file, or a file with just its deployTargets, to check names and labels of targets against.")
    var targets: String?

    func execute() async throws {
        let found = try await find()
        output.output.print(found.value, text: found.text)
        if !found.problems.isEmpty { throw ExitCode.failure }
    }

    private func find() async throws -> Findings {
        let file: ApplicationFile
        let registered: [DeployTarget]?
        let manifests: ManifestLoader
        do {
            file = try application.read()
            registered = try targets.map { try TargetsFile.load($0, plugin: application.plugin) }
            manifests = try tools.loader(targets: targets, plugin: application.plugin)
        } catch let error as ApplicationError {
            return Findings(problems: error.problems)
        }
        let (readable, problems) = file.inspect(plugin: application.plugin)
        guard let readable else { return Findings(problems: problems.map { "\($0)" }) }
        let validation = Validation(
            application: readable,
            identity: await application.identity(of: readable),
            fileProblems: problems,
            targets: registered,
            manifests: manifests
        )
        let found = await validation.findings()
        return Findings(
            problems: found.problems,
            warnings: found.warnings,
            stages: readable.configuration.pipeline.map(\.text)
        )
    }
}

/// What a validation found.
private struct Findings {
    var problems: [String]
    var warnings: [String] = []
    var stages: [String] = []

    var value: Value {
        [
            "valid": .bool(problems.isEmpty),
            "stages": .array(stages.map(Value.string)),
            "problems": .array(problems.map(Value.string)),
            "warnings": .array(warnings.map(Value.string)),
        ]
    }

    var text: String {
        let verdict =
            if !problems.isEmpty {
                String.count(problems.count, "problem")
            } else if stages.isEmpty {
                "valid: quick sync, because spec.pipeline has no stages"
            } else {
                "valid: \(String.count(stages.count, "stage"))"
            }
        return (problems + warnings.map { "warning: \($0)" } + [verdict]).joined(separator: "\n")
    }
}
