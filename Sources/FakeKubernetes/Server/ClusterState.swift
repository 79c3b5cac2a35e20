import Manifests

/// Everything that one cluster knows; all changes go through it, one at a time.
///
/// Requests enter at `respond(to:sink:)` in `ClusterState+Routing.swift`.
struct ClusterState: Sendable {
    let options: FakeClusterOptions
    var registry = TypeRegistry()
    var store = ObjectStore()
    var watchers = WatcherList()
    var snapshots = ListSnapshots()
    var faults: FaultList
    var documents = DocumentCache()
    var controllers = ControllerQueue()
    var addresses = AddressPool()
    /// The latest requests, oldest first.
    var requests = RequestLog()
    /// What goes on with the requests that a fault holds.
    var held: [@Sendable () -> Void] = []
    /// Who waits for something to happen here.
    var waiters = WaiterList()

    init(name: String, options: FakeClusterOptions) {
        self.options = options
        faults = FaultList(random: options.randomFaults)
        bootstrap(name: name)
    }

    /// Writes an object and tells everybody who watches.
    @discardableResult
    mutating func commit(_ object: Value, at reference: ObjectReference) -> Value {
        let event = store.save(object, at: reference)
        publish(event)
        return event.object
    }

    /// Takes an object away for good.
    @discardableResult
    mutating func erase(_ reference: ObjectReference) -> Value? {
        guard let event = store.remove(reference) else { return nil }
        publish(event)
        return event.object
    }

    private mutating func publish(_ event: StoreEvent) {
        watchers.publish(event)
        controllers.enqueue(event)
        if event.reference.type == CustomTypes.definitions { updateCustomType(event) }
    }
}
