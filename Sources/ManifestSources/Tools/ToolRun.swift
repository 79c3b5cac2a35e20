import Glibc
import Subprocess
import SystemPackage

/// Runs a tool: without a shell, without a terminal, and with bounds on everything.
///
/// It is the head of a process group of its own, which is killed whole when time is up or nobody waits any more. Standard
/// input is a file in memory, so that a tool may leave it unread.
struct ToolRun: Sendable {
    /// What a successful run left behind.
    struct Output: Sendable {
        /// Standard output.
        let bytes: [UInt8]
        /// The lines of standard error, each without control characters.
        let complaints: [String]

        /// What to say when the tool ended well and printed nothing, which may be a mistake of the user's.
        func silence(of name: String) -> String? {
            bytes.allSatisfy { " \n\r\t".utf8.contains($0) }
                ? "\(name) printed nothing, so there are no manifests" : nil
        }
    }

    /// Bounds what all tools together need of memory and descriptors, whoever runs them.
    static let gate = ToolGate(limit: 8)

    private let tool: LocatedTool
    private let environment: [String: String]
    private let limits: ToolLimits
    private let label: String?

    /// - Parameters:
    ///   - tool: What to run.
    ///   - environment: Where the clean environment is taken from.
    ///   - limits: What a run may use.
    ///   - label: What errors call the run, such as `kustomize build overlays/eu`; by default the tool and its first argument.
    ///   - git: What Git may fetch, should the tool run it.
    init(
        _ tool: LocatedTool,
        environment: [String: String],
        limits: ToolLimits = .standard,
        label: String? = nil,
        git: GitAccess = .network
    ) {
        self.tool = tool
        self.environment = ToolEnvironment.of(environment, git: git)
        self.limits = limits
        self.label = label
    }

    /// What the tool prints.
    ///
    /// - Throws: `ManifestSourceError` of one line when it does not end with 0, or is killed.
    func output(
        _ arguments: [String],
        in directory: String,
        input: [UInt8] = []
    ) async throws(ManifestSourceError) -> [UInt8] {
        try await run(arguments, in: directory, input: input).bytes
    }

    /// Runs the tool once, when there is room for it.
    ///
    /// - Parameters:
    ///   - arguments: What it is given, each as it is.
    ///   - directory: Where it runs.
    ///   - input: What it can read.
    /// - Returns: What it printed, and what it complained about nevertheless.
    /// - Throws: `ManifestSourceError` of one line when it does not end with 0, or is killed.
    func run(
        _ arguments: [String],
        in directory: String,
        input: [UInt8] = []
    ) async throws(ManifestSourceError) -> Output {
        let label = label ?? ([tool.tool.rawValue] + arguments.prefix(1)).joined(separator: " ")
        let ending = try await Self.gate.run { () throws(ManifestSourceError) in
            await self.ending(arguments, in: directory, input)
        }
        switch ending {
        case _ where Task.isCancelled: throw .cancelled
        case .exited(0, let output, let complaint):
            return Output(bytes: output, complaints: Complaint.lines(complaint))
        case .exited(let code, _, let complaint):
            throw ManifestSourceError("\(label): \(Complaint.summary(complaint)) (exit code \(code))")
        case .killed(let signal, let complaint):
            throw ManifestSourceError("\(label): \(Complaint.summary(complaint)) (killed by signal \(signal))")
        case .tooLong:
            throw ManifestSourceError("\(label): printed more than \(limits.output) bytes and was killed")
        case .late:
            throw ManifestSourceError("\(label): did not end within \(limits.time.components.seconds) s and was killed")
        case .notStarted(let why):
            throw ManifestSourceError("\(label): cannot run \(tool.path): \(why)")
        }
    }

    private enum Ending: Sendable {
        case exited(CInt, [UInt8], complaint: [UInt8])
        case killed(CInt, complaint: [UInt8])
        case tooLong
        case late
        case notStarted(String)
    }

