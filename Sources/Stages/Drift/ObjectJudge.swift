import KubernetesAPI
import Manifests
import Rollouts

/// What one object comes to.
struct Judgement: Sendable {
    enum Verdict: Sendable {
        /// It is as Git wants it.
        case same
        /// It is not there.
        case missing
        /// It differs.
        case changed(ManifestComparison.Changed)
        /// Nobody can tell, and why.
        case unknown(String)
    }

    let verdict: Verdict
    /// What else is worth knowing.
    var notes: [String] = []
    /// Whether the verdict holds as long as neither side changes: it is the server's, and not about the server.
    var isLasting = false
}

/// Judges objects of one cluster, with the help of its API server.
struct ObjectJudge: Sendable {
    /// The cluster; without one, objects are compared field by field.
    let client: ClusterClient?
    let rules: DriftRules
    /// The marks of the application on the target.
    let ownership: Ownership

    private static let mostLooks = 5

    /// The object was deleted while it was looked at.
    private struct Gone: Error {}

    /// Somebody writes the object all the time.
    private struct Restless: Error, CustomStringConvertible {
        let key: ResourceKey

        var description: String { "\(key.shortDescription): it changes faster than it can be read; try again" }
    }

    /// Compares an object with what Git wants.
    ///
    /// - Parameters:
    ///   - wanted: What Git wants.
    ///   - live: What the cluster has, as far as is known; what is not there under our marks is looked for by name.
    /// - Returns: What it comes to, also when the cluster does not answer.
    /// - Throws: `CancellationError`.
    func judge(_ wanted: WantedObject, _ live: LiveResource?) async throws -> Judgement {
        do {
            guard let client else { return local(wanted, live) }
            guard let live = try await current(live, as: wanted, client) else {
                return Judgement(verdict: wanted.isOptional ? .same : .missing)
            }
            return try await judge(wanted, live, client)
        } catch let error as CancellationError {
            throw error
        } catch {
            try Task.checkCancellation()
            return Judgement(verdict: .unknown("\(error)"))
        }
    }

    /// The live object in the version that Git has it in.
    private func current(
        _ live: LiveResource?,
        as wanted: WantedObject,
        _ client: ClusterClient
    ) async throws -> LiveResource? {
        if let live, live.groupVersionKind == wanted.groupVersionKind { return live }
        return try await read(wanted, client)
    }

    private func read(_ wanted: WantedObject, _ client: ClusterClient) async throws -> LiveResource? {
        let mapping = try await client.mapping(for: wanted.groupVersionKind)
        return try await client.get(mapping, namespace: wanted.manifest.namespace, name: wanted.manifest.name)
    }

    // MARK: With the server

    private func judge(_ wanted: WantedObject, _ live: LiveResource, _ client: ClusterClient) async throws -> Judgement
    {
        let (manifest, note) = nearest(wanted, live)
        let marks = missingMarks(live)
        do {
            let (live, applied) = try await preview(manifest, live, client)
            guard let applied else {
                let text = "it is deleted and created anew by every deployment, so compared field by field"
                var found = local(
                    manifest,
                    live,
                    notes: ["\(wanted.key.shortDescription): \(text)", note].compactMap { $0 }
                )
                found.isLasting = marks.isEmpty
                return found
            }
            var differences = rules.changes(from: live.object, to: applied.object, wanted.key)
            let known = Set(differences.map(\.path))
            differences += rules.additions(in: applied).filter { addition in
                !known.contains { $0.covers(addition.path) }
            }
            let named = try await naming(differences, live, wanted, client)
            var found = judgement(wanted.key, named, marks, notes: [note].compactMap { $0 })
            // Nobody tells when an object changes that does not count as the application's.
            found.isLasting = marks.isEmpty
            return found
        } catch is Gone {
            return Judgement(verdict: .missing)
        } catch let error as APIError {
            guard !error.isTransient else { throw error }
            if error.leavesOpen {
                let text = "\(error); compared field by field"
                return local(manifest, live, notes: [text, note].compactMap { $0 })
            }
            guard error.isRefusal else { throw error }
            let differences = rules.differences(from: live.object, to: manifest.object, wanted.key)
            return judgement(
                wanted.key,
                try await naming(differences, live, wanted, client),
                marks + ["a deployment would be refused: \(error)"],
                notes: []
            )
        }
    }

