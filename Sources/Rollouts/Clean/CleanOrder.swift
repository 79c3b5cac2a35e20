public import Manifests

/// The order in which the objects of a variant are removed.
public enum CleanOrder {
    /// The objects in groups that are removed one after the other; inside a group the order stays.
    ///
    /// Services go first, so that no traffic reaches pods that are about to go; then workloads, then
    /// everything else in namespaces, then what is in none. Empty groups are left out.
    public static func groups<T>(
        _ items: [T],
        groupKind: (T) -> GroupKind,
        isNamespaced: (T) -> Bool
    ) -> [[T]] {
        var groups: [[T]] = [[], [], [], []]
        for item in items {
            groups[rank(groupKind(item), isNamespaced: isNamespaced(item))].append(item)
        }
        return groups.filter { !$0.isEmpty }
    }

    private static func rank(_ type: GroupKind, isNamespaced: Bool) -> Int {
        switch type {
        case GroupKind(kind: "Service"): 0
        case _ where WorkloadKinds.copied.contains(type): 1
        default: isNamespaced ? 2 : 3
        }
    }
}
