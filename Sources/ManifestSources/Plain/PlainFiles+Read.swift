import Glibc
package import Manifests

extension PlainFiles {
    /// The bytes of one file that the user names, wherever it lies; links are followed.
    ///
    /// - Throws: `ManifestSourceError` when it cannot be read, is no regular file or is longer than the limit.
    package static func read(_ path: String, limits: ReadLimits = .standard) throws(ManifestSourceError) -> [UInt8] {
        guard let resolved = realpath(path, nil) else {
            throw ManifestSourceError(
                "\(path.inOneLine(limit: 4096)): \(String(cString: strerror(errno)).lowercased())"
            )
        }
        defer { free(resolved) }
        return try PlainFile(String(cString: resolved), name: path).read(limit: limits.bytes)
    }
}
