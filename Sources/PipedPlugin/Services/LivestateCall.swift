import ManifestSources
import Manifests
import PipedAPI
import Rollouts
import Stages

/// A call of piped that asks what an application has on its targets.
///
/// What is wrong becomes a verdict, never an error: after an error piped reports nothing at all.
struct LivestateCall: Sendable {
    let plugin: Plugin
    let request: PipedGetLivestateRequest

    /// How long a target may take to be compared with Git.
    private static let comparisonLimit = Duration.seconds(40)

    /// The answer.
    ///
    /// - Throws: `CancellationError` when nobody waits for it any more.
    func response() async throws -> PipedGetLivestateResponse {
        let (answers, types, targets) = try await look()
        return LivestateText(plugin: plugin.settings.name, moment: .now)
            .response(answers, naming: types, SyncState(of: targets))
    }

    private typealias Verdicts = [(name: String, state: SyncState)]
    private typealias Types = [String: Set<GroupVersionKind>]

    private func look() async throws -> ([LiveStateAnswer], Types, Verdicts) {
        let missing = missing
        guard !request.applicationID.isEmpty else {
            return ([], [:], [(plugin.settings.name, .unknown("piped sent no application ID"))] + missing)
        }
        guard !targets.isEmpty else {
            let text =
                "the application has no deploy target of the plugin \"\(plugin.settings.name)\"; choose some for it in PipeCD"
            return ([], [:], missing.isEmpty ? [(plugin.settings.name, .unknown(text))] : missing)
        }
        guard request.deploySource.isThere else {
            let answers = try await plugin.liveStates.states(of: request.applicationID, on: targets, spec: PluginSpec())
            return (answers, [:], targets.map { ($0.name, .unknown("piped sent no source")) } + missing)
        }
        do {
            let name = plugin.settings.name
            let application = try request.deploySource.application(of: deployment, plugin: name)
            let (answers, types, drifts) = try await compare(application)
            let commit = request.deploySource.commitHash
            return (answers, types, drifts.map { ($0.target, $0.syncState(commit: commit)) } + missing)
        } catch let error as ApplicationError {
            let answers = try await plugin.liveStates.states(of: request.applicationID, on: targets, spec: lenientSpec)
            let state = SyncState(.invalidConfiguration, error.problems)
            return (answers, [:], targets.map { ($0.name, state) } + missing)
        }
    }

    private func compare(_ application: Application) async throws -> ([LiveStateAnswer], Types, [TargetDrift]) {
        let manifests = ManifestLoader(plugin)
        let identity = deployment.identity(at: request.deploySource)
        let (deployed, answers, types) = try await plugin.liveStates.states(
            of: application,
            identity: identity,
            on: targets,
            manifests: manifests
        )
        let detection = DriftDetection(
            application: application,
            identity: identity,
            connections: plugin.connections,
            manifests: manifests,
            cache: plugin.comparisons
        )
        return (answers, types, try await detection.drift(of: deployed, live: answers, within: Self.comparisonLimit))
    }

    /// What can be read of the settings of an application that has mistakes.
    private var lenientSpec: PluginSpec {
        let name = plugin.settings.name
        let readable = try? request.deploySource.application(of: deployment, plugin: name, strictness: .restoring)
        return readable?.configuration.plugin ?? PluginSpec()
    }

    /// The names in the request, each once.
    private var named: [String] {
        var seen: Set<String> = []
        return request.deployTargets.filter { seen.insert($0).inserted }
    }

    private var targets: [DeployTarget] {
        named.compactMap { name in plugin.settings.targets.first { $0.name == name } }
    }

    /// What is said of targets that piped does not configure for the plugin.
    private var missing: Verdicts {
        let configured = plugin.settings.targets.map(\.name)
        return named.filter { !configured.contains($0) }.map { name in
            let text =
                "the plugin \"\(plugin.settings.name)\" has no such deploy target"
                + "\(ClosestName.hint(name, among: configured)); add it to the piped file"
            return (name, .unknown(text))
        }
    }

    /// What the request says of the application, in the form that other calls have.
    private var deployment: PipedDeployment {
        var deployment = PipedDeployment()
        deployment.pipedID = request.pipedID
        deployment.applicationID = request.applicationID
        deployment.applicationName = request.applicationName
        return deployment
    }
}

extension SyncState {
    /// Nobody can tell, and why.
    fileprivate static func unknown(_ text: String) -> SyncState { SyncState(.unknown, [text]) }

    fileprivate init(_ status: Status, _ lines: [String]) {
        self.init(status, shortReason: lines.first ?? "", reason: lines.joined(separator: "\n"))
    }
}
