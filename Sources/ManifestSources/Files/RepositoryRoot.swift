/// The top of the working tree that a directory is in.
enum RepositoryRoot {
    /// The nearest directory at or above a directory, links resolved, that has a `.git`; without one the directory itself.
    ///
    /// A directory that is not there is its own root: what needs it says so.
    static func of(_ directory: String) -> String {
        guard let resolved = try? ConfinedDirectory.resolve(directory) else { return directory }
        var candidate = resolved[...]
        while !candidate.isEmpty {
            if ConfinedDirectory.exists("\(candidate)/.git") { return String(candidate) }
            candidate = candidate[..<(candidate.lastIndex(of: "/") ?? candidate.startIndex)]
        }
        return resolved
    }
}
