import Glibc

/// A started program, and what the kernel counted for it.
///
/// swift-subprocess waits with `waitid`, which gives no resource usage, and `getrusage(RUSAGE_CHILDREN)` gives only the
/// largest peak of all children together. `wait4` gives CPU time and peak memory of exactly one child, so this file starts
/// and awaits processes itself.
struct ChildProcess {
    let id: pid_t
    let command: Command

    /// The files that a child writes to, in `folder`.
    static func output(_ name: String, in folder: String) -> (out: String, errors: String) {
        ("\(folder)/\(name).out", "\(folder)/\(name).err")
    }

    /// Starts a program with its output going to files, and a small environment of its own.
    ///
    /// `HOME` is `folder`, so that no configuration of the user changes what is measured.
    static func start(_ command: Command, name: String, folder: String) throws -> ChildProcess {
        var actions = posix_spawn_file_actions_t()
        posix_spawn_file_actions_init(&actions)
        defer { posix_spawn_file_actions_destroy(&actions) }
        let files = output(name, in: folder)
        let writing = O_WRONLY | O_CREAT | O_TRUNC
        posix_spawn_file_actions_addopen(&actions, STDIN_FILENO, "/dev/null", O_RDONLY, 0)
        posix_spawn_file_actions_addopen(&actions, STDOUT_FILENO, command.output ?? files.out, writing, 0o600)
        posix_spawn_file_actions_addopen(&actions, STDERR_FILENO, files.errors, writing, 0o600)

        let path = getenv("PATH").map { String(cString: $0) } ?? "/usr/bin:/bin"
        var id: pid_t = 0
        let code = withCStrings([command.program] + command.arguments) { arguments in
            withCStrings(["PATH=\(path)", "HOME=\(folder)", "LC_ALL=C"]) { environment in
                posix_spawn(&id, command.program, &actions, nil, arguments, environment)
            }
        }
        guard code == 0 else { throw BenchError.start(command.program, reason: String(cString: strerror(code))) }
        return ChildProcess(id: id, command: command)
    }

    /// Looks whether this child has ended.
    ///
    /// - Returns: The words for how it ended (`nil` for exit code 0) and what it used; `nil` as long as it runs.
    func look() -> (ending: String?, used: rusage)? {
        var status: Int32 = 0
        var used = rusage()
        guard wait4(id, &status, WNOHANG, &used) == id else { return nil }
        return (Self.words(for: status), used)
    }

    /// Sends a signal.
    func send(_ signal: Int32) {
        kill(id, signal)
    }

    /// Ends the child with Ctrl-C, also one that is stopped, and waits for its end.
    func end() {
        send(SIGINT)
        send(SIGCONT)
        var status: Int32 = 0
        while wait4(id, &status, 0, nil) < 0, errno == EINTR { continue }
    }

    /// How many sockets the child has open now.
    var openSockets: Int {
        let folder = "/proc/\(id)/fd"
        guard let directory = opendir(folder) else { return 0 }
        defer { closedir(directory) }
        var count = 0
        var target = [CChar](repeating: 0, count: 64)
        while let entry = readdir(directory) {
            let name = withUnsafeBytes(of: entry.pointee.d_name) {
                String(decoding: $0.prefix { $0 != 0 }, as: UTF8.self)
            }
            let length = readlink("\(folder)/\(name)", &target, target.count)
            if length > 7, target.prefix(7).elementsEqual("socket:".utf8.map { CChar(bitPattern: $0) }) { count += 1 }
        }
        return count
    }

    /// Waits for whichever child ends next.
    ///
    /// - Returns: Its id, the words for how it ended (`nil` for exit code 0) and what it used; `nil` when there is no child.
    static func awaitNext() -> (id: pid_t, ending: String?, used: rusage)? {
        var status: Int32 = 0
        var used = rusage()
        while true {
            let id = wait4(-1, &status, 0, &used)
            if id > 0 { return (id, words(for: status), used) }
            guard errno == EINTR else { return nil }
        }
    }

    /// What a wait status says; `nil` for exit code 0.
    private static func words(for status: Int32) -> String? {
        let signal = status & 0x7f
        guard signal == 0 else { return "ended by signal \(signal)" }
        let code = (status >> 8) & 0xff
        return code == 0 ? nil : "exit code \(code)"
    }
}

/// Calls `body` with a NULL-terminated array of C strings that lives as long as the call.
private func withCStrings<Result>(
    _ strings: [String],
    _ body: (UnsafePointer<UnsafeMutablePointer<CChar>?>) -> Result
) -> Result {
    var pointers = strings.map { strdup($0) }
    pointers.append(nil)
    defer { for pointer in pointers { free(pointer) } }
    return body(pointers)
}
