import Manifests
import Subprocess
import SystemPackage

/// What a plugin may use.
struct ExecLimits: Sendable {
    /// How long it may run before it is killed.
    var time: Duration = .seconds(60)
    /// How much it may write, in bytes, to each of standard output and standard error.
    var output = 1 << 20
}

extension ExecPlugin {
    private struct Ending: Sendable {
        let status: TerminationStatus
        let output: [UInt8]
        let complaint: [UInt8]
    }

    /// Runs the program once, without a terminal, and reads what it prints.
    ///
    /// - Throws: `ExecFailure`, or a `CancellationError` after the program was killed.
    func run(for configuration: ClusterConfiguration, limits: ExecLimits) async throws -> ExecCredential {
        let ending = try await ending(for: configuration, limits)
        guard ending.status.isSuccess else {
            let way =
                switch ending.status {
                case .exited(let code): "failed with exit code \(code)"
                case .signaled(let signal): "was killed by signal \(signal)"
                }
            throw failure("\(way)\(Self.advice(ending.complaint))")
        }
        do throws(ExecFailure) {
            return try ExecCredential(output: ending.output, version: version)
        } catch {
            throw failure(error.text)
        }
    }

    private func ending(for configuration: ClusterConfiguration, _ limits: ExecLimits) async throws -> Ending {
        let ending = try await withThrowingTaskGroup(of: Ending?.self) { group in
            group.addTask { try await execute(for: configuration, limits) }
            group.addTask {
                try await Task.sleep(for: limits.time)
                return nil
            }
            defer { group.cancelAll() }
            return try await group.next() ?? nil
        }
        try Task.checkCancellation()
        guard let ending else {
            throw failure("did not end within \(limits.time.wholeMilliseconds / 1000) s and was killed")
        }
        return ending
    }

    private func execute(for configuration: ClusterConfiguration, _ limits: ExecLimits) async throws -> Ending {
        var options = PlatformOptions()
        // A session of its own: it has no terminal to ask at, and whatever it started ends with it.
        options.createSession = true
        options.teardownSequence = [
            .gracefulShutDown(toProcessGroup: true, allowedDurationToNextStep: .milliseconds(200))
        ]
        do {
            let result = try await Subprocess.run(
                command.contains("/") ? .path(FilePath(command)) : .name(command),
                arguments: Arguments(arguments),
                environment: .inherit.updating(variables(configuration)),
                platformOptions: options,
                output: .bytes(limit: limits.output),
                error: .bytes(limit: limits.output)
            )
            return Ending(
                status: result.terminationStatus,
                output: result.standardOutput,
                complaint: result.standardError
            )
        } catch let error as SubprocessError {
            throw Task.isCancelled ? CancellationError() : failure(error, limits)
        }
    }

    private func variables(_ configuration: ClusterConfiguration) -> [Environment.Key: String?] {
        var variables: [Environment.Key: String?] = [:]
        for (name, value) in environment {
            guard let key = Environment.Key(rawValue: name) else { continue }
            variables[key] = value
        }
        variables["KUBERNETES_EXEC_INFO"] = info(configuration).jsonText()
        return variables
    }

    private func failure(_ error: SubprocessError, _ limits: ExecLimits) -> ExecFailure {
        switch error.code {
        case .executableNotFound: return failure("not found" + (installHint.map { "; \($0)" } ?? "; install it"))
        case .outputLimitExceeded: return failure("wrote more than \(limits.output) bytes and was killed")
        default:
            let cause = error.underlyingError.flatMap { SystemError.text(Int($0.rawValue)) }
            return failure("cannot be run: \(cause ?? "unknown error")")
        }
    }

    private func failure(_ text: String) -> ExecFailure {
        ExecFailure("exec: executable \(command.onOneLine()) \(text)")
    }

    /// The last line that a program wrote to standard error, else how to find out more.
    private static func advice(_ complaint: [UInt8]) -> String {
        let lines = String(decoding: complaint, as: UTF8.self).split(whereSeparator: \.isNewline)
        let last = lines.map { String($0).onOneLine() }.last { !$0.isEmpty }
        return last.map { ": \($0.prefix(300))" } ?? "; run it in a shell to see why"
    }
}
