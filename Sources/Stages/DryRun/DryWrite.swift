import KubernetesAPI
import Manifests

/// What writing one manifest would do, told from how the object would be after earlier steps of the same dry run.
struct DryWrite: Sendable {
    let client: ClusterClient
    let cluster: PredictedCluster

    private static let dryRun = WriteOptions(dryRun: true)

    /// What the server made of a write, or what it would make of it.
    private struct Sent {
        var object: LiveResource
        var notes: [String] = []
        var assumption: String?
    }

    /// Asks the cluster, or concludes where it cannot know.
    func write(_ manifest: Manifest, _ mode: WriteMode) async throws -> StepAnswer {
        if mode != .forceReplace, cluster.isWritten(manifest), let same = cluster.state(of: manifest.key) {
            return StepAnswer(
                answer: DryRunAnswer(
                    resource: manifest.key,
                    outcome: .change(.unchanged, []),
                    after: cluster.object(manifest.key)
                ),
                state: same
            )
        }
        let before = try await before(manifest)
        let sent = try await send(manifest, mode, before: before)
        let origin = origin(of: manifest.key, before: before, mode)
        let outcome = outcome(of: sent, from: before, isNew: origin == .new, mode)
        let answer = DryRunAnswer(
            resource: manifest.key,
            outcome: outcome,
            assumption: sent.assumption,
            notes: sent.notes,
            after: sent.object
        )
        return StepAnswer(answer: answer, state: .there(sent.object, origin))
    }

    private func origin(of key: ResourceKey, before: LiveResource?, _ mode: WriteMode) -> PredictedCluster.Origin {
        guard before != nil else { return .new }
        let origin = cluster.origin(of: key) ?? .cluster
        return origin == .cluster && mode == .forceReplace ? .recreated : origin
    }

    private func outcome(
        of sent: Sent,
        from before: LiveResource?,
        isNew: Bool,
        _ mode: WriteMode
    ) -> DryRunAnswer.Outcome {
        guard let before else { return .change(.created, []) }
        let differences = FieldDifference.between(before, sent.object, ignoringGenerated: isNew)
        guard mode == .forceReplace || !sent.object.isWanted(as: before, ignoringGenerated: isNew) else {
            return .change(.unchanged, [])
        }
        return .change(.configured, differences)
    }

    /// The object as the step would find it.
    private func before(_ manifest: Manifest) async throws -> LiveResource? {
        if let known = cluster.state(of: manifest.key) {
            guard case .there(let object, _) = known else { return nil }
            return object
        }
        do {
            let mapping = try await client.mapping(for: manifest.groupVersionKind)
            return try await client.get(mapping, namespace: manifest.namespace, name: manifest.name)
        } catch let error as APIError where error.isNoMatch && cluster.defines(manifest.groupVersionKind) {
            // The cluster may serve an older version of the type.
            guard let mapping = try await client.servedMapping(for: manifest.groupVersionKind.groupKind) else {
                return nil
            }
            return try await client.get(mapping, namespace: manifest.namespace, name: manifest.name)
        }
    }

    private func send(_ manifest: Manifest, _ mode: WriteMode, before: LiveResource?) async throws -> Sent {
        do {
            switch mode {
            case .apply:
                let options = WriteOptions(dryRun: true, forceConflicts: manifest.forcesConflicts)
                let applied = try await client.apply(manifest, options: options)
                return Sent(object: applied.resource, notes: applied.notes)
            case .replace:
                return Sent(object: try await client.replace(manifest, options: Self.dryRun).resource)
            case .forceReplace:
                return try await sendAnew(manifest, before: before)
            }
        } catch let error as APIError {
            let last = cluster.manifest(manifest.key)?.object
            guard let assumption = assumption(from: error, manifest),
                let object = LiveResource(before?.object.merging(manifest.object, since: last) ?? manifest.object)
            else { throw error }
            return Sent(object: object, assumption: assumption)
        }
    }

