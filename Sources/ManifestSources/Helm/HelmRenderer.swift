/// Makes manifests of a chart, through the user's own helm.
struct HelmRenderer: Sendable {
    private let tools: Tools
    private let charts: ChartSources
    private let updates = OnceForEach<LocatedTool, Result<Bool, ManifestSourceError>>()
    /// Those who ask chart repositories: every helm writes the lists of charts, which all share, and reads half of one that
    /// another is writing.
    static let repositories = ToolGate(limit: 1)

    /// A renderer that updates chart repositories at most once.
    init(tools: Tools, charts: ChartSources? = nil) {
        self.tools = tools
        self.charts = charts ?? ChartSources(tools: tools)
    }

    /// Renders the chart of a request, which has one.
    ///
    /// Nothing in the checkout changes. When helm knows no such chart because its list of a repository is old, the
    /// repositories are updated and helm is asked once more.
    ///
    /// - Throws: `ManifestSourceError` with one line for each reason.
    func render(_ request: LoadRequest) async throws(ManifestSourceError) -> RenderedManifests {
        guard let release = request.helm else { throw ManifestSourceError("helmChart: is not there") }
        let source = try HelmChartSource(release.chart)
        let helm = try await tools.locate(.helm, version: release.version)
        let name = "helm template \(release.releaseName)"
        let output = try await TemporaryDirectory.with(environment: tools.environment) {
            directory throws(ManifestSourceError) in
            let workspace = try HelmWorkspace(request, in: directory)
            let (chart, origin) = try await fetch(source, workspace)
            let arguments = try HelmCommand(try prepared(release, workspace), chart: chart).arguments
            let environment = tools.environment.merging(["TMPDIR": workspace.temporary]) { $1 }
            let run = ToolRun(helm, environment: environment, label: name)
            let place = workspace.directory
            return try await workspace.withOriginalNames { () throws(ManifestSourceError) in
                guard origin.isRemote else { return try await run.run(arguments, in: place) }
                return try await charts.using(origin) { () throws(ManifestSourceError) in
                    guard origin.hasRepositories else { return try await run.run(arguments, in: place) }
                    return try await Self.repositories.run { () throws(ManifestSourceError) in
                        try await render(source, with: run, arguments, in: place, helm)
                    }
                }
            }
        }
        let ignored = HelmChartSource.ignoredFields(of: release.chart).map {
            "helmChart.\($0) has no effect on this kind of chart; remove it"
        }
        let notices = [source.notice(version: release.chart.version), helm.warning, output.silence(of: name)]
        return RenderedManifests(
            texts: HelmOutput.texts(in: output.bytes, name: name),
            warnings: ignored + notices.compactMap(\.self) + output.complaints.map { "\(name): \($0)" }
        )
    }

    /// Runs helm, and once more if it needs newer lists of charts.
    private func render(
        _ source: HelmChartSource,
        with run: ToolRun,
        _ arguments: [String],
        in directory: String,
        _ helm: LocatedTool
    ) async throws(ManifestSourceError) -> ToolRun.Output {
        do throws(ManifestSourceError) {
            return try await run.run(arguments, in: directory)
        } catch {
            guard case .repository = source, Self.asksForUpdate(error) else { throw error }
            try await updateRepositories(helm, because: error)
            return try await run.run(arguments, in: directory)
        }
    }

    /// The chart as helm is to find it, one on disk or in Git copied into the workspace, and whether repositories are asked.
    private func fetch(
        _ source: HelmChartSource,
        _ workspace: HelmWorkspace
    ) async throws(ManifestSourceError) -> (HelmChartSource, ChartOrigin) {
        let chart: HelmWorkspace.Chart
        switch source {
        case .repository(let chart):
            let repository = chart.prefix { $0 != "/" }
            return (source, ChartOrigin(hasRepositories: true, repository: String(repository)))
        case .registry: return (source, ChartOrigin(hasRegistries: true))
        case .local(let path): chart = try workspace.chart(path)
        case .git(let git):
            try CopyBudget.makeDirectory(workspace.clone)
            try await git.clone(into: workspace.clone, tools: tools)
            chart = try workspace.chart(git)
        }
        return (.local(path: chart.path), chart.dependencies)
    }

    /// The release with the names of files that helm is to open.
    private func prepared(
        _ release: HelmRelease,
        _ workspace: HelmWorkspace
    ) throws(ManifestSourceError) -> HelmRelease {
        var prepared = release
        prepared.valueFiles = []
        for name in release.valueFiles { prepared.valueFiles.append(try workspace.file(name, as: .values)) }
        for (key, name) in release.setFiles { prepared.setFiles[key] = try workspace.file(name, as: .set) }
        return prepared
    }

    /// Whether helm says that its list of charts is too old: it tells that by words only.
    private static func asksForUpdate(_ error: ManifestSourceError) -> Bool {
        error.problems.contains { $0.contains("helm repo update") }
    }

    /// Updates the lists of charts, once for all renders that need it.
    private func updateRepositories(
        _ helm: LocatedTool,
        because first: ManifestSourceError
    ) async throws(ManifestSourceError) {
        let result = await updates.value(for: helm, keeping: \.isSuccess) {
            do throws(ManifestSourceError) {
                let run = ToolRun(helm, environment: tools.environment, label: "helm repo update")
                _ = try await run.output(["repo", "update"], in: "/")
                return .success(true)
            } catch {
                return error.isCancelled ? nil : .failure(error)
            }
        }
        switch result {
        case .success: return
        case .failure(let second): throw ManifestSourceError(first.problems + second.problems)
        case nil: throw .cancelled
        }
    }
}
