import KubernetesAPI
import Manifests
import Rollouts

/// The commit of the primary objects that run on the targets of an application.
package enum LiveCommit: Sendable, Equatable {
    /// No target has any.
    case none
    /// All of them are of one commit.
    case one(String)
    /// They are of several, or cannot be read; why, in one line.
    case unknown(String)
}

extension StageRunner {
    /// The commit that the primary workloads carry on the targets of a request; targets that are offline do not count.
    ///
    /// Workloads that the new version still has decide, when there are any. A target that cannot be asked does not count
    /// as long as another one has an answer. An application of which something runs is never taken for a new one.
    package func liveCommit(_ request: StageRequest) async -> LiveCommit {
        let targets = request.targets.filter { $0.access != .offline }
        let clients = clients(of: targets, for: request)
        let answers = await concurrently(targets, atOnce: request.spec.concurrency.clusters) { target in
            await Result { try await liveWorkloads(on: view(of: target, request: request, with: clients), request) }
        }
        let wanted = await newWorkloads(request)
        var found: [(target: String, commit: String, isWanted: Bool)] = []
        var failures: [String] = []
        for (target, answer) in zip(targets, answers) {
            guard case .success(let workloads)? = answer else {
                if case .failure(let error)? = answer { failures.append("\(error)") }
                continue
            }
            for workload in workloads {
                guard let commit = OwnershipPredicate.commit(of: workload.object) else { continue }
                let name = [workload.key.kind, workload.key.name]
                found.append((target.name, commit, wanted.contains(name)))
            }
        }
        let deciding = found.contains(where: \.isWanted) ? found.filter(\.isWanted) : found
        let commits = Dictionary(grouping: deciding, by: \.commit).mapValues { Set($0.map(\.target)).sorted() }
        if commits.count == 1, let commit = commits.keys.first { return .one(commit) }
        guard commits.isEmpty else {
            let parts = commits.sorted { $0.key < $1.key }.map { "\($0.key) on \($0.value.joined(separator: ", "))" }
            return .unknown("several versions run: \(parts.joined(separator: "; ")); say which with --running-ref")
        }
        if let failure = failures.first { return .unknown("no target says which version runs: \(failure)") }
        return await anyObject(on: targets, request, with: clients)
    }

    private func liveWorkloads(on view: any ClusterView, _ request: StageRequest) async throws -> [LiveResource] {
        try await view.workloads(
            label: request.spec.variantLabel.key,
            value: request.spec.variantLabel.primary,
            application: request.identity.application
        )
    }

    /// Kinds and names of everything in the new version.
    private func newWorkloads(_ request: StageRequest) async -> Set<[String]> {
        let targets = (try? await VersionManifests(request, manifests).target()) ?? []
        return Set(targets.flatMap(\.manifests).map { [$0.kind, $0.name] })
    }

    /// Whether anything of the application is there, although no workload says of which version.
    private func anyObject(
        on targets: [DeployTarget],
        _ request: StageRequest,
        with clients: StageClients
    ) async -> LiveCommit {
        let application = request.identity.application
        let answers = await concurrently(targets, atOnce: request.spec.concurrency.clusters) { target in
            let view = try? view(of: target, request: request, with: clients)
            let found = try? await view?.objects(label: nil, value: "", application: application)
            return found?.objects.first { $0.belongs(to: application, on: target.name) }
        }
        guard let object = answers.compactMap({ $0 ?? nil }).first else { return .none }
        let name = object.key.shortDescription
        return .unknown("\(name) of the application runs, and no workload says which version; say with --running-ref")
    }
}
