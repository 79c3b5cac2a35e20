import Glibc

/// Copies files and directories for a tool that may change them; links become what they lead to.
struct FileCopy {
    /// What nothing that is copied may lie outside of, all links resolved.
    let root: String
    /// What errors call the root.
    let name: String
    private let budget: CopyBudget

    /// - Parameters:
    ///   - root: What nothing that is copied may lie outside of.
    ///   - name: What errors call the root.
    ///   - budget: How much may be copied.
    /// - Throws: `ManifestSourceError` when the root is not there.
    init(root: String, name: String, budget: CopyBudget) throws(ManifestSourceError) {
        self.root = try ConfinedDirectory.resolve(root)
        self.name = name
        self.budget = budget
    }

    /// Copies a file, or a directory with all that is in it but `.git`; what is there already stays.
    ///
    /// - Parameters:
    ///   - source: The path of it.
    ///   - destination: The path of the copy.
    ///   - name: What errors call it.
    /// - Throws: `ManifestSourceError` for what lies outside of the root, and what is neither file nor directory.
    func copy(_ source: String, to destination: String, name: String) throws(ManifestSourceError) {
        try copy(source, to: destination, name: name, inside: [])
    }

    private func copy(
        _ source: String,
        to destination: String,
        name: String,
        inside directories: [String]
    ) throws(ManifestSourceError) {
        let resolved = try ConfinedDirectory.resolve(source, name: name)
        guard ConfinedDirectory.isInside(resolved, root) else {
            throw ManifestSourceError("\(name): lies outside of \(self.name), links resolved; move it inside")
        }
        // There may be passwords in it.
        guard !resolved.dropFirst(root.count).split(separator: "/").contains(".git") else {
            throw ManifestSourceError("\(name): belongs to Git, links resolved; name another file")
        }
        guard ConfinedDirectory.isDirectory(resolved) else {
            return try budget.copyFile(resolved, to: destination, name: name)
        }
        guard !directories.contains(resolved) else {
            throw ManifestSourceError("\(name): is a link to a directory that it is in; remove it")
        }
        try budget.take(name)
        try CopyBudget.makeDirectory(destination)
        for entry in try ConfinedDirectory.entries(of: resolved) where entry != ".git" {
            let path = "\(resolved)/\(entry)"
            guard !budget.isWorkspace(path) else { continue }
            try copy(
                path,
                to: "\(destination)/\(entry)",
                name: "\(name)/\(entry)",
                inside: directories + [resolved]
            )
        }
    }
}
