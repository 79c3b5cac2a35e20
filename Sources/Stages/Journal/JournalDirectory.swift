import Glibc

/// The directory that holds the journals of one application, the newest ones.
package struct JournalDirectory: Sendable {
    /// Where it is.
    package let path: String
    private let application: String

    /// The place for an application below the user's directory for state.
    ///
    /// [XDG_STATE_HOME](https://specifications.freedesktop.org/basedir-spec/latest/), which must be absolute, else
    /// `~/.local/state`.
    ///
    /// - Throws: `JournalError` when the environment names neither.
    package init(application: String, environment: [String: String]) throws {
        let named = environment["XDG_STATE_HOME"].flatMap { $0.hasPrefix("/") ? $0 : nil }
        let home = environment["HOME"].flatMap { $0.hasPrefix("/") ? "\($0)/.local/state" : nil }
        guard let state = named ?? home else { throw JournalError(path: "of \(application)", .noStateDirectory) }
        path = "\(state)/flotilla/\(Self.fileName(application))"
        self.application = application
    }

    /// Where the journal of a run is.
    package func journal(of run: RunID) -> String { "\(path)/\(run)\(Self.ending)" }

    /// Makes the directory and those above it, for the user alone.
    ///
    /// - Throws: `JournalError` with the system's words.
    package func make() throws {
        var made = ""
        for part in path.split(separator: "/") {
            made += "/\(part)"
            guard mkdir(made, 0o700) != 0, errno != EEXIST else { continue }
            // A directory above that is there may be one in which nobody makes others.
            let words = String(cString: strerror(errno)).lowercased()
            guard access(made, F_OK) == 0 else { throw JournalError(path: made, .system(words)) }
        }
    }

    /// The journal of the latest run.
    ///
    /// - Throws: `JournalError` when there is none.
    package func latest() throws -> String {
        guard let name = names().last else {
            throw JournalError(path: path, .nothingToResume(application: application))
        }
        return "\(path)/\(name)"
    }

    /// Removes all but the newest journals, and none that is being written.
    package func prune(keeping count: Int = 20) {
        for name in names().dropLast(count) {
            let descriptor = open("\(path)/\(name)", O_RDONLY | O_CLOEXEC | O_NONBLOCK)
            guard descriptor >= 0 else { continue }
            if flock(descriptor, LOCK_EX | LOCK_NB) == 0 { unlink("\(path)/\(name)") }
            close(descriptor)
        }
    }

    private static let ending = ".jsonl"

    /// The files in the order of their runs.
    private func names() -> [String] {
        guard let directory = opendir(path) else { return [] }
        defer { closedir(directory) }
        var names: [String] = []
        while let entry = readdir(directory) {
            let bytes = withUnsafeBytes(of: &entry.pointee.d_name) { Array($0.prefix { $0 != 0 }) }
            names.append(String(decoding: bytes, as: UTF8.self))
        }
        return names.filter { $0.hasSuffix(Self.ending) }.sorted()
    }

    /// The application's id as one part of a path, each other one in other letters.
    private static func fileName(_ application: String) -> String {
        let name = application.utf8.map { byte -> String in
            let letter = Character(UnicodeScalar(byte))
            let isPlain = letter.isASCII && (letter.isLetter || letter.isNumber || "-_.".contains(letter))
            return isPlain ? String(letter) : "%" + String(byte, radix: 16)
        }.joined()
        return name.hasPrefix(".") ? "%2e" + name.dropFirst() : String(name.prefix(200))
    }
}
