import CCurl

/// The transfers under way, on the curl thread.
struct TransferTable {
    private let multi: UnsafeMutableRawPointer
    private var active: [ObjectIdentifier: Transfer] = [:]
    private var idleHandles: [EasyHandle] = []
    private var nextCheck = ContinuousClock.now

    /// Handles kept for the next requests; each holds about 20 kB.
    private static let mostIdleHandles = 64

    init(multi: UnsafeMutableRawPointer) {
        self.multi = multi
    }

    /// Starts a transfer, unless it was cancelled before.
    mutating func start(_ transfer: Transfer) {
        guard !transfer.sink.isFinished else { return }
        guard let easy = idleHandles.popLast() ?? EasyHandle() else {
            return transfer.sink.finish(.failure(HTTPFailure.other(code: 27, cause: "out of memory")))
        }
        transfer.begin(with: easy)
        guard curl_multi_add_handle(multi, easy.pointer) == CURLM_OK else {
            _ = transfer.end(CURLE_FAILED_INIT)
            return
        }
        active[ObjectIdentifier(transfer)] = transfer
    }

    /// Drops a transfer; its sink is finished already.
    mutating func cancel(_ transfer: Transfer) {
        remove(transfer, CURLE_ABORTED_BY_CALLBACK)
    }

    /// Lets a paused transfer go on.
    func resume(_ transfer: Transfer) {
        guard active[ObjectIdentifier(transfer)] != nil, let easy = transfer.easy else { return }
        curl_easy_pause(easy.pointer, CURLPAUSE_CONT)
    }

    /// Moves bytes, and ends the transfers that are done.
    mutating func perform() {
        var running: Int32 = 0
        curl_multi_perform(multi, &running)
        // In libcurl 7.88 a stream whose last bytes came in while another one was read may be forgotten until something
        // else happens; the second round finds it.
        if running > 0 { curl_multi_perform(multi, &running) }
        var left: Int32 = 0
        while let message = curl_multi_info_read(multi, &left) {
            guard message.pointee.msg == CURLMSG_DONE, let handle = message.pointee.easy_handle else { continue }
            let code = flotilla_message_result(message)
            if let transfer = transfer(of: handle) { remove(transfer, code) }
        }
    }

    /// Ends the transfers that took too long, those included that libcurl keeps waiting for a connection.
    mutating func expire(at now: ContinuousClock.Instant) {
        guard now >= nextCheck else { return }
        nextCheck = now + .milliseconds(100)
        for transfer in active.values {
            if let deadline = transfer.deadline, deadline <= now { remove(transfer, CURLE_OPERATION_TIMEDOUT) }
        }
    }

    /// How long to sleep at most when nothing happens, in milliseconds.
    ///
    /// Short while answers are due: it bounds deadlines, and what a forgotten stream costs.
    var longestSleep: Int32 {
        guard !active.isEmpty else { return 60_000 }
        return active.values.contains { !$0.request.isStream } ? 100 : 1000
    }

    /// Ends everything.
    mutating func removeAll() {
        for transfer in active.values {
            transfer.sink.finish(.failure(HTTPFailure.closed))
            remove(transfer, CURLE_ABORTED_BY_CALLBACK)
        }
        idleHandles = []
    }

    private func transfer(of handle: UnsafeMutableRawPointer) -> Transfer? {
        var context: UnsafeMutableRawPointer?
        flotilla_get_pointer(handle, CURLINFO_PRIVATE, &context)
        return context.map { Unmanaged<Transfer>.fromOpaque($0).takeUnretainedValue() }
    }

    private mutating func remove(_ transfer: Transfer, _ code: CURLcode) {
        guard active[ObjectIdentifier(transfer)] != nil, let pointer = transfer.easy?.pointer else { return }
        curl_multi_remove_handle(multi, pointer)
        if let easy = transfer.end(code), idleHandles.count < Self.mostIdleHandles {
            easy.reset()
            idleHandles.append(easy)
        }
        active[ObjectIdentifier(transfer)] = nil
    }
}
