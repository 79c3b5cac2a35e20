import Glibc

/// The folder that holds `Package.swift`.
package enum PackageRoot {
    /// The path of the folder, links resolved, so that a package that borrows these sources by links finds it too.
    package static let path: String = {
        let file = realpath(#filePath, nil).map { resolved in
            defer { free(resolved) }
            return String(cString: resolved)
        }
        return (file ?? #filePath).split(separator: "/", omittingEmptySubsequences: false).dropLast(3).joined(
            separator: "/"
        )
    }()

    /// The path of something inside the folder.
    package static func path(_ relative: String) -> String { "\(path)/\(relative)" }
}
