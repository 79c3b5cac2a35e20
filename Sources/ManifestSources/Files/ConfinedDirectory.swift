import Glibc
import Manifests

/// A directory whose files are read, and the larger one that they must not leave.
struct ConfinedDirectory {
    /// The directory, all links resolved.
    let path: String
    private let root: String
    private let rootAsGiven: String

    /// Opens a directory.
    ///
    /// - Parameters:
    ///   - path: The directory that names are relative to.
    ///   - root: What no file may lie outside of; the directory itself when `nil`.
    /// - Throws: `ManifestSourceError` when one of them is not there, or the directory lies outside of the other.
    init(_ path: String, confinedTo root: String?) throws(ManifestSourceError) {
        self.path = try Self.resolve(path)
        self.root = try root.map { given throws(ManifestSourceError) in try Self.resolve(given) } ?? self.path
        rootAsGiven = root ?? path
        guard isInside(self.path) else { throw ManifestSourceError("\(path): lies outside of \(rootAsGiven)") }
    }

    /// The names in the directory that a scan takes, in the order of their bytes.
    ///
    /// Sub-directories and files with another extension are left out.
    func manifestNames(except configFileName: String) throws(ManifestSourceError) -> [String] {
        try Self.entries(of: path).filter { name in
            name != configFileName && [".yaml", ".yml", ".json"].contains { name.hasSuffix($0) } && !isDirectory(name)
        }
    }

    /// Whether there is anything at a path.
    static func exists(_ path: String) -> Bool {
        access(path, F_OK) == 0
    }

    /// Reads a file that must lie inside the root once all links are resolved.
    func read(_ name: String, limit: Int) throws(ManifestSourceError) -> [UInt8] {
        guard !name.isEmpty else { throw ManifestSourceError("the name of a manifest file is empty; remove it") }
        let given = name.hasPrefix("/") ? name : "\(path)/\(name)"
        let resolved = try Self.resolve(given, name: name)
        guard isInside(resolved) else {
            throw ManifestSourceError(
                "\(name.inOneLine(limit: 4096)): lies outside of \(rootAsGiven), links resolved; move it inside"
            )
        }
        return try PlainFile(resolved, name: name).read(limit: limit)
    }

    private func isInside(_ resolved: String) -> Bool { Self.isInside(resolved, root) }

    /// Whether a path is that of a directory or below it, byte by byte; both are without links.
    static func isInside(_ resolved: String, _ root: String) -> Bool {
        let (bytes, above) = (resolved.utf8, root.utf8)
        guard root != "/", bytes.starts(with: above) else { return root == "/" }
        return bytes.count == above.count || bytes.dropFirst(above.count).first == UInt8(ascii: "/")
    }

    /// The names in a directory in the order of their bytes, that of itself and of the one above left out.
    static func entries(of path: String) throws(ManifestSourceError) -> [String] {
        guard let directory = opendir(path) else { throw failure(path, errno) }
        defer { closedir(directory) }
        var names: [String] = []
        while let entry = readdir(directory) {
            let name = withUnsafeBytes(of: &entry.pointee.d_name) {
                String(decoding: $0.prefix { $0 != 0 }, as: UTF8.self)
            }
            if name != ".", name != ".." { names.append(name) }
        }
        return names.sorted { $0.utf8.lexicographicallyPrecedes($1.utf8) }
    }

    /// Whether a name stands for a directory itself; a link to one does not count, so that reading it fails.
    private func isDirectory(_ name: String) -> Bool {
        var status = stat()
        return lstat("\(path)/\(name)", &status) == 0 && status.st_mode & S_IFMT == S_IFDIR
    }

    /// A path without links.
    static func resolve(_ path: String, name: String? = nil) throws(ManifestSourceError) -> String {
        guard !path.utf8.contains(0), let resolved = realpath(path, nil) else {
            throw failure(name ?? path, path.utf8.contains(0) ? EINVAL : errno)
        }
        defer { free(resolved) }
        return String(cString: resolved)
    }

    /// A path without links as far as it is there, the rest as it is.
    static func resolvedAsFarAsThere(_ path: String) -> String {
        var (there, rest) = (path[...], "")
        while !there.isEmpty {
            if let resolved = try? resolve(String(there)) {
                return resolved == "/" && !rest.isEmpty ? rest : resolved + rest
            }
            let end = there.lastIndex(of: "/") ?? there.startIndex
            rest = there[end...] + rest
            there = there[..<end]
        }
        return path
    }

    /// An absolute path without `.` and `..`; `nil` when it leads above `/`, which only a copy has anything above.
    static func normalized(_ path: String) -> String? {
        var normalized: [String] = []
        for step in steps(of: path) where step != "." {
            guard step == ".." else {
                normalized.append(step)
                continue
            }
            guard normalized.popLast() != nil else { return nil }
        }
        return "/" + normalized.joined(separator: "/")
    }

    /// The names in a path, byte by byte: an accent behind a slash makes no other character of it.
    static func steps(of path: String) -> [String] {
        path.utf8.split(separator: UInt8(ascii: "/")).map { String(decoding: $0, as: UTF8.self) }
    }

    /// Whether a path leads to a directory, links followed.
    static func isDirectory(_ path: String) -> Bool {
        var status = stat()
        return !path.utf8.contains(0) && stat(path, &status) == 0 && status.st_mode & S_IFMT == S_IFDIR
    }

    /// Why the system does not do something with a file.
    static func failure(_ name: String, _ code: CInt) -> ManifestSourceError {
        // What is no UTF-8 in a name was read as this sign, and no file is found under it.
        let advice = code == ENOENT && name.contains("\u{FFFD}") ? "the name must be UTF-8; rename the file" : nil
        return ManifestSourceError(
            "\(name.inOneLine(limit: 4096)): \(advice ?? String(cString: strerror(code)).lowercased())"
        )
    }
}
