import Glibc

/// A small shell script that stands in for a tool, and counts its runs.
package struct StandIn: Sendable {
    /// The folder with the script, to be named in `PATH`.
    package let directory: String
    /// The name of the tool.
    package let name: String

    /// The path of the script.
    package var path: String { "\(directory)/\(name)" }

    /// Writes the script: it notes each run, with the arguments in brackets, before its own lines.
    package init(_ name: String, in directory: String, _ lines: String) throws {
        self.directory = directory
        self.name = name
        let note =
            "for a in \"$@\"; do printf '[%s]' \"$a\"; done >> '\(directory)/\(name).runs'; echo >> '\(directory)/\(name).runs'"
        try TestFiles.write("#!/bin/sh\n\(note)\n\(lines)\n", to: path)
        guard chmod(path, 0o755) == 0 else { throw TestFiles.Failure(description: "cannot make \(path) a program") }
    }

    /// The arguments of each run, `[build][.]`.
    package var runs: [String] {
        ((try? TestFiles.text("\(path).runs")) ?? "").split(separator: "\n").map(String.init)
    }

    /// Where the programs are that scripts use.
    package static let systemPath = "/usr/local/bin:/usr/bin:/bin"
}
