import KubernetesAPI
import Manifests
import Rollouts

/// What Git wants of a cluster beside what the cluster has, object by object.
///
/// Left out on both sides is what carries `pipecd.dev/ignore-drift-detection: "true"` on either, and what is not looked at.
struct DriftPairs<Wanted: DriftSide, Live: DriftSide>: Sendable {
    /// What Git wants, with what the cluster has of it.
    let wanted: [(wanted: Wanted, live: Live?)]
    /// What only the cluster has.
    let others: [Live]

    /// Pairs by normalized keys; where a key finds nothing, by kind and name in the group that a type of
    /// `extensions` has moved to, and of a manifest without a namespace in the only namespace that has one.
    ///
    /// - Parameters:
    ///   - wanted: What Git wants.
    ///   - live: What the cluster has; what a controller has made, and only copied our labels to, does not count.
    ///   - isLookedAt: Whether an object counts, on either side.
    init(wanted: [Wanted], live: [Live], where isLookedAt: (any DriftSide) -> Bool = { _ in true }) {
        let live = live.filter { !$0.object.isCopy }
        var rest = Dictionary(live.map { ($0.pairingKey, $0) }) { first, _ in first }
        let loose = Dictionary(grouping: live) { $0.pairingKey.loose }
        let known = Set(wanted.map(\.pairingKey))
        var pairs: [(Wanted, Live?)] = []
        for object in wanted {
            var found = rest.removeValue(forKey: object.pairingKey)
            if found == nil {
                let others = (loose[object.pairingKey.loose] ?? []).filter { other in
                    !known.contains(other.pairingKey) && object.mayBe(other.pairingKey)
                }
                if others.count == 1, let other = others.first { found = rest.removeValue(forKey: other.pairingKey) }
            }
            guard isLookedAt(object), !object.object.isIgnored, found?.object.isIgnored != true else {
                continue
            }
            pairs.append((object, found))
        }
        self.wanted = pairs
        others = live.filter { object in
            rest[object.pairingKey] != nil && isLookedAt(object) && !object.object.isIgnored
        }
    }
}

/// An object of either side.
protocol DriftSide: Sendable {
    var object: Value { get }
    var key: ResourceKey { get }
    var groupVersionKind: GroupVersionKind { get }
}

extension Manifest: DriftSide {}
extension LiveResource: DriftSide {}

extension DriftSide {
    /// The normalized key, without a namespace where the kind has none.
    fileprivate var pairingKey: ResourceKey {
        (key.groupKind.isClusterScopedBuiltIn ? key.inNamespace(nil) : key).normalized
    }

    /// Whether an object of the same kind and name may be the same one.
    fileprivate func mayBe(_ other: ResourceKey) -> Bool {
        let isMoved = pairingKey.group != other.group && [pairingKey.group, other.group].contains("extensions")
        return isMoved
            ? pairingKey.namespace == other.namespace : key.namespace == nil && pairingKey.group == other.group
    }
}

extension ResourceKey {
    /// What the keys of an object have in common in all groups and namespaces.
    fileprivate var loose: ResourceKey { ResourceKey(group: "", kind: kind, namespace: nil, name: name) }
}

extension Value {
    /// Whether drift detection is to leave the object out.
    fileprivate var isIgnored: Bool {
        self[path: "metadata", "annotations"]?[MarkKey.ignoreDriftDetection]?.string == "true"
    }

    /// Whether a controller has made the object and copied our labels to it.
    fileprivate var isCopy: Bool {
        self[path: "metadata", "labels"]?[MarkKey.managedBy] != nil
            && !OwnershipPredicate.isManagedByPiped(object: self)
    }
}
