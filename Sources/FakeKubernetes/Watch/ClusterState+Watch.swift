import Manifests

extension ClusterState {
    /// Opens a watch: what happened since the version asked for comes first.
    mutating func watch(
        _ target: ResourceTarget,
        _ request: APIRequest,
        sink: any WatchSink
    ) throws(APIStatus) -> APIResponse {
        let watcher = Watcher(
            selector: try ObjectSelector(target: target, request: request),
            presentation: Presentation(target, try ResponseFormat(request)),
            wantsBookmarks: request.flag("allowWatchBookmarks"),
            sink: sink
        )
        var response = APIResponse(.events(id: 0, seconds: request.parameter("timeoutSeconds").flatMap(Int.init)))
        guard try catchUp(watcher, target, request) else { return response }
        response.body = .events(
            id: watchers.add(watcher),
            seconds: request.parameter("timeoutSeconds").flatMap(Int.init)
        )
        return response
    }

    /// Sends what a new watch has missed.
    ///
    /// - Returns: Whether the watch goes on.
    private mutating func catchUp(
        _ watcher: Watcher,
        _ target: ResourceTarget,
        _ request: APIRequest
    ) throws(APIStatus) -> Bool {
        let version = request.parameter("resourceVersion") ?? ""
        let sendsInitial = request.flag("sendInitialEvents")
        guard let revision = version.isEmpty ? 0 : Int(version) else {
            let text =
                "resourceVersion: Invalid value: \"\(version)\": strconv.ParseUint: parsing \"\(version)\": invalid syntax"
            throw APIStatus(500, "", text)
        }
        if revision == 0 || sendsInitial {
            for object in select(target, watcher.selector) { watcher.send("ADDED", object) }
            if sendsInitial, watcher.wantsBookmarks { watcher.bookmark(store.revision, initialEventsEnd: true) }
            return true
        }
        guard let missed = store.log.events(after: revision) else {
            let status = APIStatus.tooOld("too old resource version: \(revision) (\(store.log.compacted))")
            watcher.sink.send(WatchEvent(type: "ERROR", object: status.object))
            watcher.sink.end()
            return false
        }
        for event in missed { watcher.send(event) }
        return true
    }

    /// Ends a watch whose time is over, after a last bookmark.
    mutating func endWatch(_ id: Int) {
        guard let watcher = watchers.remove(id) else { return }
        if watcher.wantsBookmarks { watcher.bookmark(store.revision) }
        watcher.sink.end()
    }

    /// Tells a quiet watch how far the cluster is.
    func bookmarkWatch(_ id: Int) {
        guard let watcher = watchers[id], watcher.wantsBookmarks else { return }
        watcher.bookmark(store.revision)
    }
}