    /// The live object, and what a deployment would make of it; `nil` when it would make a new one.
    ///
    /// Both are of one moment: what somebody else has changed in between is read again.
    private func preview(
        _ manifest: Manifest,
        _ live: LiveResource,
        _ client: ClusterClient
    ) async throws -> (LiveResource, LiveResource?) {
        var live = live
        switch WriteMode(of: manifest) {
        case .forceReplace: return (live, nil)
        case .replace:
            let replaced = try await client.replace(manifest, options: WriteOptions(dryRun: true))
            return (replaced.before ?? live, replaced.resource)
        case .apply: break
        }
        var looks = 1
        while true {
            let answer = try await client.previewApply(manifest)
            let applied = answer.resource
            guard !answer.isNew else { throw Gone() }
            if applied.resourceVersion == live.resourceVersion { return (live, applied) }
            guard looks < Self.mostLooks else { throw Restless(key: manifest.key) }
            let mapping = try await client.mapping(for: manifest.groupVersionKind)
            let now = try await client.get(mapping, namespace: manifest.namespace, name: manifest.name)
            live = now ?? live
            looks += 1
            if applied.resourceVersion == live.resourceVersion { return (live, applied) }
        }
    }

    /// The differences with who made them; the object is read again when what is kept of it does not say so.
    private func naming(
        _ differences: [Difference],
        _ live: LiveResource,
        _ wanted: WantedObject,
        _ client: ClusterClient
    ) async throws -> [Difference] {
        guard differences.contains(where: { $0.owner == nil && $0.before != nil }) else { return differences }
        let live = live.managedFields.isEmpty ? try await read(wanted, client) ?? live : live
        return differences.map { difference in
            var difference = difference
            if difference.owner == nil, difference.before != nil { difference.owner = live.owner(of: difference.path) }
            return difference
        }
    }

    // MARK: Without it

    private func local(_ wanted: WantedObject, _ live: LiveResource?) -> Judgement {
        guard let live else { return Judgement(verdict: wanted.isOptional ? .same : .missing) }
        let (manifest, note) = nearest(wanted, live)
        return local(manifest, live, notes: [note].compactMap { $0 })
    }

    private func local(_ manifest: Manifest, _ live: LiveResource, notes: [String]) -> Judgement {
        let differences = rules.differences(from: live.object, to: manifest.object, manifest.key)
        return judgement(manifest.key, differences, [], notes: notes)
    }

    /// The form of an object that a traffic stage leaves which is most like the live one, and what to say about it.
    private func nearest(_ wanted: WantedObject, _ live: LiveResource) -> (Manifest, note: String?) {
        let forms = [(manifest: wanted.manifest, note: String?.none)] + wanted.routes
        let counts = forms.map { rules.differences(from: live.object, to: $0.manifest.object, wanted.key).count }
        let best = counts.indices.min { (counts[$0], $0) < (counts[$1], $1) } ?? 0
        return forms[best]
    }

    private func judgement(
        _ key: ResourceKey,
        _ differences: [Difference],
        _ lines: [String],
        notes: [String]
    ) -> Judgement {
        guard !(differences.isEmpty && lines.isEmpty) else { return Judgement(verdict: .same, notes: notes) }
        let sorted = differences.map { ($0.path.description, $0) }
            .sorted { $0.0.utf8.lexicographicallyPrecedes($1.0.utf8) }
            .map(\.1)
        return Judgement(
            verdict: .changed(ManifestComparison.Changed(key: key, differences: sorted, notes: lines)),
            notes: notes
        )
    }

    /// What to say of an object that does not carry the marks by which it is found.
    private func missingMarks(_ live: LiveResource) -> [String] {
        let found = OwnershipPredicate.application(of: live.object)
        if let found, found != ownership.application { return ["it belongs to application \"\(found)\""] }
        let keys = [MarkKey.managedBy, MarkKey.application]
        let missing =
            keys.filter { live.labels[$0] == nil }.map { "label \($0)" }
            + keys.filter { live.annotations[$0] == nil }.map { "annotation \($0)" }
        guard !missing.isEmpty else { return [] }
        return ["it lacks \(missing.joined(separator: ", ")), without which it does not count as the application's"]
    }
}

extension APIError {
    /// Whether it says nothing about the object, only that a dry run is not to be had.
    fileprivate var leavesOpen: Bool {
        switch reason {
        case .dryRunUnsupported: true
        case .forbidden(_, let grant): grant != nil
        default: false
        }
    }

    /// Whether a deployment would fail in the same way.
    fileprivate var isRefusal: Bool {
        switch reason {
        case .forbidden, .invalid, .immutable, .fieldConflicts, .destructive, .namespaceNotFound, .badRequest: true
        case .status(let code, _, _): (400..<500).contains(code)
        default: false
        }
    }
}

extension FieldPath {
    /// Whether it leads to the same node as another path, or to one above.
    fileprivate func covers(_ other: FieldPath) -> Bool {
        steps.count <= other.steps.count && steps[...] == other.steps.prefix(steps.count)
    }
}
