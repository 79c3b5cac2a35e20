import ArgumentParser
import FoundationEssentials
import Glibc
import Logging
import PipedPlugin
import Rollouts
import Stages

/// `flotilla start`: the plugin of piped.
struct Start: CancellableCommand {
    static let configuration = CommandConfiguration(
        abstract: "Serves piped, the agent of PipeCD, as one of its plugins.",
        discussion: """
            Piped starts it with just these two options. It listens on 127.0.0.1, on the port in the JSON, until SIGTERM \
            or SIGINT, or until piped is gone; calls in progress then end after the objects that are being written.

            Accepted, and without any effect, are the other options that plugins of PipeCD have: --metrics, \
            --enable-grpc-reflection, --profile, --profile-debug-logging, --profiler-credentials-file, --cert-file and \
            --key-file. --tls is refused: piped calls without it.
            """
    )

    @Option(help: ArgumentHelp("Where piped serves its plugins.", valueName: "host:port"))
    var pipedPluginService: PipedAddress

    @Option(help: ArgumentHelp("The plugin's entry in the piped file.", valueName: "json"))
    var config: String

    @Option(
        help: ArgumentHelp(
            "How long a stop may take; calls in progress have 5s less, so that piped need not kill.",
            valueName: "duration"
        )
    )
    var gracePeriod = GracePeriod(whole: .seconds(30))

    @Option(
        help: ArgumentHelp("The least level that is logged: debug, info, warn or error.", valueName: "level"),
        transform: level
    )
    var logLevel: Logger.Level = .info

    @Option(help: "How a line of the log on stderr looks.")
    var logEncoding: ProcessLog.Encoding = .humanize

    @OptionGroup(visibility: .hidden)
    var others: OtherPluginOptions

    static var interruptions: Interruptions { Interruptions(endingAt: .secondInterrupt) }

    func execute() async throws {
        let parent = ParentWatch()
        OpenFiles.allowMany()
        let (settings, warnings) = try PluginSettings.decode(config)
        let log = makeLog(for: settings.name)
        for warning in warnings { log.warning("\(warning)") }
        let options = PluginProcess.Options(
            grace: gracePeriod.forCalls,
            environment: ProcessInfo.processInfo.environment,
            clients: Flotilla.clientOptions,
            parent: parent
        )
        let process = PluginProcess(settings, piped: pipedPluginService, options: options, log: log)
        let stop = StopSignal()
        try await withInterrupt(stop, telling: { _ in log.info("stopping after the objects that are being written") }) {
            try await process.run(until: stop) { cutsOff in _exit(cutsOff ? 1 : 0) }
        }
    }

    private static func level(_ text: String) throws -> Logger.Level {
        guard let level = Logger.Level(flag: text) else {
            throw ValidationError("--log-level must be debug, info, warn or error, found \"\(text)\"")
        }
        return level
    }

    private func makeLog(for plugin: String) -> Logger {
        let handler = ProcessLog(label: "flotilla.start", encoding: logEncoding, level: logLevel) { Console.error($0) }
        var log = Logger(label: "flotilla.start") { _ in handler }
        log[metadataKey: "plugin-name"] = "\(plugin)"
        log[metadataKey: "plugin-version"] = "\(Flotilla.version)"
        return log
    }
}

/// How long a stop may take.
struct GracePeriod: ExpressibleByArgument {
    /// Until somebody kills the process.
    let whole: Duration

    /// For calls in progress: what is left after that is for the rest.
    var forCalls: Duration { max(whole - .seconds(5), whole / 2) }

    var defaultValueDescription: String { whole.text }

    init(whole: Duration) {
        self.whole = whole
    }

    init?(argument: String) {
        guard let duration = DurationText.parse(argument) else { return nil }
        whole = duration
    }
}

extension PipedAddress: ExpressibleByArgument {
    package init?(argument: String) {
        self.init(argument)
    }
}

extension ProcessLog.Encoding: ExpressibleByArgument {}
