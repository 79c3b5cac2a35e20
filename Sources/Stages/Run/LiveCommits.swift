import KubernetesAPI
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
    /// A target that cannot be asked does not count either, as long as another one has an answer.
    package func liveCommit(_ request: StageRequest) async -> LiveCommit {
        let label = request.spec.variantLabel
        let targets = request.targets.filter { $0.access != .offline }
        let answers = await concurrently(targets, atOnce: request.spec.concurrency.clusters) { target in
            await Result {
                try await view(of: target, request: request).workloads(
                    label: label.key,
                    value: label.primary,
                    application: request.identity.application
                )
            }
        }
        var commits: [String: [String]] = [:]
        var failures: [String] = []
        for (target, answer) in zip(targets, answers) {
            switch answer {
            case .success(let workloads)?:
                for commit in Set(workloads.compactMap { OwnershipPredicate.commit(of: $0.object) }) {
                    commits[commit, default: []].append(target.name)
                }
            case .failure(let error)?: failures.append("\(error)")
            case nil: continue
            }
        }
        if commits.count == 1, let commit = commits.keys.first { return .one(commit) }
        guard commits.isEmpty else {
            let parts = commits.sorted { $0.key < $1.key }.map { "\($0.key) on \($0.value.joined(separator: ", "))" }
            return .unknown("several versions run: \(parts.joined(separator: "; ")); say which with --running-ref")
        }
        return failures.first.map { .unknown("no target says which version runs: \($0)") } ?? .none
    }
}