    /// What deleting and creating would come to; what the server does not take as a replacement is compared as it is.
    private func sendAnew(_ manifest: Manifest, before: LiveResource?) async throws -> Sent {
        guard let before, !cluster.isNew(manifest.key) else {
            return Sent(object: try await client.create(manifest, options: Self.dryRun).resource)
        }
        if let loss = before.lossOnDeletion, !manifest.allowsDestructiveReplace {
            throw StageError(target: client.target, .destructiveReplace(manifest.key, loss: loss))
        }
        _ = try await client.delete(before, options: Self.dryRun)
        let note = "it is deleted and created anew"
        do {
            let replaced = try await client.replace(manifest, options: Self.dryRun)
            return Sent(object: replaced.resource, notes: [note])
        } catch let error as APIError {
            guard case .immutable = error.reason,
                let object = LiveResource(before.object.merging(manifest.object, since: nil))
            else { throw error }
            return Sent(object: object, notes: [note])
        }
    }

    /// Why the server could not answer, when that is what earlier steps would have changed; `nil` when it is a refusal.
    private func assumption(from error: APIError, _ manifest: Manifest) -> String? {
        switch error.reason {
        case .namespaceNotFound(let name) where cluster.isNewNamespace(name):
            return "the plan itself makes namespace \"\(name)\""
        case .noMatch where cluster.defines(manifest.groupVersionKind):
            return "the plan itself defines its type"
        case .alreadyExists:
            guard case .gone? = cluster.state(of: manifest.key) else { return nil }
            return "an earlier step deletes the object that has its name"
        case .immutable where cluster.origin(of: manifest.key) == .recreated:
            return "an earlier step makes the object anew"
        default:
            return nil
        }
    }
}

extension LiveResource {
    /// Whether two states of an object are the same apart from what the server keeps for itself.
    ///
    /// - Parameters:
    ///   - other: The other state.
    ///   - ignoringGenerated: Whether both are answers to a dry run that would create the object, each with an address and
    ///     an ID of its own.
    /// - Returns: Whether a run would call the object unchanged.
    func isWanted(as other: LiveResource, ignoringGenerated: Bool) -> Bool {
        guard ignoringGenerated else { return wanted == other.wanted }
        return wanted.withoutGenerated == other.wanted.withoutGenerated
    }
}

extension Value {
    /// The object without what a server makes up for a new one, another value each time.
    var withoutGenerated: Value {
        var value = self
        for field in ["uid", "creationTimestamp", "selfLink"] { value.remove(at: ["metadata", field]) }
        switch (value["apiVersion"]?.string, value["kind"]?.string) {
        case ("v1", "Service"):
            for field in ["clusterIP", "clusterIPs", "healthCheckNodePort"] { value.remove(at: ["spec", field]) }
            let ports = value[path: "spec", "ports"]?.array?.map { port in
                var port = port
                port["nodePort"] = nil
                return port
            }
            if let ports { try? value.set(.array(ports), at: ["spec", "ports"]) }
        case (_, "Job"):
            value.remove(at: ["spec", "selector"])
            for label in ["controller-uid", "batch.kubernetes.io/controller-uid"] {
                value.remove(at: ["spec", "template", "metadata", "labels", label])
            }
        default: break
        }
        return value
    }

    /// This node as it would be when what it was made from changes.
    ///
    /// - Parameters:
    ///   - new: What it is to be made from.
    ///   - last: What it was made from; what is the same in both stays as the server has filled it in.
    /// - Returns: The node; elements of lists are found by their names where they have them.
    fileprivate func merging(_ new: Value, since last: Value?) -> Value {
        guard last != new else { return self }
        switch (self, new) {
        case (.mapping(var mine), .mapping(let theirs)):
            for member in last?.mapping ?? [:] where theirs[member.key] == nil { mine[member.key] = nil }
            for member in theirs {
                mine[member.key] = mine[member.key]?.merging(member.value, since: last?[member.key]) ?? member.value
            }
            return .mapping(mine)
        case (.array(let mine), .array(let theirs)) where theirs.allSatisfy({ $0["name"]?.string != nil }):
            return .array(
                theirs.map { element in
                    func isNamesake(_ other: Value) -> Bool { other["name"] == element["name"] }
                    let before = last?.array?.first(where: isNamesake)
                    return mine.first(where: isNamesake)?.merging(element, since: before) ?? element
                }
            )
        default: return new
        }
    }
}
