import ArgumentParser
import Glibc

/// The command: options in, one Markdown page out.
///
/// `Rounds` does the measuring, `Peer` is what is measured, `Budget` knows the promises.
@main
struct Bench: ParsableCommand {
    static let configuration = CommandConfiguration(
        abstract: "Measures flotilla beside kubectl and bare requests on real clusters.",
        discussion: """
            FLOTILLA_BENCH_KUBECONFIGS names at least three kubeconfig files, separated by colons. In their clusters the \
            benchmark makes and deletes namespaces named flotilla-bench-….
            """
    )

    @Option(help: "Rounds that are counted.")
    var rounds = 10

    @Option(help: "How many of them also run one kubectl for each manifest. Default: a third of the rounds.")
    var slowRounds: Int?

    @Option(help: "How often the run to \(Fleet.clusterCount) clusters is measured.")
    var fleetRounds = 3

    @Option(help: "How often reading 20 MB of manifests is measured.")
    var loadRounds = 5

    @Option(help: "How often looking at \(Look.size) live objects is measured.")
    var lookRounds = 5

    @Flag(help: "Only measure looking at \(Look.size) live objects, which one cluster will do for, and write no file.")
    var lookOnly = false

    @Flag(help: "Only measure reading 20 MB of manifests, which one cluster will do for, and write no file.")
    var loadOnly = false

    @Option(help: "The flotilla to measure. Default: the one that `make release` builds.")
    var flotilla: String?

    @Option(help: "The kubectl to compare with.")
    var kubectl = "kubectl"

    @Option(help: "Where the results go. Default: RESULTS.md in the Benchmarks package.")
    var output: String?

    func validate() throws {
        guard (1...1000).contains(rounds) else { throw ValidationError("--rounds is between 1 and 1000") }
        guard (1...100).contains(fleetRounds) else { throw ValidationError("--fleet-rounds is between 1 and 100") }
        guard (1...100).contains(loadRounds) else { throw ValidationError("--load-rounds is between 1 and 100") }
        guard (1...100).contains(lookRounds) else { throw ValidationError("--look-rounds is between 1 and 100") }
        guard (0...rounds).contains(slowRounds ?? 0) else {
            throw ValidationError("--slow-rounds is between 0 and --rounds")
        }
    }

    func run() throws {
        let program = try Executable.find(flotilla ?? "\(Self.package)/../.build-release/release/flotilla")
        let kubeconfigs = try Self.kubeconfigs(atLeast: loadOnly || lookOnly ? .one : .three)
        let workspace = try Workspace()
        defer { workspace.remove() }
        let setup = try Setup(program: program, kubectl: kubectl, kubeconfigs: kubeconfigs, workspace: workspace)

        // Ctrl-C ends the children, or a wait, with an error, so that the namespaces are deleted on the way out.
        signal(SIGINT) { _ in }
        guard !loadOnly else {
            print(try setup.load().run(count: loadRounds).markdown)
            return
        }
        guard !lookOnly else {
            print(try setup.look().run(count: lookRounds).markdown)
            return
        }
        var measuring = try setup.rounds(count: rounds, slowCount: slowRounds ?? max(1, rounds / 3))
        try measuring.run()

        let fleet = try setup.fleet.run(count: fleetRounds)
        let load = try setup.load().run(count: loadRounds)
        let look = try setup.look().run(count: lookRounds)
        let report = try setup.report(measuring, fleet: fleet, load: load, look: look)
        try TextFile.write(report.markdown, to: output ?? "\(Self.package)/RESULTS.md")
        print(report.markdown)
    }

    /// The Benchmarks package, from the place of this file in it.
    private static let package = #filePath.split(separator: "/").dropLast(3).reduce("") { "\($0)/\($1)" }

    private static func kubeconfigs(atLeast reach: Reach) throws -> [String] {
        let names = getenv("FLOTILLA_BENCH_KUBECONFIGS").map { String(cString: $0) } ?? ""
        let files = names.split(separator: ":").map(String.init)
        guard files.count >= reach.rawValue else {
            throw ValidationError(
                "FLOTILLA_BENCH_KUBECONFIGS must name \(reach.rawValue) kubeconfig files, separated by colons"
            )
        }
        return try files.prefix(Reach.three.rawValue).map { file in
            guard let path = realpath(file, nil) else { throw ValidationError("no kubeconfig file \"\(file)\"") }
            defer { free(path) }
            return String(cString: path)
        }
    }
}
