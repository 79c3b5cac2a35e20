import Glibc

/// A private directory for manifests, credentials and caches.
struct Workspace {
    let path: String

    init() throws {
        let parent = getenv("TMPDIR").map { String(cString: $0) } ?? "/tmp"
        guard let name = strdup("\(parent)/flotilla-bench.XXXXXX") else { throw BenchError.interrupted }
        defer { free(name) }
        guard mkdtemp(name) != nil else {
            throw BenchError.file(String(cString: name), reason: String(cString: strerror(errno)))
        }
        path = String(cString: name)
    }

    /// A directory inside, made when it is missing.
    func folder(_ name: String) throws -> String {
        try TextFile.makeDirectory("\(path)/\(name)")
        return "\(path)/\(name)"
    }

    /// Removes everything.
    func remove() {
        do {
            try Lanes(folder: path).run([[Command(try Executable.find("rm"), ["-rf", path])]])
        } catch { note("\(path) is left: \(error)") }
    }
}
