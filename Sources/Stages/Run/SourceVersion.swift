import ManifestSources
import Manifests
import Rollouts

/// The version of the application that a stage reads, and the application file that it goes by.
struct SourceVersion {
    /// The application that the manifests are of.
    private let application: Application
    /// What a release is called where the application file gives no name: the same for every version, wherever it lies.
    private let directoryName: String
    /// The application file that the stage goes by.
    let configuration: ApplicationConfiguration
    /// The commit that the stage's objects are marked with.
    let commit: String
    /// Whether there is anything to load.
    let hasManifests: Bool
    /// What says on which targets the stage runs.
    let selectingInput: InputSpec

    /// - Throws: `StageError` when the stage needs a version that ran before, and none is known.
    init(_ source: StageSource, of request: StageRequest) throws {
        let target = request.application
        directoryName = target.directoryName
        hasManifests = source != .nothing
        switch source {
        case .target, .nothing:
            (application, configuration, commit) = (target, target.configuration, request.identity.commit)
            selectingInput = configuration.plugin.input
        case .running:
            let running = try request.knownRunning()
            (application, configuration, commit) = (
                running.application, running.application.configuration, running.commit
            )
            selectingInput = configuration.plugin.input
        case .runningBesideTarget:
            let running = try request.knownRunning()
            var mixed = target.configuration
            selectingInput = mixed.plugin.input
            mixed.plugin.input = running.application.configuration.plugin.input
            mixed.plugin.workloads = running.application.configuration.plugin.workloads
            mixed.plugin.service = running.application.configuration.plugin.service
            (application, configuration, commit) = (running.application, mixed, running.commit)
        }
    }

    /// What to load for a target: as its entry says, or as the entry of the same target in that version's own file.
    ///
    /// - Throws: `StageError` when that version is not deployed to the target.
    func input(for target: DeployTarget, selectedBy entry: TargetSelection.Entry) throws -> EffectiveInput {
        let own = configuration.plugin.input
        guard own != selectingInput else { return own.effective(for: entry.override) }
        let selection = try? TargetSelection(
            registered: [TargetSelection.Registered(target.name, labels: target.labels)],
            input: own
        )
        guard let selection else { throw StageError(target: target.name, .noRunningVersion) }
        return own.effective(for: selection.entries.first?.override)
    }

    /// The files to read.
    func loadRequest(_ effective: EffectiveInput) -> LoadRequest {
        var request = LoadRequest(
            directory: application.directory,
            configFileName: application.fileName,
            manifests: effective.manifests,
            namespace: effective.namespace
        )
        request.kustomize = KustomizeOptions(
            directory: effective.kustomizeDirectory,
            version: effective.kustomizeVersion,
            options: effective.kustomizeOptions
        )
        request.kustomize.helmVersion = effective.helmVersion
        request.helm = effective.helmChart.map { release(of: $0, effective) }
        // What runs was deployed, with mistakes or not.
        request.allowsRepeatedObjects = application.strictness == .restoring
        request.limits.allowsRepeatedKeys = application.strictness == .restoring
        return request
    }

    private func release(of chart: HelmChart, _ input: EffectiveInput) -> HelmRelease {
        let options = input.helmOptions ?? HelmOptions()
        let name = application.configuration.name ?? directoryName
        var release = HelmRelease(releaseName: options.releaseName ?? name)
        release.chart.path = chart.path
        release.chart.gitRemote = chart.gitRemote
        release.chart.ref = chart.ref
        release.chart.repository = chart.repository
        release.chart.name = chart.name
        release.chart.version = chart.version
        release.namespace = input.namespace
        release.setValues = options.setValues
        release.valueFiles = options.valueFiles
        release.setFiles = options.setFiles
        release.apiVersions = options.apiVersions
        release.kubeVersion = options.kubeVersion
        release.version = input.helmVersion
        return release
    }
}

extension StageRequest {
    /// The version that ran before.
    ///
    /// - Throws: `StageError` when there is none.
    fileprivate func knownRunning() throws -> RunningVersion {
        guard let running else { throw StageError(target: nil, .noRunningVersion) }
        return running
    }
}
