import ArgumentParser
import Stages

/// Who says what a stage would do.
enum DryRun {
    /// We do: the plan.
    case client
    /// The clusters do, too: they get every write with `dryRun=All`.
    case server
}

/// The option for it, in kubectl's words: `--dry-run`, `--dry-run=client`, `--dry-run=server`.
struct DryRunOptions: ParsableArguments {
    @Flag(
        name: .customLong("dry-run"),
        help:
            "Print the plan of every cluster and write nothing; --dry-run=server also sends every write as a dry run, and shows what the clusters answer."
    )
    var asksUs = false

    @Flag(name: .customLong("dry-run-server"), help: .hidden)
    var asksServer = false

    /// Who is asked, `nil` when it is no dry run.
    var mode: DryRun? { asksServer ? .server : asksUs ? .client : nil }

    /// The arguments with flags for `--dry-run=…`.
    ///
    /// swift-argument-parser 1.8 has options whose value may be left out, but takes the `x` of `--option=x --next` for
    /// left out, and the argument after `--option` for its value.
    static func spelledOut(_ arguments: [String]) -> [String] {
        let options = arguments.prefix { $0 != "--" }
        let flags = ["--dry-run=client": "--dry-run", "--dry-run=server": "--dry-run-server"]
        return options.map { flags[$0] ?? $0 } + arguments.dropFirst(options.count)
    }

    /// Refuses what a cluster would have to answer when none is asked.
    func check(_ targets: TargetOptions) throws {
        guard targets.isOffline else { return }
        if mode == nil { throw ValidationError("--offline needs --dry-run: no cluster is asked") }
        if mode == .server {
            throw ValidationError("--dry-run=server asks the clusters; it does not go with --offline")
        }
    }
}

extension [TargetDryRun] {
    /// The exit code: a cluster that would refuse something, or gives no answer, makes it a failure.
    var exitCode: ExitCode { contains { $0.isRefused || $0.silence != nil } ? .failure : .success }
}
