import Glibc

/// Standard output for results and standard error for everything else, each text written whole.
enum Console {
    /// Writes a result, ended by one line feed.
    ///
    /// A result that cannot be written ends the process with 1: nobody must take its absence for a success. A command that was
    /// cancelled has no result.
    static func output(_ text: String) {
        guard !Task.isCancelled else { return }
        guard !write(text.hasSuffix("\n") ? text : text + "\n", to: STDOUT_FILENO) else { return }
        error("cannot write the result: \(String(cString: strerror(errno)))")
        exit(1)
    }

    /// Writes a message, ended by one line feed.
    static func error(_ text: String) {
        write(text.hasSuffix("\n") ? text : text + "\n", to: STDERR_FILENO)
    }

    /// Writes control sequences as they are.
    static func draw(_ text: String) {
        write(text, to: STDERR_FILENO)
    }

    /// Whether messages go to a terminal that can redraw.
    static var isTerminal: Bool {
        isatty(STDERR_FILENO) == 1 && getenv("TERM").map { String(cString: $0) } != "dumb"
    }

    /// The size of the terminal that messages go to, in columns and rows.
    static var size: (columns: Int, rows: Int) { size(of: STDERR_FILENO) }

    /// Whether results go to a terminal that can redraw.
    static var isOutputTerminal: Bool {
        isatty(STDOUT_FILENO) == 1 && getenv("TERM").map { String(cString: $0) } != "dumb"
    }

    /// The size of the terminal that results go to, in columns and rows.
    static var outputSize: (columns: Int, rows: Int) { size(of: STDOUT_FILENO) }

    /// Writes control sequences to where results go, as they are.
    static func drawOutput(_ text: String) {
        write(text, to: STDOUT_FILENO)
    }

    private static func size(of descriptor: Int32) -> (columns: Int, rows: Int) {
        var size = winsize()
        guard ioctl(descriptor, UInt(TIOCGWINSZ), &size) == 0 else { return (80, 24) }
        return (size.ws_col > 0 ? Int(size.ws_col) : 80, size.ws_row > 0 ? Int(size.ws_row) : 24)
    }

    /// Whether the terminal takes messages now; one that its user has stopped does not.
    static var canDraw: Bool {
        var terminal = pollfd(fd: STDERR_FILENO, events: Int16(POLLOUT), revents: 0)
        return poll(&terminal, 1, 0) == 1 && terminal.revents & Int16(POLLOUT) != 0
    }

    /// Writes a text whole; whether that worked.
    @discardableResult
    private static func write(_ text: String, to descriptor: Int32) -> Bool {
        var bytes = Array(text.utf8)[...]
        while !bytes.isEmpty {
            let count = bytes.withUnsafeBytes { Glibc.write(descriptor, $0.baseAddress, $0.count) }
            if count < 0 && errno != EINTR { return false }
            bytes = bytes.dropFirst(max(0, count))
        }
        return true
    }
}
