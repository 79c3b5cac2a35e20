import KubernetesAPI
import Manifests

/// Writes one manifest, and says what that did to the fields of others.
struct ManifestWriting<C: Clock<Duration>>: Sendable {
    let client: ClusterClient
    let clock: C
    let warnings: WarningLog
    let report: @Sendable (StageEvent.Kind) -> Void

    /// Writes the manifest.
    ///
    /// - Parameters:
    ///   - manifest: The object as it is to be.
    ///   - mode: How it is written.
    ///   - before: The object as it was before the plan, when that is known; replacing reads it anyway.
    /// - Returns: What it did to the object.
    /// - Throws: `APIError` when the cluster refuses.
    func write(_ manifest: Manifest, _ mode: WriteMode, before: LiveResource?) async throws -> StepResult {
        switch mode {
        case .apply:
            return try await apply(manifest, before: before)
        case .replace:
            return result(of: try await client.replace(manifest), manifest)
        case .forceReplace:
            let replaced = try await client.forceReplace(
                manifest,
                destroysData: manifest.allowsDestructiveReplace,
                clock: clock
            )
            return result(of: replaced, manifest)
        }
    }

    private func apply(_ manifest: Manifest, before: LiveResource?) async throws -> StepResult {
        let applied = try await client.apply(
            manifest,
            options: WriteOptions(forceConflicts: manifest.forcesConflicts)
        )
        say(applied, of: manifest.key)
        let change: Change = applied.isNew ? .created : before.map { applied.resource.change(since: $0) } ?? .configured
        return StepResult(key: manifest.key, change: change, written: applied.resource.withoutManagedFields)
    }

    /// Reports what the user should know of a write; what the server warns of is said for the first object only.
    func say(_ applied: Applied, of key: ResourceKey) {
        warnings.say(applied.warnings, of: key, to: report)
        for note in applied.notes { report(.note("\(key.shortDescription): \(note)")) }
    }

    private func result(of replaced: Replaced, _ manifest: Manifest) -> StepResult {
        warnings.say(replaced.warnings, of: manifest.key, to: report)
        let change = replaced.before.map { replaced.resource.change(since: $0) } ?? .created
        return StepResult(key: manifest.key, change: change, written: replaced.resource.withoutManagedFields)
    }
}

extension Applied {
    /// What the write did to the fields of others, one line each.
    var notes: [String] {
        var notes = takenOver.map { "took over \($0.field) from \"\($0.manager)\"" }
        guard let migration else { return notes }
        let managers = migration.managers.map { "\"\($0)\"" }.joined(separator: ", ")
        notes.append("took over the fields of \(managers), written by client-side apply")
        if !migration.dropped.isEmpty {
            notes.append("removed what the manifest no longer has: \(migration.dropped.joined(separator: ", "))")
        }
        if !migration.orphans.isEmpty {
            let paths = migration.orphans.joined(separator: ", ")
            notes.append("fields of another version that nobody owns now, so that they stay: \(paths)")
        }
        return notes
    }
}

extension LiveResource {
    /// Whether a write changed anything.
    ///
    /// A status that moved on in between does not count.
    func change(since before: LiveResource) -> Change {
        guard uid == before.uid else { return .configured }
        return resourceVersion == before.resourceVersion || wanted == before.wanted ? .unchanged : .configured
    }

    /// The object without the record of who wrote which field, often the larger half of it, for keeping.
    var withoutManagedFields: LiveResource {
        var kept = object
        kept.remove(at: ["metadata", "managedFields"])
        return LiveResource(kept) ?? self
    }

    /// The object without what the server keeps for itself.
    var wanted: Value {
        var value = object
        value["status"] = nil
        for field in ["resourceVersion", "managedFields", "generation"] { value.remove(at: ["metadata", field]) }
        return value
    }
}
