import ArgumentParser

/// What other plugins of PipeCD may be started with, and Flotilla has no use for.
struct OtherPluginOptions: ParsableArguments {
    @Flag(name: .customLong("tls"))
    var usesTLS = false

    @Option
    var certFile: String?

    @Option
    var keyFile: String?

    @Flag
    var metrics = false

    @Flag(name: .customLong("enable-grpc-reflection"))
    var hasReflection = false

    @Flag(name: .customLong("profile"))
    var isProfiled = false

    @Flag(name: .customLong("profile-debug-logging"))
    var isProfilerVerbose = false

    @Option
    var profilerCredentialsFile: String?

    func validate() throws {
        guard usesTLS else { return }
        throw ValidationError("--tls is not supported: piped calls plugins without TLS, on loopback; leave it out")
    }
}

extension Start {
    private static let flags = ["tls", "metrics", "enable-grpc-reflection", "profile", "profile-debug-logging"]

    /// The arguments with flags as swift-argument-parser has them: those of Go may have a value behind a `=`.
    static func spelledOut(_ arguments: [String]) -> [String] {
        guard arguments.first == configuration.commandName ?? "start" else { return arguments }
        let flags = flags.map { "--\($0)" }
        return arguments.compactMap { argument in
            let parts = argument.split(separator: "=", maxSplits: 1).map(String.init)
            guard parts.count == 2, flags.contains(parts[0]) else { return argument }
            if ["true", "1", "t"].contains(parts[1].lowercased()) { return parts[0] }
            return ["false", "0", "f"].contains(parts[1].lowercased()) ? nil : argument
        }
    }
}
