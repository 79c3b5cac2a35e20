import Glibc

/// Finds programs as a shell does.
enum Executable {
    /// The path of a program, its links resolved.
    ///
    /// - Parameter name: A path, or a name to look for in `PATH`.
    /// - Returns: The absolute path of the program itself.
    /// - Throws: `BenchError.setting` when there is no such program.
    static func find(_ name: String) throws -> String {
        let folders =
            name.contains("/") ? [""] : (getenv("PATH").map { String(cString: $0) } ?? "").split(separator: ":")
        for folder in folders {
            let path = folder.isEmpty ? name : "\(folder)/\(name)"
            if access(path, X_OK) == 0, let resolved = realpath(path, nil) {
                defer { free(resolved) }
                return String(cString: resolved)
            }
        }
        throw BenchError.setting("no program \"\(name)\": install it or give its path")
    }
}
