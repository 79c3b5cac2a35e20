import Glibc
import Subprocess
import SystemPackage
import TestSupport
import Testing

extension Binary {
    /// Runs the command with a bound on the memory that it may ask the system for; beyond it, it crashes.
    ///
    /// - Parameters:
    ///   - arguments: The arguments of the command.
    ///   - memory: The bound, in MiB, of heap and stacks together.
    ///   - temporaryDirectory: Where temporary files and journals go.
    /// - Returns: What it printed, and its exit code, which is -1 after a crash.
    /// - Throws: When it cannot be started.
    static func run(
        _ arguments: [String],
        memory: Int,
        temporaryDirectory: String
    ) async throws -> Outcome {
        let script = "ulimit -d $0 && exec \"$@\""
        let result = try await Subprocess.run(
            .path("/bin/sh"),
            arguments: Arguments(["-c", script, "\(memory << 10)", BuiltCommand.path] + arguments),
            environment: .inherit.updating(["TMPDIR": temporaryDirectory, "XDG_STATE_HOME": temporaryDirectory]),
            workingDirectory: FilePath(temporaryDirectory),
            output: .string(limit: 4 << 20),
            error: .string(limit: 4 << 20)
        )
        return Outcome(result.terminationStatus, result.standardOutput, result.standardError)
    }
}

/// An application that nobody means well with.
struct HostileApplication: Sendable, CustomTestStringConvertible {
    /// What is wrong with it.
    let testDescription: String
    /// What every command says to it, line by line; `APP` stands for its directory.
    let problems: [String]
    /// Writes it into a directory that has a good application file.
    let write: @Sendable (_ directory: String) throws -> Void

    init(_ what: String, problem: String, _ write: @escaping @Sendable (_ directory: String) throws -> Void) {
        testDescription = what
        problems = [problem]
        self.write = write
    }

    /// An application with one file `a.yaml`.
    init(_ what: String, _ content: HostileContent, problem: String) {
        self.init(what, problem: problem) { try content.write(to: "\($0)/a.yaml") }
    }

    /// An application whose file lists one name.
    init(manifest name: String, problem: String) {
        self.init("the name \"\(name)\" among the manifests", problem: problem) { directory in
            let list = "input: {manifests: [\"\(name)\"]}"
            try TestFiles.write(Self.file(list), to: "\(directory)/app.pipecd.yaml")
        }
    }

    /// An application file.
    static func file(_ plugin: String = "") -> String {
        """
        apiVersion: pipecd.dev/v1beta1
        kind: Application
        spec:
          name: hostile
          plugins: {kubernetes_multicluster: {\(plugin)}}

        """
    }

    /// The commands that read an application, none of which may write anything.
    static func commands(_ directory: String) -> [[String]] {
        [
            ["validate", directory], ["render", directory], ["plan", directory, "--offline", "eu"],
            ["stage", "K8S_PRIMARY_ROLLOUT", directory, "--offline", "eu", "--dry-run"],
        ]
    }
}

/// What stands in a hostile file: a beginning, something that is there very often, and an end.
struct HostileContent: Sendable, ExpressibleByStringLiteral {
    private let head: [UInt8]
    private let unit: [UInt8]
    private let count: Int
    private let tail: [UInt8]

    init(_ head: String = "", times count: Int, _ unit: String, _ tail: String = "") {
        (self.head, self.unit, self.count, self.tail) = (Array(head.utf8), Array(unit.utf8), count, Array(tail.utf8))
    }

    init(bytes: [UInt8]) {
        (head, unit, count, tail) = (bytes, [], 0, [])
    }

    init(stringLiteral text: String) {
        self.init(bytes: Array(text.utf8))
    }

    /// Writes the file bit by bit, so that the test itself needs no memory for it.
    func write(to path: String) throws {
        let file = try #require(fopen(path, "w"))
        defer { fclose(file) }
        fwrite(head, 1, head.count, file)
        let perBlock = max(1, 65_536 / max(1, unit.count))
        let block = Array((0..<perBlock).lazy.map { _ in unit }.joined())
        for _ in 0..<(count / perBlock) { fwrite(block, 1, block.count, file) }
        fwrite(block, 1, count % perBlock * unit.count, file)
        fwrite(tail, 1, tail.count, file)
    }

    /// A file of zeros that takes no room on the disk.
    static func makeZeros(_ count: Int, at path: String) throws {
        try HostileContent("").write(to: path)
        try #require(truncate(path, count) == 0)
    }
}

/// The entries of a directory with what changes when somebody writes there.
struct DirectoryListing: Equatable {
    private struct Entry: Equatable {
        let mode: mode_t
        let inode: ino_t
        let size: off_t
        let seconds: Int
        let nanoseconds: Int
    }

    private var entries: [[UInt8]: Entry] = [:]

    var isEmpty: Bool { entries.count == 1 }

    init(_ path: String) throws {
        let directory = try #require(opendir(path))
        defer { closedir(directory) }
        while let entry = readdir(directory) {
            let name = withUnsafeBytes(of: &entry.pointee.d_name) { Array($0.prefix { $0 != 0 }) }
            var status = stat()
            guard name != Array("..".utf8),
                fstatat(dirfd(directory), name.map { CChar(bitPattern: $0) } + [0], &status, AT_SYMLINK_NOFOLLOW) == 0
            else { continue }
            entries[name] = Entry(
                mode: status.st_mode,
                inode: status.st_ino,
                size: status.st_size,
                seconds: status.st_mtim.tv_sec,
                nanoseconds: status.st_mtim.tv_nsec
            )
        }
    }
}
