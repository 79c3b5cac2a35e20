import Glibc

/// Standard output for results and standard error for everything else, each text written whole.
enum Console {
    /// Writes a result, ended by one line feed.
    ///
    /// A result that cannot be written ends the process with 1: nobody must take its absence for a success.
    static func output(_ text: String) {
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

    /// The width of the terminal in columns.
    static var width: Int {
        var size = winsize()
        guard ioctl(STDERR_FILENO, UInt(TIOCGWINSZ), &size) == 0, size.ws_col > 0 else { return 80 }
        return Int(size.ws_col)
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
