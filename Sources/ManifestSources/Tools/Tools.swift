import Glibc

/// Where the tools of the user are: a path that was set, else in `PATH`, else what `install` answers.
package struct Tools: Sendable {
    /// Provides a tool that was found nowhere, and answers its path.
    package typealias Install = @Sendable (_ tool: Tool, _ version: String?) async throws -> String

    /// The variables that tools are found by, and run with as far as they need them.
    let environment: [String: String]
    private let paths: [Tool: String]
    private let settingPrefix: String
    private let install: Install?
    private let versions = OnceForEach<ToolFile, String?>()

    /// Tools that are looked for when they are needed.
    ///
    /// - Parameters:
    ///   - paths: The paths that were set.
    ///   - environment: The variables of the process.
    ///   - settingPrefix: What stands before the name of a tool in the name of the setting for its path.
    ///   - install: Provides what is not there.
    package init(
        paths: [Tool: String] = [:],
        environment: [String: String],
        settingPrefix: String = "--",
        install: Install? = nil
    ) {
        self.paths = paths
        self.environment = environment
        self.settingPrefix = settingPrefix
        self.install = install
    }

    /// Finds a tool.
    ///
    /// - Parameters:
    ///   - tool: The tool.
    ///   - version: The wanted version, such as `3.17.0`; another one is better than none, and the result says so.
    /// - Returns: The tool, the same each time.
    /// - Throws: `ManifestSourceError` that names the tool, the places looked at and the setting; also when a path that was
    ///   set is none of an executable file.
    func locate(_ tool: Tool, version: String? = nil) async throws(ManifestSourceError) -> LocatedTool {
        try await locate([tool], version: version)
    }

    /// Finds one of several tools that do the same: the first, or the first that is of the wanted version.
    ///
    /// Where a path was set for any of them, the others do not count.
    func locate(_ tools: [Tool], version: String?) async throws(ManifestSourceError) -> LocatedTool {
        var found: [LocatedTool] = []
        for tool in tools {
            if let path = try set(tool) { found.append(LocatedTool(tool: tool, path: path)) }
        }
        let isSet = !found.isEmpty
        var places: [String] = []
        for tool in isSet ? [] : tools {
            let (path, directories) = search(tool)
            if let path { found.append(LocatedTool(tool: tool, path: path)) }
            places += directories.map { "\($0)/\(tool.rawValue)" }
        }
        guard let version, !version.isEmpty else {
            if let first = found.first { return first }
            return try await installed(tools, version: nil, places)
        }
        var others: [String] = []
        for tool in found {
            let actual = await self.version(of: tool)
            if actual == version.withoutV { return tool }
            others.append(actual ?? "of a version that it does not tell")
        }
        guard var first = found.first else { return try await installed(tools, version: version, places) }
        if !isSet, install != nil, let exact = try? await installed(tools, version: version, places) { return exact }
        if Task.isCancelled { throw .cancelled }
        let rest = zip(found, others).dropFirst().map { " (\($0.path) is \($1))" }.joined()
        first.warning =
            "\(tools[0].rawValue) \(version) is configured, and \(first.path) is used, which is \(others[0])\(rest)"
        return first
    }

    /// The tool where it is now, `nil` when it is nowhere; nothing is installed.
    ///
    /// - Throws: `ManifestSourceError` when a path that was set is none of an executable file.
    func present(_ tool: Tool) throws(ManifestSourceError) -> LocatedTool? {
        let path = if let path = try set(tool) { path as String? } else { search(tool).path }
        return path.map { LocatedTool(tool: tool, path: $0) }
    }

    // MARK: Places

    /// The path that was set.
    private func set(_ tool: Tool) throws(ManifestSourceError) -> String? {
        guard let path = paths[tool], !path.isEmpty else { return nil }
        guard let resolved = Self.executable(path) else {
            throw ManifestSourceError(
                "\(tool.rawValue): \(settingPrefix)\(tool.rawValue) \(path) is no executable file; correct the path"
            )
        }
        return resolved
    }

    /// The path in a directory of `PATH`, and the directories that were looked at; one that is not absolute is not.
    ///
    /// Relative ones depend on where the process runs, which may be in a repository.
    private func search(_ tool: Tool) -> (path: String?, directories: [String]) {
        let directories = (environment["PATH"] ?? "").split(separator: ":").map(String.init).reduce(into: [String]()) {
            if $1.hasPrefix("/"), !$0.contains($1) { $0.append($1) }
        }
        let path = directories.lazy.compactMap { Self.executable("\($0)/\(tool.rawValue)") }.first
        return (path, directories)
    }

    private func installed(
        _ tools: [Tool],
        version: String?,
        _ places: [String]
    ) async throws(ManifestSourceError) -> LocatedTool {
        let tool = tools[0]
        // There is no setting for git.
        let settings = tools.filter { $0 != .git }.map { "\(settingPrefix)\($0.rawValue)" }.joined(separator: " or ")
        let advice = settings.isEmpty ? "install it" : "install it, or give its path with \(settings)"
        let looked = places.isEmpty ? "in PATH, which is empty" : "at \(places.joined(separator: ", "))"
        let missing = "\(tool.rawValue) is not there: looked \(looked); \(advice)"
        guard let install else { throw ManifestSourceError(missing) }
        do {
            let path = try await install(tool, version)
            guard let resolved = Self.executable(path) else {
                throw ManifestSourceError("\(tool.rawValue): \(path) was provided and is no executable file")
            }
            return LocatedTool(tool: tool, path: resolved)
        } catch let error as ManifestSourceError {
            throw error
        } catch {
            if Task.isCancelled { throw .cancelled }
            throw ManifestSourceError("\(missing); it cannot be provided either: \(error)")
        }
    }

    /// The absolute path of an executable file, links kept: some programs look at the name that they are called by.
    private static func executable(_ path: String) -> String? {
        var status = stat()
        guard !path.utf8.contains(0), stat(path, &status) == 0, status.st_mode & S_IFMT == S_IFREG,
            access(path, X_OK) == 0
        else { return nil }
        guard !path.hasPrefix("/") else { return path }
        guard let directory = getcwd(nil, 0) else { return nil }
        defer { free(directory) }
        return "\(String(cString: directory))/\(path)"
    }

    // MARK: Versions

    /// The version that a tool says it is of, asked once for each file; `nil` when it does not say, which may be otherwise
    /// the next time.
    private func version(of tool: LocatedTool) async -> String? {
        await versions.value(for: ToolFile(tool), keeping: { $0 != nil }) {
            var limits = ToolLimits.standard
            limits.time = .seconds(30)
            limits.output = 64 << 10
            let run = ToolRun(tool, environment: environment, limits: limits)
            let text = try? await run.output(tool.tool.versionArguments, in: "/")
            if Task.isCancelled { return nil }
            return .some(text.flatMap { tool.tool.version(in: String(decoding: $0, as: UTF8.self)) })
        } ?? nil
    }
}

