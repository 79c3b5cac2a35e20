/// How an object is to be applied or created.
public struct ApplyOptions: Sendable, Hashable {
    /// Whether the server only answers what would happen.
    public var dryRun: Bool
    /// Whether to take over fields that others own.
    public var forceConflicts: Bool

    /// For real, and leaving others their fields.
    public init(dryRun: Bool = false, forceConflicts: Bool = false) {
        self.dryRun = dryRun
        self.forceConflicts = forceConflicts
    }
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
