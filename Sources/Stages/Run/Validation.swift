import KubernetesAPI
import Manifests
package import Rollouts

/// Looks for mistakes that show without a cluster: in the manifests, and in what each stage would make of them.
package struct Validation: Sendable {
    private let application: Application
    private let identity: Application.Identity
    private let fileProblems: [ConfigurationProblem]

    /// A validation of an application, which may have been read in spite of problems in its file.
    package init(
        application: Application,
        identity: Application.Identity,
        fileProblems: [ConfigurationProblem] = []
    ) {
        self.application = application
        self.identity = identity
        self.fileProblems = fileProblems
    }

    /// Every mistake, one line each, none twice: those of the file, of the manifests, and of each stage.
    ///
    /// What the stages would do is not looked at when the file has mistakes, nor are the manifests when a mistake is about
    /// where they come from: both would be guesses.
    package func problems() async -> [String] {
        let ofFile = fileProblems.map { "\($0)" }
        guard isInputReadable else { return ofFile }
        var ofManifests: [String] = []
        let targets = standInTargets.filter { target in
            let problems = manifestProblems(of: target).filter { !ofManifests.contains($0) }
            ofManifests += problems
            return problems.isEmpty
        }
        guard fileProblems.isEmpty else { return ofFile + ofManifests }
        return await ofManifests + stageProblems(on: targets)
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

    private func manifestProblems(of target: TargetSelection.Registered) -> [String] {
        do {
            let request = request(takingAll, on: [target])
            _ = try TargetPreparation(request: request).prepare(with: try request.stage.kind.planner())
            return []
        } catch {
            return lines(of: error)
        }
    }

    /// The targets that the application file itself names, else one for all; labels get a target that has them.
    private var standInTargets: [TargetSelection.Registered] {
        let ofInput = application.configuration.plugin.input.multiTargets.map(\.target)
        let ofStages = stages.flatMap(\.options.targets).filter { $0.name != nil }
        var seen: Set<String> = []
        let targets = (ofInput.isEmpty ? ofStages : ofInput).map { selector in
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
            let sync = Candidate(name: StageName.added(.sync, to: []), options: configuration.plugin.quickSync)
            return [(try? sync.name.kind.planner()) == nil ? takingAll : sync]
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
        let options = StageOptions(.primaryRollout(PrimaryRolloutOptions()))
        return Candidate(name: StageName.added(.primaryRollout, to: []), options: options)
    }

    private func stageProblems(on targets: [TargetSelection.Registered]) async -> [String] {
        let runner = StageRunner(connections: ClusterConnections(engine: HTTPEngine()))
        var (problems, seen): ([String], Set<String>) = ([], [])
        var plans: [StagePlan] = []
        for stage in stages where isFor(targets, stage) {
            do {
                plans.append(try await runner.plan(request(stage, on: targets), after: plans))
            } catch {
                let new = lines(of: error).filter { seen.insert($0).inserted }
                problems += new.map { line in stage.place.map { "\($0): \(line)" } ?? line }
            }
        }
        return problems
    }

    /// Whether a stage has something to do when the targets with bad manifests are left out.
    private func isFor(_ targets: [TargetSelection.Registered], _ stage: Candidate) -> Bool {
        guard targets.count < standInTargets.count else { return true }
        let (input, filter) = (application.configuration.plugin.input, request(stage, on: targets).options.targets)
        return (try? TargetSelection(registered: targets, input: input, stageTargets: filter)) != nil
    }

    private func request(_ stage: Candidate, on targets: [TargetSelection.Registered]) -> StageRequest {
        StageRequest(
            stage: stage.name,
            options: withoutLabels(stage.options),
            application: application,
            identity: identity,
            targets: targets.map { DeployTarget(name: $0.name, labels: $0.labels, access: .offline) }
        )
    }

    /// The same options, but where targets are chosen by labels that nobody has here, every target is.
    private func withoutLabels(_ options: StageOptions) -> StageOptions {
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
