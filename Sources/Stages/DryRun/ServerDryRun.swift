import KubernetesAPI
import Manifests

/// Sends every write of a plan with `dryRun=All`: admission and validation run, and nothing is kept.
///
/// The server answers for each step as if it were the only one. What depends on an earlier step (a namespace, a type, an
/// object that the plan itself makes) it cannot know.
struct ServerDryRun: Sendable {
    let plan: ClusterPlan
    /// What earlier stages would have done to the same cluster.
    let earlier: [ClusterPlan]
    let client: ClusterClient
    let application: String
    let requests: Int

    /// The answers in the order of the plan; waits have none.
    func answers() async -> [DryRunAnswer] {
        let steps = plan.steps.filter { $0.action != "waitUntilReady" }
        let answers = await concurrently(steps, atOnce: requests) { await answer(to: $0) }
        return answers.compactMap { $0 ?? nil }
    }

    private func answer(to step: Step) async -> DryRunAnswer? {
        guard let key = step.resources.first else { return nil }
        do {
            return DryRunAnswer(resource: key, outcome: try await outcome(of: step))
        } catch {
            return DryRunAnswer(resource: key, outcome: outcome(of: error, step))
        }
    }

    private func outcome(of step: Step) async throws -> DryRunAnswer.Outcome {
        switch step {
        case .ensureNamespace(let name):
            let manifest = try Manifest.namespace(name)
            guard let live = try await live(manifest) else {
                return change(nil, try await client.create(manifest, options: WriteOptions(dryRun: true)).resource)
            }
            guard !live.isTerminating else { throw StageError(target: plan.target, .namespaceTerminating(name)) }
            return .change(.unchanged, [])
        case .apply(let manifest), .route(let manifest, _):
            let before = try await live(manifest)
            let options = WriteOptions(dryRun: true, forceConflicts: manifest.forcesConflicts)
            return change(before, try await client.apply(manifest, options: options).resource)
        case .replace(let manifest, force: false):
            let replaced = try await client.replace(manifest, options: WriteOptions(dryRun: true))
            return change(replaced.before, replaced.resource)
        case .replace(let manifest, force: true):
            guard let live = try await live(manifest) else {
                return change(nil, try await client.create(manifest, options: WriteOptions(dryRun: true)).resource)
            }
            _ = try await client.delete(live, options: WriteOptions(dryRun: true))
            return .unknown("it would be deleted and created anew")
        case .delete(.found(let resource)), .prune(.found(let resource)):
            let look = try await DeletionLook(at: resource, client)
            guard look.reasonToKeep(application: application, target: plan.target) == nil else {
                return .change(.skipped, [])
            }
            _ = try await client.delete(resource, options: WriteOptions(dryRun: true))
            return .change(.deleted, [])
        case .delete(.predicted), .prune(.predicted):
            return .unknown("an earlier stage would have made it")
        case .waitUntilReady:
            return .change(.unchanged, [])
        }
    }

    private func live(_ manifest: Manifest) async throws -> LiveResource? {
        let mapping = try await client.mapping(for: manifest.groupVersionKind)
        return try await client.get(mapping, namespace: manifest.namespace, name: manifest.name)
    }

    private func change(_ before: LiveResource?, _ after: LiveResource) -> DryRunAnswer.Outcome {
        guard let before else { return .change(.created, []) }
        let differences = FieldDifference.between(before, after)
        return .change(differences.isEmpty ? .unchanged : .configured, differences)
    }

    /// What an error means: it may only say that the plan itself would make what is missing.
    private func outcome(of error: any Error, _ step: Step) -> DryRunAnswer.Outcome {
        if error is CancellationError { return .unknown("the question was cancelled") }
        guard let error = error as? APIError else { return .refused("\(error)") }
        let plans = earlier + [plan]
        switch error.reason {
        case .namespaceNotFound(let name) where plans.contains(where: { $0.makesNamespace(name) }):
            return .unknown("the plan itself makes namespace \"\(name)\"")
        case .noMatch where step.manifest.map({ type in plans.contains { $0.defines(type.groupVersionKind) } }) == true:
            return .unknown("the plan itself defines its type")
        case .dryRunUnsupported:
            return .unknown(error.description)
        default:
            return .refused(error.description)
        }
    }
}

extension ClusterPlan {
    fileprivate func makesNamespace(_ name: String) -> Bool {
        let key = ResourceKey(group: "", kind: "Namespace", namespace: nil, name: name)
        return steps.contains { $0.action != "waitUntilReady" && $0.resources == [key] }
    }

    fileprivate func defines(_ type: GroupVersionKind) -> Bool {
        manifests.definitions.contains { $0.defines(type) }
    }
}
