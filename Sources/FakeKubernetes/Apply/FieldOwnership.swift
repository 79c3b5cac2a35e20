import Manifests

/// Works out who owns which field after a write, as structured merge and diff does in a real server.
///
/// [Server-side apply](https://kubernetes.io/docs/reference/using-api/server-side-apply/) explains the rules.
struct FieldOwnership: Sendable {
    /// Fields of metadata that belong to the server and have no owner.
    private static let serverFields = [
        "name", "namespace", "creationTimestamp", "selfLink", "uid", "generation", "managedFields", "resourceVersion",
        "deletionTimestamp", "deletionGracePeriodSeconds",
    ]

    let schema: Schema
    let apiVersion: String
    private let subresource: String
    private let isPart: Bool
    private let hidesStatus: Bool

    /// - Parameters:
    ///   - target: The path that is written to.
    ///   - features: Whether entries name the part that is written to.
    init(_ target: ResourceTarget, _ features: ServerFeatures) {
        schema = target.type.schema(target.version)
        apiVersion = target.apiVersion
        isPart = target.subresource != nil
        subresource = features.recordsSubresources ? target.subresource ?? "" : ""
        hidesStatus = target.subresource == nil && target.type.hasStatus
    }

    /// The ownership of a part that is an object of its own, such as a scale.
    init(schema: Schema, apiVersion: String, subresource: String) {
        self.schema = schema
        self.apiVersion = apiVersion
        self.subresource = subresource
        isPart = true
        hidesStatus = false
    }

    func writer(_ manager: String, _ operation: ManagedFields.Operation) -> ManagedFields.Writer {
        ManagedFields.Writer(manager: manager, operation: operation, apiVersion: apiVersion, subresource: subresource)
    }

    /// The owners after a write that is no apply: the writer gets what it changed.
    ///
    /// - Parameters:
    ///   - old: The object before, `nil` when it is new.
    ///   - object: The object after.
    ///   - given: The object as the client sent it, which may name owners itself.
    ///   - manager: Who writes.
    /// - Returns: The owners, without the times of what was touched.
    func updating(_ old: Value?, _ object: Value, given: Value, manager: String) -> ManagedFields {
        var managed = base(old, given)
        // An object that lost its owners gets none by updates, and one that cannot be merged cannot have any.
        if old != nil, managed.isEmpty { return managed }
        if !isPart, TypedValidation.errors(object, schema).contains(where: \.isDuplicate) { return ManagedFields() }
        let comparison = compare(old ?? [:], object)
        let changed = comparison.added.union(comparison.modified)
        managed.take(changed.union(comparison.removed), exceptFrom: nil)
        let writer = writer(manager, .update)
        guard !changed.isEmpty else { return managed }
        managed[writer] = (managed[writer] ?? FieldSet()).union(changed)
        managed.touch(writer)
        return managed
    }

    /// What differs, without the fields that have no owner.
    func compare(_ old: Value, _ new: Value) -> Comparison {
        Comparison(stripped(old), stripped(new), schema).without(owned)
    }

    /// The fields of a set that can have an owner.
    func owned(_ fields: FieldSet) -> FieldSet {
        var result = fields
        result.removeSelf()
        for path in [["f:apiVersion"], ["f:kind"]] + (hidesStatus ? [["f:status"]] : []) {
            result = result.removing(path.map(PathElement.init)[...])
        }
        guard var metadata = result[.field("metadata")] else { return result }
        metadata.removeSelf()
        for field in Self.serverFields { metadata[.field(field)] = nil }
        result[.field("metadata")] = metadata
        return result
    }

    /// The object without what the comparison need not see.
    private func stripped(_ object: Value) -> Value {
        var object = object
        object.setMetadata("managedFields", nil)
        return object
    }

    /// The owners to start from: those the client sent when it sent any, else those that are stored.
    private func base(_ old: Value?, _ given: Value) -> ManagedFields {
        let stored = ManagedFields(old?["metadata"]?["managedFields"]) ?? ManagedFields()
        let sent = given["metadata"]?["managedFields"]
        guard !isPart, old != nil else { return stored }
        if ManagedFields.isReset(sent) { return ManagedFields() }
        guard let managed = ManagedFields(sent), !managed.isEmpty else { return stored }
        return managed
    }
}

extension ResourceType {
    /// The schema of one version.
    func schema(_ version: String) -> Schema {
        custom.map { $0.versions[version]?.schema ?? .any } ?? BuiltInSchemas.schema(kind: kind, version: version)
    }
}
