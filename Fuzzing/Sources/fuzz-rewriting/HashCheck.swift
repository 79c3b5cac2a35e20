import FuzzSupport
import Manifests
import Rollouts

/// The config hash stands in pod templates, and does not depend on the order of fields.
enum HashCheck {
    /// Where the hash stands.
    static let path = ["spec", "template", "metadata", "annotations", MarkKey.configHash]

    static func check(_ loaded: [Manifest], _ version: ConfigHash.Version) {
        guard let hashed = attempt({ try ConfigHash.annotate(loaded, version: version) }) else { return }
        let again = attempt { try ConfigHash.annotate(hashed, version: version) }
        requireSame(again, hashed, "the hash is another one the second time")
        for (old, new) in zip(loaded, hashed) {
            requireOnly({ $0.path == path }, from: old, to: new, "hashing")
        }
        guard let reversed = try? loaded.map({ try Manifest($0.object.reversed) }),
            let other = attempt({ try ConfigHash.annotate(reversed, version: version) })
        else { fatalError("fields in another order are refused") }
        for (first, second) in zip(hashed, other) {
            let isSame = first.object.jsonBytes(.sortedKeys) == second.object.jsonBytes(.sortedKeys)
            require(isSame, "the hash depends on the order of fields: \(first.key)")
        }
    }
}

extension Value {
    /// The node with the fields of all mappings in reverse order.
    fileprivate var reversed: Value {
        switch self {
        case .array(let elements): .array(elements.map(\.reversed))
        case .mapping(let fields): .mapping(Mapping(fields.members.reversed().map { ($0.key, $0.value.reversed) }))
        default: self
        }
    }
}
