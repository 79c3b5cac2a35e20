import Glibc
import NIOConcurrencyHelpers
import Subprocess
import SystemPackage

/// The process of a plugin, as piped starts and stops it.
package struct PluginProcess: Sendable {
    /// What became of the process.
    package struct Exit: Sendable {
        /// The exit status; `nil` when a signal ended the process.
        package let code: Int?
        /// What it wrote to standard output.
        package let output: String
        /// What it wrote to standard error.
        package let errors: String
    }

    /// The process ID.
    package let id: Int32
    private let isTold = NIOLockedValueBox(false)

    /// Starts a plugin, runs a body, and stops the plugin: SIGTERM, and SIGKILL 30 s later.
    ///
    /// - Parameters:
    ///   - entry: The plugin's entry in piped's configuration file.
    ///   - binary: The path of the executable file.
    ///   - pipedService: The address of piped's service.
    ///   - environment: Variables beside those that are inherited.
    ///   - body: What happens while the plugin runs.
    /// - Returns: What the body gave, and what became of the process.
    /// - Throws: When the process cannot be started, and what the body throws.
    package static func with<Result: Sendable>(
        _ entry: PluginEntry,
        binary: String,
        pipedService: String,
        environment: [String: String] = [:],
        _ body: @Sendable (PluginProcess) async throws -> Result
    ) async throws -> (Result, Exit) {
        var options = PlatformOptions()
        options.processGroupID = 0
        let variables = Dictionary(
            uniqueKeysWithValues: environment.map { (Environment.Key(stringLiteral: $0.key), Optional($0.value)) }
        )
        let run = try await Subprocess.run(
            .path(FilePath(binary)),
            arguments: Arguments(entry.arguments(pipedService: pipedService)),
            environment: .inherit.updating(variables),
            platformOptions: options,
            input: .none,
            output: .string(limit: 16 << 20),
            error: .string(limit: 16 << 20)
        ) { execution in
            let process = PluginProcess(id: execution.processIdentifier.value)
            do {
                let result = try await body(process)
                // Piped sends SIGTERM once; one that was told to end already is only waited for.
                let signal: Signal = process.isTold.withLockedValue { $0 } ? .resume : .terminate
                await execution.teardown(using: [.send(signal: signal, allowedDurationToNextStep: .seconds(30))])
                return result
            } catch {
                await execution.teardown(using: [])
                throw error
            }
        }
        let code: Int? = if case .exited(let code) = run.terminationStatus { Int(code) } else { nil }
        return (run.closureResult, Exit(code: code, output: run.standardOutput, errors: run.standardError))
    }

    /// Asks the process to end, as piped does when it ends itself.
    package func terminate() {
        isTold.withLockedValue { $0 = true }
        kill(id, SIGTERM)
    }

    /// Ends the process at once.
    package func kill() {
        kill(id, SIGKILL)
    }

    private func kill(_ id: Int32, _ signal: Int32) {
        _ = Glibc.kill(id, signal)
    }
}
