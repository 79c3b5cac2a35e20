/// Makes manifests of a kustomization, through the user's own kustomize, else the one inside kubectl.
///
/// It runs in a private copy of the application directory, see `PrivateCopy`.
struct KustomizeRenderer {
    let request: LoadRequest
    /// The directory of the kustomization.
    let directory: String
    let tools: Tools
    var limits = ToolLimits.standard
    var copyLimits = CopyBudget.Limits()

    /// Renders once.
    ///
    /// - Throws: `ManifestSourceError` with one line for each reason.
    func render() async throws(ManifestSourceError) -> RenderedManifests {
        let command = try KustomizeCommand(request.kustomize)
        let tool = try await tools.locate([.kustomize, .kubectl], version: request.kustomize.version)
        let helm = try await helm(for: command)
        let root = try ConfinedDirectory.resolve(request.confinedTo ?? RepositoryRoot.of(request.directory))
        let work = try ConfinedDirectory(directory, confinedTo: root).path
        let application = try ConfinedDirectory(request.directory, confinedTo: root).path
        let directories = try KustomizationWalk.directories(from: work, in: root, isStrict: command.reachesFurther)
        // A chart is fetched into the directory of the kustomization that names it, which may be a base.
        let copied = [application, work] + (command.reachesFurther ? directories : [])
        let name =
            "\(tool.tool == .kubectl ? "kubectl kustomize" : "kustomize build") \(request.kustomize.directory ?? ".")"
        return try await PrivateCopy.with(of: copied, in: root, environment: tools.environment, limits: copyLimits) {
            copy,
            temporary throws(ManifestSourceError) in
            // kustomize lets a kustomization say where helm's plugins are, which are programs.
            let plugins = "\(temporary)/no-plugins"
            try CopyBudget.makeDirectory(plugins)
            let environment = tools.environment.merging(["TMPDIR": temporary, "HELM_PLUGINS": plugins]) { $1 }
            let git: GitAccess = command.reachesFurther ? .none : .network
            let run = ToolRun(tool, environment: environment, limits: limits, label: name, git: git)
            let arguments = command.arguments(for: tool.tool, helm: helm?.path)
            let output: ToolRun.Output
            do throws(ManifestSourceError) {
                output = try await run.run(arguments, in: copy.path(of: work))
            } catch {
                guard !error.isCancelled, !ConfinedDirectory.exists("\(root)/.git") else { throw error }
                let hint = "\(root) is in no Git repository, so that nothing outside of it was there"
                throw ManifestSourceError(error.problems.map { "\($0); \(hint)" })
            }
            return RenderedManifests(
                bytes: output.bytes,
                name: name,
                warnings: [tool.warning, helm?.warning, output.silence(of: name)].compactMap(\.self)
                    + output.complaints.map { "\(name): \(copy.original($0).withoutWarningMark)" }
            )
        }
    }

    /// The helm that charts are rendered with; without charts nobody misses one that is not there.
    private func helm(for command: KustomizeCommand) async throws(ManifestSourceError) -> LocatedTool? {
        if command.needsHelm { return try await tools.locate(.helm, version: request.kustomize.helmVersion) }
        guard command.knowsHelmCommand else { return nil }
        return try? tools.present(.helm)
    }
}

extension String {
    /// What kustomize says without `# Warning:` before it.
    fileprivate var withoutWarningMark: String {
        let mark = "# Warning: "
        return hasPrefix(mark) ? String(dropFirst(mark.count)) : self
    }
}
