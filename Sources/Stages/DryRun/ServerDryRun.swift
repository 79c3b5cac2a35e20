import KubernetesAPI
import Manifests

/// Goes through the steps of a plan with `dryRun=All`: admission and validation run, and nothing is kept.
///
/// The server answers for each step as if it were the only one. So what earlier steps would have made is kept in mind: a
/// change is told from what they would have left, and where the server cannot answer because of them (a namespace, a type
/// or an object that is not there yet) the answer is concluded from the manifest, and says so.
struct ServerDryRun: Sendable {
    let plan: ClusterPlan
    let client: ClusterClient
    let application: String
    let requests: Int

    /// The answers in the order of the plan; waits have none.
    ///
    /// - Parameter before: What earlier stages of the same dry run would have left.
    /// - Returns: The answers, and the cluster as it would be then.
    func run(after before: PredictedCluster) async -> TargetDryRun {
        var cluster = before
        var answers: [DryRunAnswer] = []
        var written: Set<String> = []
        for phase in plan.phases {
            let steps = phase.filter { $0.action != "waitUntilReady" }
            let results = await concurrently(steps, atOnce: requests) { [cluster, written] step in
                await answer(to: step, after: cluster, written: written)
            }
            for (step, result) in zip(steps, results) {
                guard let result = result ?? nil else { continue }
                answers.append(result.answer)
                guard let state = result.state else { continue }
                cluster.note(state, of: result.answer.resource, writtenFrom: step.manifest)
                if step.manifest != nil, case .there(let object, .cluster) = state { written.insert(object.uid) }
            }
        }
        return TargetDryRun(target: plan.target, answers: answers, cluster: cluster)
    }

    private func answer(
        to step: Step,
        after cluster: PredictedCluster,
        written: Set<String>
    ) async -> StepAnswer? {
        guard let key = step.resources.first else { return nil }
        do {
            return switch step {
            case .ensureNamespace(let name): try await ensure(name, after: cluster)
            case .apply(let manifest), .route(let manifest, _):
                try await DryWrite(client: client, cluster: cluster).write(manifest, .apply)
            case .replace(let manifest, let force):
                try await DryWrite(client: client, cluster: cluster).write(manifest, force ? .forceReplace : .replace)
            case .delete(.found(let resource)): try await delete(resource)
            case .prune(.found(let resource)) where written.contains(resource.uid):
                .kept(key, because: "this run applied it")
            case .prune(.found(let resource)): try await delete(resource)
            case .delete(.predicted(let key)), .prune(.predicted(let key)):
                try await delete(predicted: key, after: cluster)
            case .waitUntilReady: nil
            }
        } catch {
            var answer = DryRunAnswer(resource: key, outcome: outcome(of: error))
            answer.isSilence = error.hasNoAnswer
            return StepAnswer(answer: answer)
        }
    }

    private func ensure(_ name: String, after cluster: PredictedCluster) async throws -> StepAnswer {
        let manifest = try Manifest.namespace(name)
        if let known = cluster.state(of: manifest.key), case .there = known {
            return StepAnswer(answer: DryRunAnswer(resource: manifest.key, outcome: .change(.unchanged, [])))
        }
        let mapping = try await client.mapping(for: manifest.groupVersionKind)
        guard let live = try await client.get(mapping, namespace: nil, name: name) else {
            let created = try await client.create(manifest, options: WriteOptions(dryRun: true))
            return StepAnswer(
                answer: DryRunAnswer(resource: manifest.key, outcome: .change(.created, []), after: created.resource),
                state: .there(created.resource, .new)
            )
        }
        guard !live.isTerminating else { throw StageError(target: plan.target, .namespaceTerminating(name)) }
        return StepAnswer(
            answer: DryRunAnswer(resource: manifest.key, outcome: .change(.unchanged, []), after: live),
            state: .there(live, .cluster)
        )
    }

    private func delete(_ found: LiveResource) async throws -> StepAnswer {
        let look = try await DeletionLook(at: found, client)
        if let reason = look.reasonToKeep(application: application, target: plan.target) {
            return .kept(found.key, because: reason)
        }
        _ = try await client.delete(look.now ?? found, options: WriteOptions(dryRun: true))
        return .deleted(found.key)
    }

    /// Deletes what an earlier step would have written, which the cluster can be asked for only when it has it already.
    private func delete(predicted key: ResourceKey, after cluster: PredictedCluster) async throws -> StepAnswer {
        guard let object = cluster.object(key), cluster.origin(of: key) == .cluster else {
            return .deleted(key, assumption: "an earlier step makes it")
        }
        _ = try await client.delete(object, options: WriteOptions(dryRun: true))
        return .deleted(key)
    }

    private func outcome(of error: any Error) -> DryRunAnswer.Outcome {
        guard !(error is CancellationError) else { return .unknown("the question was cancelled") }
        if error.hasNoAnswer { return .unknown("\(error)") }
        guard case .dryRunUnsupported? = (error as? APIError)?.reason else { return .refused("\(error)") }
        return .unknown("\(error)")
    }
}

/// An answer, and what would have become of the object.
struct StepAnswer: Sendable {
    let answer: DryRunAnswer
    var state: PredictedCluster.State?

    /// The object would be deleted.
    static func deleted(_ key: ResourceKey, assumption: String? = nil) -> StepAnswer {
        let answer = DryRunAnswer(resource: key, outcome: .change(.deleted, []), assumption: assumption)
        return StepAnswer(answer: answer, state: .gone)
    }

    /// The object would not be deleted.
    static func kept(_ key: ResourceKey, because reason: String) -> StepAnswer {
        let notes = ["it would not be deleted: \(reason)"]
        return StepAnswer(answer: DryRunAnswer(resource: key, outcome: .change(.skipped, []), notes: notes))
    }
}
