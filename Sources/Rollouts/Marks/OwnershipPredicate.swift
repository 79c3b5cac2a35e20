public import Manifests

/// What the marks of a live object say.
///
/// Only annotations count: controllers copy the labels of a Service to the objects that they make for it.
public enum OwnershipPredicate {
    /// Whether we manage the object: it carries our annotation and no other object owns it.
    ///
    /// An annotation that is no string makes all of them unreadable, and the object not ours.
    public static func isManagedByPiped(object: Value) -> Bool {
        guard let annotations = object[path: "metadata", "annotations"]?.mapping else { return false }
        guard annotations.allSatisfy({ $0.value.string != nil }) else { return false }
        return annotations[MarkKey.managedBy]?.string == MarkKey.managedByPiped && !hasOwner(object)
    }

    /// The application that the object belongs to.
    public static func application(of object: Value) -> String? { annotation(MarkKey.application, of: object) }

    /// The deploy target that the object was applied for; `nil` on objects of older tools, which means any.
    public static func deployTarget(of object: Value) -> String? { annotation(MarkKey.deployTarget, of: object) }

    /// The commit that the object was loaded from.
    public static func commit(of object: Value) -> String? { annotation(MarkKey.commitHash, of: object) }

    /// Whether the object asks not to be pruned.
    public static func isKeptFromPrune(object: Value) -> Bool { annotation(MarkKey.prune, of: object) == "false" }

    private static func hasOwner(_ object: Value) -> Bool {
        switch object[path: "metadata", "ownerReferences"] {
        case nil, .null: false
        case .array(let references): !references.isEmpty
        default: true
        }
    }

    private static func annotation(_ key: String, of object: Value) -> String? {
        object[path: "metadata", "annotations"]?[key]?.string
    }
}
