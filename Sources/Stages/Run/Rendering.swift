package import ManifestSources
package import Manifests
import Rollouts

/// The manifests of an application as they are loaded or rendered for its targets, before anything is made of them.
package struct Rendering: Sendable {
    /// What one target gets.
    package struct Target: Sendable {
        /// The name of the target.
        package let name: String
        /// Its manifests, namespaces assigned, in the order of `pipecd.dev/order`.
        package let manifests: [Manifest]
        /// What the user should know about them, one line each.
        package let notes: [String]
    }

    private let request: StageRequest
    private let manifests: ManifestLoader

    /// A rendering; nothing is loaded yet.
    ///
    /// - Parameters:
    ///   - application: The application.
    ///   - targets: The targets that it is registered for; `nil` takes those that its file names, else one for all.
    ///   - wanted: The name of the only target that matters; where the file names none, any name will do.
    ///   - manifests: What loads the manifests.
    /// - Throws: `ApplicationError` when the file chooses targets by labels, and none are given.
    package init(
        of application: Application,
        on targets: [DeployTarget]?,
        wanted: String? = nil,
        manifests: ManifestLoader
    ) throws {
        let named = try targets.map { $0 } ?? Self.standIns(for: application, wanted)
        request = StageRequest(
            stage: StageName(.sync, in: .long),
            options: StageOptions(.sync(SyncOptions())),
            application: application,
            identity: Application.Identity(piped: "", application: application.directoryName, commit: ""),
            targets: named
        )
        self.manifests = manifests
    }

    /// The names of the targets that there are manifests for, in the order of the file.
    ///
    /// It throws a `RolloutError` when no target is left.
    package func names() throws -> [String] { try request.selection().entries.map(\.name) }

    /// Loads the manifests.
    ///
    /// - Parameter name: The only target to load for, `nil` for all.
    /// - Returns: The targets in the order of the file.
    /// - Throws: `RolloutError` when no target is left, `ManifestSourceError` when manifests cannot be loaded.
    package func targets(only name: String? = nil) async throws -> [Target] {
        var request = request
        if let name { request.finished = Set(request.targets.map(\.name)).subtracting([name]) }
        let preparation = TargetPreparation(request: request, manifests: manifests)
        return try await preparation.prepare(with: request.stage.kind.planner).map {
            Target(name: $0.target.name, manifests: $0.input.manifests, notes: $0.notes)
        }
    }

    private static func standIns(for application: Application, _ wanted: String?) throws -> [DeployTarget] {
        let input = application.configuration.plugin.input
        let names = try input.multiTargets.map { entry in
            guard let name = entry.target.name else {
                let text = "input.multiTargets chooses targets by labels; give the targets with --targets FILE"
                throw ApplicationError(problems: ["\(application.fileName): \(text)"])
            }
            return name
        }
        let all = names.isEmpty ? [wanted ?? "every target"] : names
        return all.map { DeployTarget(name: $0, access: .offline) }
    }
}
