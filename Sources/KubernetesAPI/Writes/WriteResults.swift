/// How an object is to be written.
public struct WriteOptions: Sendable, Hashable {
    /// Whether the server only answers what would happen.
    ///
    /// It cannot answer for an object in a namespace that does not exist yet: `.namespaceNotFound`. Nor when a webhook
    /// has effects that it cannot leave out: `.dryRunUnsupported`. Neither says anything about the manifest.
    public var dryRun: Bool
    /// Whether an apply may take over fields that others own; other writes never ask who owns a field.
    public var forceConflicts: Bool
    /// What the server does about fields that the type does not have; `nil` leaves it to the server.
    public var fieldValidation: FieldValidation?

    /// For real, and leaving others their fields.
    public init(dryRun: Bool = false, forceConflicts: Bool = false, fieldValidation: FieldValidation? = nil) {
        self.dryRun = dryRun
        self.forceConflicts = forceConflicts
        self.fieldValidation = fieldValidation
    }
}

/// What a server does about unknown and duplicate fields; those before 1.25 do not look.
///
/// An apply refuses unknown fields of a type with a schema in any case.
/// [Field validation](https://kubernetes.io/docs/reference/using-api/api-concepts/#field-validation)
public enum FieldValidation: String, Sendable {
    /// It refuses the object.
    case strict = "Strict"
    /// It drops them and warns.
    case warn = "Warn"
    /// It drops them.
    case ignore = "Ignore"
}

/// What the server made of a write.
public struct Applied: Sendable {
    /// The object as it is now.
    public let resource: LiveResource
    /// Whether the object did not exist before.
    ///
    /// Whether an existing one changed shows in its `resourceVersion`, which stays the same when nothing changed.
    public let isNew: Bool
    /// What the server warns of: deprecated versions, unknown fields.
    public var warnings: [String]
    /// The fields that were taken from others by force.
    public var takenOver: [FieldConflict] = []
    /// What became of the fields of an earlier client-side apply, `nil` when there were none.
    public var migration: Migration?
}

/// What became of the fields that a client-side apply had written.
public struct Migration: Sendable, Hashable {
    /// The field managers whose fields are ours now.
    public let managers: [String]
    /// The paths of the fields that are gone, because the manifest no longer has them.
    public let dropped: [String]
    /// The paths of fields that nobody owns now, because another version of the type wrote them; they stay.
    public let orphans: [String]
}

/// What happens to the objects that a deleted one owns.
///
/// [Cascading deletion](https://kubernetes.io/docs/concepts/architecture/garbage-collection/#cascading-deletion)
public enum PropagationPolicy: String, Sendable {
    /// They go after it.
    case background = "Background"
    /// They go before it.
    case foreground = "Foreground"
    /// They stay.
    case orphan = "Orphan"
}

/// What must hold of an object when it is deleted.
///
/// [Preconditions](https://kubernetes.io/docs/reference/kubernetes-api/common-definitions/delete-options/)
public enum DeletePrecondition: Sendable, Hashable {
    /// It is still that object, whatever was changed in it.
    case sameObject
    /// It is still that object, and nobody has written it since it was read.
    case unchanged
}

/// What a delete came to.
public enum Deletion: Sendable, Hashable {
    /// The object is gone.
    case gone
    /// The object goes as soon as its finalizers and grace period allow.
    case inProgress
    /// There was no such object any more.
    case alreadyGone
    /// Another object has the name now; it was left alone.
    case replaced
}

/// What a delete came to, and what the server said beside it.
public struct Deleted: Sendable, Hashable {
    /// What became of the object.
    public let outcome: Deletion
    /// What the server warns of.
    public var warnings: [String] = []
}

/// What replacing came to.
public struct Replaced: Sendable {
    /// The object as it is now.
    public let resource: LiveResource
    /// The object as it was, `nil` when there was none.
    public internal(set) var before: LiveResource?
    /// What the server warns of.
    public var warnings: [String] = []
}