    private struct TooLong: Error {}

    private func ending(_ arguments: [String], in directory: String, _ input: [UInt8]) async -> Ending {
        await withTaskGroup(of: Ending.self) { group in
            group.addTask { await execute(arguments, in: directory, input) }
            group.addTask {
                try? await Task.sleep(for: limits.time)
                return .late
            }
            defer { group.cancelAll() }
            return await group.next() ?? .late
        }
    }

    private func execute(_ arguments: [String], in directory: String, _ input: [UInt8]) async -> Ending {
        var options = PlatformOptions()
        options.createSession = true
        // Not asked to end first: whatever the tool started would get away once the tool itself has ended.
        options.teardownSequence = [
            .send(signal: .kill, toProcessGroup: true, allowedDurationToNextStep: .milliseconds(200))
        ]
        do {
            let result = try await Subprocess.run(
                .path(FilePath(tool.path)),
                arguments: Arguments(arguments),
                environment: .custom(variables),
                workingDirectory: FilePath(directory),
                platformOptions: options,
                input: .fileDescriptor(try StandardInput.holding(input), closeAfterSpawningProcess: true),
                output: .sequence,
                error: .sequence
            ) { [limits] execution in
                async let complaint = Self.last(limits.complaint, of: execution.standardError)
                let output: [UInt8]
                do {
                    output = try await Self.all(of: execution.standardOutput, limit: limits.output)
                } catch {
                    // The other stream only ends with the tool.
                    try? execution.send(signal: .kill, toProcessGroup: true)
                    throw error
                }
                return (output, try await complaint)
            }
            return switch result.terminationStatus {
            case .exited(let code): .exited(code, result.closureResult.0, complaint: result.closureResult.1)
            case .signaled(let signal): .killed(signal, complaint: result.closureResult.1)
            }
        } catch is TooLong {
            return .tooLong
        } catch let error as SubprocessError {
            return .notStarted(error.underlyingError.map { Self.text($0) } ?? "\(error)")
        } catch {
            return .notStarted((error as? Errno).map { Self.text($0) } ?? "\(error)")
        }
    }

    private var variables: [Environment.Key: String] {
        environment.reduce(into: [:]) { variables, variable in
            guard let key = Environment.Key(rawValue: variable.key) else { return }
            variables[key] = variable.value
        }
    }

    private static func all(of stream: SubprocessOutputSequence, limit: Int) async throws -> [UInt8] {
        var bytes: [UInt8] = []
        for try await buffer in stream {
            bytes += buffer.withUnsafeBytes { Array($0) }
            guard bytes.count <= limit else { throw TooLong() }
        }
        return bytes
    }

    private static func last(_ count: Int, of stream: SubprocessOutputSequence) async throws -> [UInt8] {
        var bytes: [UInt8] = []
        for try await buffer in stream {
            bytes += buffer.withUnsafeBytes { Array($0) }
            if bytes.count > 2 * count { bytes.removeFirst(bytes.count - count) }
        }
        return bytes.suffix(count)
    }

    private static func text(_ error: Errno) -> String {
        String(cString: strerror(error.rawValue)).lowercased()
    }
}

/// What a tool can read.
private enum StandardInput {
    /// A file that is only in memory, read from its beginning.
    static func holding(_ bytes: [UInt8]) throws -> FileDescriptor {
        let name = "/flotilla-\(getpid())-\(UInt64.random(in: .min ... .max))"
        let descriptor = shm_open(name, O_RDWR | O_CREAT | O_EXCL | O_CLOEXEC, S_IRUSR | S_IWUSR)
        guard descriptor >= 0 else { throw Errno(rawValue: errno) }
        shm_unlink(name)
        let file = FileDescriptor(rawValue: descriptor)
        do {
            try file.writeAll(bytes)
            try file.seek(offset: 0, from: FileDescriptor.SeekOrigin.start)
            return file
        } catch {
            try? file.close()
            throw error
        }
    }
}
