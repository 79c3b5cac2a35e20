import KubernetesAPI
import Rollouts

/// A change with its objects made ready to be kept: that takes time, in which nobody is to wait for the memory.
struct KeptChange {
    /// An object, and how it is kept; `nil` of what is not.
    typealias Item = (resource: LiveResource, kept: KeptObject?)

    /// What has happened.
    enum Event {
        case synced([Item])
        case put(Item)
        case deleted(uid: String)
    }

    /// The watch that tells of it.
    let source: LiveSource
    let event: Event

    /// Takes what a watch tells.
    init(_ change: KubernetesAPI.ResourceChange, from source: LiveSource) {
        self.source = source
        event =
            switch change {
            case .synced(let items): .synced(items.map { Self.item($0, from: source) })
            case .added(let item), .modified(let item): .put(Self.item(item, from: source))
            case .deleted(_, let uid): .deleted(uid: uid)
            }
    }

    private static func item(_ resource: LiveResource, from source: LiveSource) -> Item {
        switch source {
        case .managed:
            let application = OwnershipPredicate.application(of: resource.object)
            return (resource, KeptObject(resource, application: application, from: source))
        case .made:
            let isKept = Descendants.mayHold(resource)
            return (resource, isKept ? KeptObject(resource, application: nil, from: source) : nil)
        }
    }
}
