import Glibc

/// Programs of the machine, which are not everywhere.
package enum SystemTool {
    /// The path of a program in `PATH`, `nil` when it is not there.
    package static func path(_ name: String) -> String? {
        let path = getenv("PATH").map { String(cString: $0) } ?? ""
        return path.split(separator: ":").map { "\($0)/\(name)" }.first { access($0, X_OK) == 0 }
    }
}
