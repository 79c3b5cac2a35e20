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

    /// - Parameters:
    ///   - request: The application.
    ///   - private: An empty directory.
    /// - Throws: `ManifestSourceError` when the application directory is not there.
    init(_ request: LoadRequest, in private: String) throws(ManifestSourceError) {
        self.request = request
        top = "\(`private`)/files"
        temporary = "\(`private`)/temporary"
        clone = "\(`private`)/clone"
        application = try ConfinedDirectory.resolve(request.directory)
        directory = top + application
        try FileCopy.makeDirectory(directory)
        try FileCopy.makeDirectory(temporary)
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
            try FileCopy(root: request.confinedTo ?? application, name: request.directory)
                .copy(path, to: top + path, name: name)
            return Self.relative(path, from: application)
        }
    }

    /// Copies a chart on disk with the charts beside it that it depends on, and answers what helm is to open.
    func chart(_ path: String) throws(ManifestSourceError) -> String {
        let chart = try ConfinedDirectory.resolve(path.hasPrefix("/") ? path : "\(application)/\(path)", name: path)
        let root = request.confinedTo ?? RepositoryRoot.of(application)
        try copy(chart, FileCopy(root: root, name: root), name: path)
        return Self.relative(chart, from: application)
    }

    /// Copies a chart of the repository that was cloned, and answers what helm is to open.
    func chart(_ git: GitChart) throws(ManifestSourceError) -> String {
        let name = "\(git.path) in \(git.remote.withoutUserInfo)"
        let chart = try ConfinedDirectory.resolve("\(clone)/\(git.path)", name: name)
        try copy(chart, FileCopy(root: clone, name: "the repository"), name: name)
        return top + chart
    }

    private func copy(_ chart: String, _ files: FileCopy, name: String) throws(ManifestSourceError) {
        try files.copy(chart, to: top + chart, name: name)
        for path in try ChartDependencies.paths(of: top + chart, name: name) {
            // helm looks where the path leads without resolving links.
            let place = ConfinedDirectory.normalized("\(chart)/\(path)")
            try files.copy(place, to: top + place, name: "file://\(path)")
        }
    }

    /// A path as seen from a directory; both are absolute and without links.
    private static func relative(_ path: String, from directory: String) -> String {
        let (parts, base) = (path.split(separator: "/"), directory.split(separator: "/"))
        let common = zip(parts, base).prefix { $0 == $1 }.count
        let steps = base.dropFirst(common).map { _ in ".." } + parts.dropFirst(common)
        return steps.isEmpty ? "." : steps.joined(separator: "/")
    }
}
