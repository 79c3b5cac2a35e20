/// The private directory that helm works in.
///
/// It holds what helm is to read, laid out as in the file system, and nothing else: so helm may write into charts, finds
/// no directory where a repository was meant, and does not see files change.
struct HelmWorkspace {
    /// The copy of the application directory, which helm runs in.
    let directory: String
    /// An empty directory for helm's own temporary files.
    let temporary: String
    /// Where a chart in Git is cloned to; nothing is there yet.
    let clone: String
    private let application: String
    private let request: LoadRequest
    private let top: String
    private let budget: CopyBudget

    /// - Parameters:
    ///   - request: The application.
    ///   - private: An empty directory.
    /// - Throws: `ManifestSourceError` when the application directory is not there.
    init(_ request: LoadRequest, in private: String) throws(ManifestSourceError) {
        self.request = request
        top = "\(`private`)/files"
        budget = CopyBudget(workspace: `private`)
        temporary = "\(`private`)/temporary"
        clone = "\(`private`)/clone"
        application = try ConfinedDirectory.resolve(request.directory)
        directory = top + application
        try CopyBudget.makeDirectory(directory)
        try CopyBudget.makeDirectory(temporary)
    }

    /// Runs a body in whose error the names of copies are those of the originals.
    func withOriginalNames(
        _ body: () async throws(ManifestSourceError) -> ToolRun.Output
    ) async throws(ManifestSourceError) -> ToolRun.Output {
        do throws(ManifestSourceError) {
            let output = try await body()
            return ToolRun.Output(bytes: output.bytes, complaints: output.complaints.map(original))
        } catch {
            throw error.isCancelled ? error : ManifestSourceError(error.problems.map(original))
        }
    }

    private func original(_ text: String) -> String {
        text.replacing(top, with: "").replacing("\(clone)/", with: "")
    }

    /// Copies a file of values, and answers what helm is to open.
    func file(_ name: String, as use: ValuesFile.Use) throws(ManifestSourceError) -> String {
        switch try ValuesFile(name, as: use, in: application, confinedTo: request.confinedTo) {
        case .remote(let address): return address
        case .local(let path):
            try FileCopy(root: request.confinedTo ?? application, name: request.directory, budget: budget)
                .copy(path, to: top + path, name: name)
            let relative = Self.relative(path, from: application)
            // What is before a colon would be the scheme of a URL.
            return relative.utf8.contains(UInt8(ascii: ":")) ? "./\(relative)" : relative
        }
    }

    /// A chart that was copied.
    struct Chart {
        /// What helm is to open.
        let path: String
        /// Whom helm asks for what it depends on.
        let dependencies: ChartOrigin
    }

    /// Copies a chart on disk with the charts beside it that it depends on.
    func chart(_ path: String) throws(ManifestSourceError) -> Chart {
        let chart = try ConfinedDirectory.resolve(path.hasPrefix("/") ? path : "\(application)/\(path)", name: path)
        let root = request.confinedTo ?? RepositoryRoot.of(application)
        let dependencies = try copy(chart, FileCopy(root: root, name: root, budget: budget), name: path)
        let relative = Self.relative(chart, from: application)
        return Chart(path: relative, dependencies: dependencies.origin)
    }

    /// Copies a chart of the repository that was cloned.
    func chart(_ git: GitChart) throws(ManifestSourceError) -> Chart {
        let name = "\(git.path) in \(git.remote.withoutUserInfo)"
        let chart = try ConfinedDirectory.resolve("\(clone)/\(git.path)", name: name)
        let dependencies = try copy(chart, FileCopy(root: clone, name: "the repository", budget: budget), name: name)
        return Chart(path: top + chart, dependencies: dependencies.origin)
    }

    private func copy(
        _ chart: String,
        _ files: FileCopy,
        name: String
    ) throws(ManifestSourceError) -> ChartDependencies {
        try files.copy(chart, to: top + chart, name: name)
        let dependencies = try ChartDependencies(of: top + chart, name: name)
        for path in dependencies.paths {
            // helm looks where the path leads without resolving links.
            guard let place = ConfinedDirectory.normalized("\(chart)/\(path)") else {
                throw ManifestSourceError("file://\(path): lies outside of \(files.name); move it inside")
            }
            try files.copy(place, to: top + place, name: "file://\(path)")
        }
        return dependencies
    }

    /// A path as seen from a directory; both are absolute and without links.
    private static func relative(_ path: String, from directory: String) -> String {
        let (parts, base) = (ConfinedDirectory.steps(of: path), ConfinedDirectory.steps(of: directory))
        let common = zip(parts, base).prefix { $0.utf8.elementsEqual($1.utf8) }.count
        let steps = base.dropFirst(common).map { _ in ".." } + parts.dropFirst(common)
        return steps.isEmpty ? "." : steps.joined(separator: "/")
    }
}
