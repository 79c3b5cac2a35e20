import KubernetesAPI
import Manifests
import Rollouts

/// Runs one plan in one cluster: exactly its steps, phase by phase.
///
/// A step that fails leaves the other steps of its phase running, and keeps the later phases from starting. Only when the
/// cluster gives no answer any more, steps that have not started do not start.
struct PlanExecution<C: Clock<Duration>>: Sendable {
    let plan: ClusterPlan
    let client: ClusterClient
    let application: String
    let requests: Int
    /// Whether nothing is written when a type cannot be listed of which objects are to be written.
    let needsLists: Bool
    let stop: StopSignal
    let clock: C
    let report: @Sendable (StageEvent.Kind) -> Void
    private let warnings = WarningLog()

    /// What the plan did; an error is part of the report.
    func run() async -> TargetReport {
        var progress = ExecutionProgress()
        do {
            try requireGoingOn()
            let before = try await stop.aborting { try await snapshot() }
            var failedDeletes: [any Error] = []
            for phase in plan.phases {
                // A stop does not hide what could not be deleted.
                guard failedDeletes.isEmpty || !stop.isRequested else { break }
                try requireGoingOn()
                let errors = try await run(phase, before: before, progress: &progress)
                // What cannot be deleted keeps nothing else from being deleted.
                guard errors.isEmpty || phase.allSatisfy(\.isDelete) else { throw joined(errors) }
                failedDeletes += errors
                if errors.contains(where: \.hasNoAnswer) { break }
            }
            guard failedDeletes.isEmpty else { throw incomplete(failedDeletes, progress) }
            guard plan.problems.isEmpty else { throw StageError(target: plan.target, .incomplete(plan.problems)) }
            return TargetReport(target: plan.target, outcome: .succeeded, changes: progress.changes)
        } catch {
            return progress.report(of: plan, error: error, isStopped: stop.isRequested)
        }
    }

    private func requireGoingOn() throws {
        if stop.isRequested { throw StageError(target: plan.target, .stopped) }
    }

    private func joined(_ errors: [any Error]) -> any Error {
        guard errors.count != 1, !errors.contains(where: { $0 is CancellationError }) else {
            return errors.first ?? CancellationError()
        }
        return StageError(target: nil, .several(errors.map { "\($0)" }))
    }

    private func incomplete(_ errors: [any Error], _ progress: ExecutionProgress) -> any Error {
        if let cancelled = errors.first(where: { $0 is CancellationError }) { return cancelled }
        let deleted = progress.changes.count { $0.change == .deleted }
        let skipped = progress.changes.count { $0.change == .skipped }
        let lines = errors.map { "\($0)" }
        return StageError(
            target: nil,
            .deletesFailed(deleted: deleted, of: plan.steps.count(where: \.isDelete) - skipped, lines)
        )
    }

    /// Runs the steps of one phase.
    ///
    /// - Returns: Why steps failed, in the order of the plan.
    private func run(
        _ phase: [Step],
        before: [ResourceKey: LiveResource],
        progress: inout ExecutionProgress
    ) async throws -> [any Error] {
        let written = progress.written
        let outputs = await concurrently(
            phase,
            atOnce: requests,
            goesOn: { !$0.hasNoAnswer && !stop.isRequested }
        ) { step in
            await Result { try await perform(step, before: before, written: written) }
        }
        for output in outputs {
            guard case .success(let done) = output else { continue }
            progress.add(done)
        }
        let errors = outputs.compactMap { output -> (any Error)? in
            guard case .failure(let error)? = output else { return nil }
            return error
        }
        if errors.isEmpty, outputs.contains(where: { $0 == nil }) { try requireGoingOn() }
        return errors
    }

    private func perform(
        _ step: Step,
        before: [ResourceKey: LiveResource],
        written: [ResourceKey: LiveResource]
    ) async throws -> [StepResult] {
        switch step {
        case .ensureNamespace(let name):
            return [done(try await ensureNamespace(name))]
        case .apply(let manifest):
            return [done(try await writing.write(manifest, .apply, before: before[manifest.key.normalized]))]
        case .replace(let manifest, let force):
            return [done(try await writing.write(manifest, force ? .forceReplace : .replace, before: nil))]
        case .route(let manifest, let weights):
            let routed = done(try await writing.write(manifest, .apply, before: before[manifest.key.normalized]))
            report(.routed(routed.key, weights))
            return [routed]
        case .waitUntilReady(let keys, let policy):
            let waited = keys.compactMap { written[$0.normalized] }
            try await ReadinessStep(client: client, stop: stop, clock: clock, report: report).wait(waited, policy)
            return []
        case .delete(let deletable):
            return [done(try await delete(deletable))]
        case .prune(let deletable):
            return [done(try await prune(deletable, written: written))]
        }
    }