/// A tool and the file that it is now: another one at the same path may be of another version.
private struct ToolFile: Hashable {
    let tool: LocatedTool
    private let identity: [Int]

    init(_ tool: LocatedTool) {
        self.tool = tool
        var status = stat()
        identity =
            stat(tool.path, &status) == 0
            ? [
                Int(truncatingIfNeeded: status.st_dev), Int(truncatingIfNeeded: status.st_ino), Int(status.st_size),
                status.st_mtim.tv_sec, status.st_mtim.tv_nsec,
            ] : []
    }
}

extension Tool {
    /// What makes the tool tell its version.
    fileprivate var versionArguments: [String] {
        switch self {
        case .kustomize: ["version"]
        case .kubectl: ["version", "--client"]
        case .helm: ["version", "--short"]
        case .git: ["version"]
        }
    }

    /// The version in what the tool then prints; for kubectl that of the kustomize inside it.
    fileprivate func version(in text: String) -> String? {
        let lines = text.split(whereSeparator: \.isNewline)
        let line = self == .kubectl ? lines.first { $0.hasPrefix("Kustomize Version:") } : lines.first
        let word = line?.split { " {}:/+,".contains($0) }.first { word in
            let number = word.first == "v" ? word.dropFirst() : word
            return number.first?.isASCIIDigit == true && number.contains(".")
        }
        return word.map { String($0).withoutV }
    }
}

extension Character {
    fileprivate var isASCIIDigit: Bool { ("0"..."9").contains(self) }
}

extension String {
    /// A version without the `v` that some write before it.
    fileprivate var withoutV: String { hasPrefix("v") ? String(dropFirst()) : self }
}
