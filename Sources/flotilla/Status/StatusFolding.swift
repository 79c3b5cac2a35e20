import KubernetesAPI
import Manifests
import Stages

/// What is shown in the place of one or several objects that stand side by side.
enum StatusEntry {
    /// The object itself.
    case node(StatusNode)
    /// So many others that are much the same; in words.
    case others(String, Health.Status)
}

extension [StatusNode] {
    /// The objects with those left out that only fill the screen, and a word about each kind of them.
    ///
    /// Of what is well, three pods, no ReplicaSet that only waits for a way back, and twenty of other kinds are shown; of
    /// what is not well, ten in the same state.
    func folded() -> [StatusEntry] {
        var counts: [Fold: Int] = [:]
        for node in self { counts[Fold(node), default: 0] += 1 }
        var shown: [Fold: Int] = [:]
        var entries: [StatusEntry] = []
        for node in self {
            let fold = Fold(node)
            let count = counts[fold] ?? 0
            let limit = fold.limit(of: count)
            shown[fold, default: 0] += 1
            if (shown[fold] ?? 0) <= limit { entries.append(.node(node)) }
            if count > limit, shown[fold] == limit + (limit == 0 ? 1 : 0) {
                entries.append(.others(fold.text(of: count - limit, isRest: limit > 0), fold.health))
            }
        }
        return entries
    }
}

/// What objects have in common that are counted together.
private struct Fold: Hashable {
    let kind: String
    let health: Health.Status
    let isUneventful: Bool
    let isRetired: Bool

    init(_ node: StatusNode) {
        kind = node.key.kind
        health = node.health.status
        isUneventful = node.isUneventful
        isRetired = node.isRetired
    }

    /// How many of so many are shown.
    func limit(of count: Int) -> Int {
        if isRetired { return 0 }
        if !isUneventful { return 10 }
        guard kind == "Pod" else { return 20 }
        return count > 3 ? 0 : 3
    }

    func text(of count: Int, isRest: Bool) -> String {
        let words = "\(count) \(isRest ? "more " : "")\(isRetired ? "old " : "")"
        let noun = kind == "Pod" ? (count == 1 ? "pod" : "pods") : count == 1 ? kind : kind.plural
        return isRetired ? "\(words)\(noun)" : "\(isRest ? "and " : "")\(words)\(noun) \(health.rawValue)"
    }
}

extension String {
    /// The word for several objects of a kind.
    var plural: String {
        if hasSuffix("y"), !hasSuffix("ay"), !hasSuffix("ey") { return "\(dropLast())ies" }
        return hasSuffix("s") ? "\(self)es" : "\(self)s"
    }
}