    private func done(_ result: StepResult) -> StepResult {
        report(.changed(ResourceChange(resource: result.key, change: result.change)))
        return result
    }

    private var writing: ManifestWriting<C> {
        ManifestWriting(client: client, clock: clock, warnings: warnings, report: report)
    }

    private func ensureNamespace(_ name: String) async throws -> StepResult {
        let manifest = try Manifest.namespace(name)
        let mapping = try await client.mapping(for: manifest.groupVersionKind)
        if let live = try await client.get(mapping, namespace: nil, name: name) {
            guard !live.isTerminating else {
                throw StageError(target: plan.target, .namespaceTerminating(name))
            }
            return StepResult(key: manifest.key, change: .unchanged)
        }
        do {
            warnings.say(try await client.create(manifest).warnings, of: manifest.key, to: report)
            return StepResult(key: manifest.key, change: .created)
        } catch let error as APIError where error.isAlreadyExists {
            return StepResult(key: manifest.key, change: .unchanged)
        }
    }

    /// Deletes an object that is no longer in Git, unless this run wrote it under another name of its type.
    private func prune(_ deletable: Deletable, written: [ResourceKey: LiveResource]) async throws -> StepResult {
        guard case .found(let found) = deletable, written.values.contains(where: { $0.uid == found.uid }) else {
            return try await delete(deletable)
        }
        report(.note("\(found.key.shortDescription) was not pruned: this run applied it"))
        return StepResult(key: found.key, change: .skipped)
    }

    private func delete(_ deletable: Deletable) async throws -> StepResult {
        guard case .found(let resource) = deletable else {
            return StepResult(key: deletable.key, change: .skipped)
        }
        let step = DeleteStep(client: client, application: application, warnings: warnings, report: report)
        return try await step.delete(resource)
    }

    /// The objects of the application as they were before, for telling a change from none: one list for each type.
    private func snapshot() async throws -> [ResourceKey: LiveResource] {
        let selector = try LabelSelector.application(application)
        let scopes = try await typeScopes()
        let lists = await concurrently(scopes, atOnce: requests) { scope in
            await Result {
                let list = try await client.list(scope.mapping, namespace: scope.namespace, selector: selector)
                return list.items.map(\.withoutManagedFields)
            }
        }
        var items: [LiveResource] = []
        for list in lists {
            do {
                items += try list?.get() ?? []
            } catch let error as APIError where !needsLists && !error.hasNoAnswer {
                // It only tells a change from none.
                continue
            }
        }
        return Dictionary(items.map { ($0.key.normalized, $0) }) { $1 }
    }

    /// The types that the plan writes; one that it defines itself and that is not served yet has no objects.
    private func typeScopes() async throws -> [TypeScope] {
        let definitions = plan.manifests.definitions
        var missing: Set<GroupVersionKind> = []
        var scopes: [TypeScope] = []
        for manifest in plan.manifests where !missing.contains(manifest.groupVersionKind) {
            let type = manifest.groupVersionKind
            do {
                let scope = TypeScope(mapping: try await client.mapping(for: type), namespace: manifest.namespace)
                if !scopes.contains(scope) { scopes.append(scope) }
            } catch let error as APIError where error.isNoMatch && definitions.contains(where: { $0.defines(type) }) {
                missing.insert(type)
            }
        }
        return scopes
    }
}

/// A type in one namespace.
private struct TypeScope: Sendable, Equatable {
    let mapping: ResourceMapping
    let namespace: String?
}

/// What one step did to one object.
struct StepResult: Sendable {
    let key: ResourceKey
    let change: Change
    var written: LiveResource?
}

extension Result {
    /// Whether the cluster gave no answer.
    fileprivate var hasNoAnswer: Bool {
        guard case .failure(let error) = self else { return false }
        return error.hasNoAnswer
    }
}

extension Error {
    /// Whether the cluster gave no answer, so that further requests would only wait in vain.
    var hasNoAnswer: Bool {
        switch (self as? APIError)?.reason {
        case .unreachable, .connectionLost, .timedOut, .tls, .credentials: true
        default: false
        }
    }
}

extension Manifest {
    /// A namespace as a stage makes it when it is missing.
    static func namespace(_ name: String) throws -> Manifest {
        try Manifest([
            "apiVersion": "v1", "kind": "Namespace",
            "metadata": ["name": .string(name), "labels": ["app.kubernetes.io/managed-by": "pipecd"]],
        ])
    }
}
