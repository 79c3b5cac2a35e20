/// The labels and annotations by which objects are known, PipeCD's and ours.
public enum MarkKey {
    /// Who manages the object.
    public static let managedBy = "pipecd.dev/managed-by"
    /// The value of `managedBy` on our objects.
    public static let managedByPiped = "piped"
    /// The agent.
    public static let piped = "pipecd.dev/piped"
    /// The application.
    public static let application = "pipecd.dev/application"
    /// The commit that the object was loaded from.
    public static let commitHash = "pipecd.dev/commit-hash"
    /// The `apiVersion` as written in Git.
    public static let originalAPIVersion = "pipecd.dev/original-api-version"
    /// The resource key as written in Git.
    public static let resourceKey = "pipecd.dev/resource-key"
    /// The deploy target that the object was applied for; an annotation only.
    public static let deployTarget = "pipecd.dev/deploy-target"
    /// The hash of the ConfigMaps and Secrets that pods use; on pod templates.
    public static let configHash = "pipecd.dev/config-hash"
    /// `false` keeps the object from being pruned.
    public static let prune = "pipecd.dev/prune"
    /// `enabled` replaces the object instead of applying it.
    public static let syncByReplace = "pipecd.dev/sync-by-replace"
    /// `enabled` deletes and creates the object instead of applying it.
    public static let forceSyncByReplace = "pipecd.dev/force-sync-by-replace"
    /// Takes fields over from other field managers.
    public static let forceConflicts = "pipecd.dev/force-conflicts"
    /// Allows to delete and create objects that hold data.
    public static let allowDestructiveReplace = "pipecd.dev/allow-destructive-replace"
    /// `true` leaves the object out of drift detection.
    public static let ignoreDriftDetection = "pipecd.dev/ignore-drift-detection"
}

extension MarkKey {
    /// The keys that an apply writes; the others are the user's.
    static let written: Set<String> = [
        managedBy, piped, application, commitHash, originalAPIVersion, resourceKey, deployTarget, configHash,
    ]
}
