import KubernetesAPI
package import ManifestSources
import Manifests
package import Rollouts

/// Looks for mistakes that show without a cluster: in the manifests, and in what each stage would make of them.
package struct Validation: Sendable {
    private let application: Application
    private let identity: Application.Identity
    private let fileProblems: [ConfigurationProblem]
    private let registered: [TargetSelection.Registered]?
    private let manifests: ManifestLoader

    /// A validation of an application.
    ///
    /// - Parameters:
    ///   - application: The application, which may have been read in spite of problems in its file.
    ///   - identity: What the ownership marks say.
    ///   - fileProblems: The problems in its file.
    ///   - targets: The targets that it is registered for; `nil` when that is not known.
    ///   - manifests: What loads the manifests.
    package init(
        application: Application,
        identity: Application.Identity,
        fileProblems: [ConfigurationProblem] = [],
        targets: [DeployTarget]? = nil,
        manifests: ManifestLoader = ManifestLoader()
    ) {
        self.application = application
        self.identity = identity
        self.manifests = manifests
        registered = targets?.map { TargetSelection.Registered($0.name, labels: $0.labels) }
        // Of a file with mistakes these are among them already.
        self.fileProblems = fileProblems.isEmpty ? application.pipelineProblems(on: registered) : fileProblems
    }

    /// What a validation found, one line each, none twice.
    package struct Findings: Sendable {
        /// Every mistake: those of the file, of the manifests, and of each stage.
        package fileprivate(set) var problems: [String] = []
        /// What is odd about the file, about the targets that it names, and about the manifests.
        package fileprivate(set) var warnings: [String] = []
    }

    /// Looks for everything that can be found.
    ///
    /// What the stages would do is not looked at when the file has mistakes, nor are the manifests when a mistake is about
    /// where they come from: both would be guesses.
    package func findings() async -> Findings {
        var findings = Findings(problems: fileProblems.map { "\($0)" }, warnings: application.warnings)
        let selection: TargetSelection
        do {
            selection = try self.selection()
        } catch {
            if isInputReadable { findings.problems += lines(of: error) }
            return findings
        }
        if registered != nil { findings.warnings += selection.notes }
        guard isInputReadable else { return findings }
        let targets = selection.entries.map(\.target)
        var good: [TargetSelection.Registered] = []
        var seen = Set(selection.notes + findings.warnings)
        for target in targets {
            switch await manifestNotes(of: target) {
            case .success(let notes):
                good.append(target)
                findings.warnings += notes.filter { seen.insert($0).inserted }
            case .failure(let error):
                findings.problems += lines(of: error).filter { seen.insert($0).inserted }
            }
        }
        if fileProblems.isEmpty { findings.problems += await stageProblems(on: good, of: targets.count) }
        return findings
    }

    private func selection() throws -> TargetSelection {
        try TargetSelection(
            registered: registered ?? standInTargets,
            input: application.configuration.plugin.input
        )
    }

    /// Whether no mistake in the file is about the manifests' origin.
    private var isInputReadable: Bool {
        let input = "spec.plugins.\(application.configuration.pluginName).input"
        return fileProblems.allSatisfy { problem in
            let isAbove = problem.path.isEmpty || "\(input).".hasPrefix("\(problem.path).")
            return !isAbove && !problem.path.hasPrefix("\(input).")
        }
    }

    // MARK: Manifests

    /// What there is to say about the manifests of a target, or why there are none.
    private func manifestNotes(of target: TargetSelection.Registered) async -> Result<[String], any Error> {
        await Result {
            let request = request(takingAll, on: [target])
            let preparation = TargetPreparation(request: request, manifests: manifests)
            // Of the other targets of the application none is in this request.
            let ofSelection = Set(try request.selection().notes)
            return try await preparation.prepare(with: request.stage.kind.planner).flatMap(\.notes)
                .filter { !ofSelection.contains($0) }
        }
    }

    /// The targets that the application file itself names, else one for all; labels get a target that has them.
    ///
    /// A stage may name one that is registered and not deployed to.
    private var standInTargets: [TargetSelection.Registered] {
        let ofInput = application.configuration.plugin.input.multiTargets.map(\.target)
        let ofStages = stages.flatMap(\.options.targets).filter { $0.name != nil }
        var seen: Set<String> = []
        let targets = (ofInput + ofStages).map { selector in
            guard case .labels(let labels) = selector else { return TargetSelection.Registered("\(selector)") }
            return TargetSelection.Registered("\(selector)", labels: labels)
        }
        let distinct = targets.filter { seen.insert($0.name).inserted }
        return distinct.isEmpty ? [TargetSelection.Registered("every target")] : distinct
    }

    // MARK: Stages

    /// A stage to try, and where it stands in the file.
    private struct Candidate {
        let name: StageName
        var options: StageOptions
        var place: String?
    }

    /// Our stages of the pipeline; without a pipeline that is a quick sync.
    private var stages: [Candidate] {
        let configuration = application.configuration
        guard !configuration.pipeline.isEmpty else {
            return [Candidate(name: StageName.added(.sync, to: []), options: configuration.plugin.quickSync)]
        }
        return configuration.pipeline.compactMap { stage in
            guard let name = stage.name, let options = stage.options else { return nil }
            let path = "spec.pipeline.stages[\(stage.index)]"
            let place = application.document.position(of: path).map { "\($0): \(path)" } ?? path
            return Candidate(name: name, options: options, place: place)
        }
    }

    /// A stage that takes the manifests as they are.
    private var takingAll: Candidate {
        Candidate(name: StageName.added(.sync, to: []), options: StageOptions(.sync(SyncOptions())))
    }

    private func stageProblems(on targets: [TargetSelection.Registered], of count: Int) async -> [String] {
        let runner = StageRunner(connections: ClusterConnections(engine: HTTPEngine()), manifests: manifests)
        var (problems, seen): ([String], Set<String>) = ([], [])
        var stagesSoFar: [StageForecast] = []
        for stage in stages {
            let request = request(stage, on: targets)
            // Left without targets because of bad manifests, a stage has nothing to be judged by.
            guard targets.count == count || isFor(targets, request) else { continue }
            do {
                stagesSoFar.append(try await runner.forecast(request, after: stagesSoFar, asking: false))
            } catch {
                let new = lines(of: error).filter { seen.insert($0).inserted }
                problems += new.map { line in stage.place.map { "\($0): \(line)" } ?? line }
            }
        }
        return problems
    }

    private func isFor(_ targets: [TargetSelection.Registered], _ request: StageRequest) -> Bool {
        let filter = request.options.targets
        return (try? TargetSelection(registered: targets, input: request.spec.input, stageTargets: filter)) != nil
    }

    private func request(_ stage: Candidate, on targets: [TargetSelection.Registered]) -> StageRequest {
        StageRequest(
            stage: stage.name,
            options: withoutLabels(stage.options),
            application: application,
            identity: identity,
            targets: targets.map { DeployTarget(name: $0.name, labels: $0.labels, access: .offline) },
            running: RunningVersion(application: application, commit: identity.commit)
        )
    }

    /// The same options, but where targets are chosen by labels that are not known here, every target is.
    private func withoutLabels(_ options: StageOptions) -> StageOptions {
        guard registered == nil else { return options }
        var options = options
        let targets = standInTargets
        options.targets = options.targets.flatMap { selector in
            let isKnown = selector.name != nil || targets.contains(where: selector.selects)
            return isKnown ? [selector] : targets.map { TargetSelector.name($0.name) }
        }
        return options
    }

    private func lines(of error: any Error) -> [String] {
        "\(error)".split(separator: "\n").map(String.init)
    }
}
