import Subprocess
import SystemPackage
import TestSupport
import Testing

/// The built command.
struct Binary {
    /// What a run of it gave.
    struct Outcome {
        let code: Int
        let output: String
        let errors: String

        init(_ status: TerminationStatus, _ output: String, _ errors: String) {
            if case .exited(let code) = status { self.code = Int(code) } else { code = -1 }
            self.output = output
            self.errors = errors
        }
    }

    /// Runs the command and waits for its end.
    static func run(_ arguments: String...) async throws -> Outcome {
        try await run(arguments)
    }

    /// Runs the command in the package's folder, told where to put temporary files, and waits for its end.
    ///
    /// Journals go where `state` says, else into a folder that is removed.
    static func run(
        _ arguments: [String],
        temporaryDirectory: String = "/tmp",
        state: String? = nil
    ) async throws -> Outcome {
        try await withState(state) { state in
            let result = try await Subprocess.run(
                .path(FilePath(BuiltCommand.path)),
                arguments: Arguments(arguments),
                environment: .inherit.updating(["TMPDIR": temporaryDirectory, "XDG_STATE_HOME": state]),
                workingDirectory: FilePath(PackageRoot.path),
                output: .string(limit: 16 << 20),
                error: .string(limit: 1 << 20)
            )
            return Outcome(result.terminationStatus, result.standardOutput, result.standardError)
        }
    }

    /// Runs the command with something that happens to it meanwhile; a signal that ends it gives the code -1.
    static func run(
        _ arguments: [String],
        temporaryDirectory: String = "/tmp",
        state: String? = nil,
        while body: (Execution<NoInput, StringOutput<UTF8>, StringOutput<UTF8>>) async throws -> Void
    ) async throws -> Outcome {
        try await withState(state) { state in
            let result = try await Subprocess.run(
                .path(FilePath(BuiltCommand.path)),
                arguments: Arguments(arguments),
                environment: .inherit.updating(["TMPDIR": temporaryDirectory, "XDG_STATE_HOME": state]),
                workingDirectory: FilePath(PackageRoot.path),
                input: .none,
                output: .string(limit: 16 << 20),
                error: .string(limit: 1 << 20),
                body: body
            )
            return Outcome(result.terminationStatus, result.standardOutput, result.standardError)
        }
    }

    private static func withState<Result>(_ state: String?, _ body: (String) async throws -> Result) async throws
        -> Result
    {
        if let state { return try await body(state) }
        return try await withTemporaryDirectory { try await body($0) }
    }

    /// Runs the command by a line of a shell, where it is `"$@"`, with something that happens to it meanwhile.
    static func run(
        script: String,
        _ arguments: [String],
        while body: (Execution<NoInput, DiscardedOutput, DiscardedOutput>) async throws -> Void
    ) async throws -> TerminationStatus {
        try await Subprocess.run(
            .name("bash"),
            arguments: Arguments(["-c", script, "bash", BuiltCommand.path] + arguments),
            workingDirectory: FilePath(PackageRoot.path),
            input: .none,
            output: .discarded,
            error: .discarded,
            body: body
        ).terminationStatus
    }
}
