import Manifests

/// What the controllers have still to look at, each thing once.
struct ControllerQueue: Sendable {
    /// One thing to look at.
    enum Work: Sendable, Hashable {
        /// An object that changed, or whose parts changed.
        case object(ObjectReference)
        /// The object with an identity: one of its parts changed.
        case owner(uid: String)
        /// The parts of an object that is gone.
        case dependents(uid: String)
        /// What selects pods in a namespace, one of whose pods changed.
        case selections(namespace: String)
        /// A pod whose time to become ready has come.
        case ready(ObjectReference, uid: String)
        /// A Deployment that may have made no progress since.
        case deadline(ObjectReference, replicaSet: String, ready: Int)
    }

    /// Something to do later.
    struct Timer: Sendable {
        /// In milliseconds.
        let delay: Int
        let work: Work
    }

    private var pending: [Work] = []
    private var known: Set<Work> = []
    private var timers: [Timer] = []

    mutating func add(_ work: Work) {
        guard known.insert(work).inserted else { return }
        pending.append(work)
    }

    mutating func add(_ work: Work, after milliseconds: Int) {
        timers.append(Timer(delay: milliseconds, work: work))
    }

    /// Everything that waits, in order; more may come while it is done.
    mutating func takeAll() -> [Work] {
        defer {
            pending = []
            known = []
        }
        return pending
    }

    mutating func takeTimers() -> [Timer] {
        defer { timers = [] }
        return timers
    }

    /// Notes whom a change concerns.
    mutating func enqueue(_ event: StoreEvent) {
        let reference = event.reference
        add(.object(reference))
        let owners = event.object.ownerReferences + (event.previous?.ownerReferences ?? [])
        for uid in Set(owners.compactMap { $0["uid"]?.string }).sorted() { add(.owner(uid: uid)) }
        if reference.type == GroupResource(group: "", resource: "pods") {
            add(.selections(namespace: reference.key.namespace))
        }
        guard event.change == .deleted else { return }
        add(.dependents(uid: event.object.uid))
        guard !reference.key.namespace.isEmpty else { return }
        add(.object(ObjectReference(Namespaces.type, name: reference.key.namespace)))
    }
}
