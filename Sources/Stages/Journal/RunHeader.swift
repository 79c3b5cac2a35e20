package import Rollouts

/// What a run is about: the first line of its journal, by which a run that goes on is recognized.
package struct RunHeader: Sendable, Hashable {
    /// The name of the run.
    package let run: RunID
    /// The application's id.
    package let application: String
    /// The commit that the objects are marked with.
    package let commit: String
    /// The commit of the version that ran before, `nil` when none is known.
    package let running: String?
    /// How the version is deployed.
    package let strategy: Strategy
    /// The stages in order, as the user wrote their names.
    package let stages: [String]
    /// The deploy targets that any of the stages runs on.
    package let targets: [String]
    /// SHA-256 over all that is deployed, see `RunDigest`.
    package let digest: String
    /// The address of each target's server, by the target's name; a target without a usable configuration has none.
    package var servers: [String: String] = [:]
    /// The commits that ran when the run began, each with the names of the targets where primary workloads carried it.
    package var live: [String: [String]] = [:]
    /// Whether a failure is rolled back; `nil` in journals that do not say it.
    package var rollsBack: Bool?

    package init(
        run: RunID,
        application: String,
        commit: String,
        running: String? = nil,
        strategy: Strategy = .pipeline,
        stages: [String],
        targets: [String],
        digest: String
    ) {
        self.run = run
        self.application = application
        self.commit = commit
        self.running = running
        self.strategy = strategy
        self.stages = stages
        self.targets = targets
        self.digest = digest
    }

    /// The first thing in which a run that is to go on differs from this one that began, `nil` when there is none.
    package func difference(from now: RunHeader) -> String? {
        if application != now.application { return "it deploys application \"\(application)\"" }
        if commit != now.commit { return "it deploys commit \(commit), not \(now.commit)" }
        if running != now.running {
            return "the version that ran before was \(running ?? "unknown"), not \(now.running ?? "unknown")"
        }
        if stages != now.stages { return "its stages were \(stages.joined(separator: ", "))" }
        if Set(targets) != Set(now.targets) { return "its targets were \(targets.joined(separator: ", "))" }
        for target in targets {
            guard let server = servers[target], let other = now.servers[target], server != other else { continue }
            return "its target \(target) was \(server), not \(other)"
        }
        let known = Set([commit] + [running].compactMap(\.self) + live.keys)
        if let (other, targets) = now.live.filter({ !known.contains($0.key) }).min(by: { $0.key < $1.key }) {
            return "commit \(other) was deployed on \(targets.joined(separator: ", ")) since it began"
        }
        if digest != now.digest {
            return
                "the application file or the manifests are not what they were when it began; charts with random values "
                + "or dependencies that change render differently each time"
        }
        return nil
    }
}
