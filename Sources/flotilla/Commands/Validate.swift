import ArgumentParser
import Manifests
import Rollouts
import Stages

/// `flotilla validate`: every mistake at once, without a cluster.
struct Validate: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        abstract: "Finds every mistake in the application file and the manifests; no cluster is asked."
    )

    @OptionGroup var application: ApplicationOptions
    @OptionGroup var output: OutputOptions

    func run() async throws {
        var problems: [String] = []
        var stages = 0
        do {
            let loaded = try application.load()
            stages = loaded.configuration.pipeline.count
            let identity = await application.identity(of: loaded)
            problems = await Validation(application: loaded, identity: identity).problems()
        } catch {
            problems = "\(error)".split(separator: "\n").map(String.init)
        }
        output.output.print(
            ["valid": .bool(problems.isEmpty), "problems": .array(problems.map(Value.string))],
            text: problems.isEmpty
                ? "valid: \(String.count(stages, "stage"))"
                : problems.joined(separator: "\n") + "\n" + String.count(problems.count, "problem")
        )
        if !problems.isEmpty { throw ExitCode.failure }
    }
}
