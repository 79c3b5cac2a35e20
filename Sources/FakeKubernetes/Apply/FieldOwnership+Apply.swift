import Manifests

extension FieldOwnership {
    /// What an apply makes of an object.
    struct Applied: Sendable {
        /// The object with the applied fields, without those that the applier has given up.
        var object: Value
        var managed: ManagedFields
    }

    /// Applies a configuration.
    ///
    /// - Parameters:
    ///   - config: What the applier wants, its type included or not.
    ///   - live: The object as it is, `nil` when there is none.
    ///   - manager: Who applies.
    ///   - force: Whether fields of other owners are taken over.
    /// - Returns: The object, not yet checked, with its owners.
    /// - Throws: 409 for fields of other owners, 500 for what does not fit the schema.
    func applying(_ config: Value, to live: Value?, manager: String, force: Bool) throws(APIStatus) -> Applied {
        let writer = writer(manager, .apply)
        var managed = ManagedFields(live?["metadata"]?["managedFields"]) ?? ManagedFields()
        if let live, managed.isEmpty {
            let before = ManagedFields.Writer(manager: "before-first-apply", operation: .update, apiVersion: apiVersion)
            let comparison = compare([:], live)
            managed[before] = comparison.added.union(comparison.modified)
            managed.touch(before)
        }
        let last = managed[writer]
        do {
            let claimed = owned(try FieldSet(of: config, schema))
            managed[writer] = claimed
            managed.touch(writer)
            let merged = try TypedMerge.merge(live, config, schema) ?? config
            let object = try pruned(merged, last, managed, writer)
            try settle(live, object, &managed, writer, force)
            return Applied(object: object, managed: managed)
        } catch let error as TypedError {
            throw APIStatus(500, "", "failed to create typed patch object: \(error.text)")
        } catch let status as APIStatus {
            throw status
        } catch {
            throw APIStatus(500, "", "\(error)")
        }
    }

    /// Removes what the applier owned before and does not claim any more, unless somebody else owns it.
    private func pruned(
        _ merged: Value,
        _ last: FieldSet?,
        _ managed: ManagedFields,
        _ writer: ManagedFields.Writer
    ) throws(TypedError) -> Value {
        // Nothing goes when all that was claimed before is claimed again.
        guard let last, !last.subtracting(managed[writer] ?? FieldSet()).isEmpty else { return merged }
        let given = last.namingParents(schema)
        let kept = managed.entries.reduce(FieldSet()) { $0.union($1.fields) }.namingParents(schema)
        let all = try FieldSet(of: merged, schema).namingParents(schema)
        let cut = try FieldSet(of: given.removed(from: merged, schema), schema).namingParents(schema)
        let goes = all.subtracting(cut.union(kept)).intersection(given)
        return goes.removed(from: merged, schema)
    }

    /// Finds what the apply changes of other owners: a conflict, or taken over by force.
    private func settle(
        _ live: Value?,
        _ object: Value,
        _ managed: inout ManagedFields,
        _ writer: ManagedFields.Writer,
        _ force: Bool
    ) throws(APIStatus) {
        let comparison = compare(live ?? [:], object)
        let changed = comparison.added.union(comparison.modified)
        let conflicts = managed.entries.filter { !$0.writer.isSame(as: writer) }.flatMap { entry in
            entry.fields.intersection(changed).paths.map { FieldConflict(owner: entry.writer, path: $0) }
        }
        guard force || FieldConflict.remaining(conflicts, live, self, manager: writer.manager).isEmpty else {
            throw FieldConflict.status(FieldConflict.remaining(conflicts, live, self, manager: writer.manager))
        }
        managed.take(changed, exceptFrom: writer)
        managed.take(comparison.removed, exceptFrom: writer)
    }
}
