import Glibc

/// A private directory that goes away with its content.
enum TemporaryDirectory {
    /// Runs a body with a new directory, which only this user can look into, and removes it afterwards.
    ///
    /// - Parameters:
    ///   - environment: Where `TMPDIR` says where the directory is made.
    ///   - body: Gets the path, all links resolved.
    /// - Returns: What the body returns.
    /// - Throws: `ManifestSourceError` when no directory can be made, and what the body throws.
    static func with<Result>(
        _ environment: [String: String],
        _ body: (String) async throws(ManifestSourceError) -> Result
    ) async throws(ManifestSourceError) -> Result {
        let parent = environment["TMPDIR"].nonEmpty ?? "/tmp"
        var template = Array("\(parent)/flotilla-XXXXXX".utf8CString)
        guard mkdtemp(&template) != nil else {
            let reason = String(cString: strerror(errno)).lowercased()
            throw ManifestSourceError("cannot make a directory in \(parent): \(reason); set TMPDIR")
        }
        let path = String(decoding: template.dropLast().map { UInt8(bitPattern: $0) }, as: UTF8.self)
        defer { remove(path) }
        return try await body(try ConfinedDirectory.resolve(path))
    }

    /// Removes a file, or a directory with all that is in it, as far as that is possible; links are not followed.
    private static func remove(_ path: String) {
        var status = stat()
        if lstat(path, &status) == 0, status.st_mode & S_IFMT == S_IFDIR {
            let names = (try? ConfinedDirectory(path, confinedTo: nil).names()) ?? []
            for name in names where name != "." && name != ".." { remove("\(path)/\(name)") }
        }
        _ = Glibc.remove(path)
    }
}
