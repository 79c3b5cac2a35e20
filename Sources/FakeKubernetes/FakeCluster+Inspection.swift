package import Manifests

/// What tests see and do behind the API.
extension FakeCluster {
    /// Lets requests go wrong from now on.
    package func inject(_ fault: Fault) {
        core.withState { $0.faults.add(fault) }
    }

    /// Lets everything go right again.
    package func clearFaults() {
        core.withState { $0.faults.clear() }
    }

    /// Lets requests go on that a fault holds.
    package func releaseHeld() {
        let held = core.withState { state in
            defer { state.held = [] }
            return state.held
        }
        for goOn in held { goOn() }
    }

    /// The latest requests, oldest first.
    package var requests: [RecordedRequest] {
        core.withState { $0.requests.latest }
    }

    /// Forgets the requests so far.
    package func clearRequests() {
        core.withState { $0.requests.clear() }
    }

    /// The number of open watches.
    package var openWatches: Int {
        core.withState { $0.watchers.count }
    }

    /// An object as it is stored, with its type.
    ///
    /// - Parameter path: The path of its URL, such as `/apis/apps/v1/namespaces/shop/deployments/cart`.
    /// - Returns: `nil` when there is no such object.
    package func object(_ path: String) -> Value? {
        let response = core.withState { $0.respond(to: APIRequest(method: "GET", target: path), sink: SilentSink()) }
        guard response.code == 200, case .object(let object) = response.body else { return nil }
        return object
    }

    /// The objects at the path of a collection, with their types, sorted by namespace and name.
    package func objects(_ path: String) -> [Value] {
        guard let list = object(path), let items = list["items"]?.array else { return [] }
        let kind = (list["kind"]?.string ?? "").dropLast("List".count)
        return items.map { item in
            var object = item
            object["kind"] = object["kind"] ?? .string(String(kind))
            object["apiVersion"] = object["apiVersion"] ?? list["apiVersion"]
            return object
        }
    }

    /// Sends a request past the network, as an administrator, and gives the answer's code and object.
    @discardableResult
    package func perform(
        _ method: String,
        _ target: String,
        _ body: Value? = nil,
        contentType: String = "application/json"
    ) -> (code: Int, object: Value?) {
        let response = core.perform(Fault.OtherRequest(method, target, body, contentType: contentType))
        guard case .object(let object) = response.body else { return (response.code, nil) }
        return (response.code, object)
    }

    /// Ends all watches with 410 and forgets history and half-read lists, as a compaction of the database does.
    package func expireEverything() {
        core.withState { state in
            state.store.compact()
            state.snapshots.forget()
            let status = APIStatus.tooOld("too old resource version")
            state.watchers.end(type: nil, with: WatchEvent(type: "ERROR", object: status.object))
        }
    }
}

/// Takes no events: what is asked past the network, or without an answer, is no watch.
struct SilentSink: WatchSink {
    func send(_ event: WatchEvent) {}
    func end() {}
}
