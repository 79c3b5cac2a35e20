/// Moves the bytes between this program and every cluster.
///
/// One engine serves any number of `ClusterClient`s with one thread for requests and one for watches; each starts with
/// its first use. Clusters and identities never share a connection.
public final class HTTPEngine: Sendable {
    private let requests: TransferLoop
    private let streams: TransferLoop

    /// Makes an engine; nothing happens until the first request.
    ///
    /// - Parameter idleConnections: How many connections may stay open while nobody uses them, over all clusters.
    public init(idleConnections: Int = 128) {
        requests = TransferLoop(idleConnections: max(1, idleConnections), perHost: 32)
        streams = TransferLoop(idleConnections: 1, perHost: 0)
    }

    deinit {
        close()
    }

    /// Ends every request with an error, and the thread; later requests fail at once.
    public func close() {
        requests.close()
        streams.close()
    }

    /// Sends a request and collects the whole answer; cancelling the task aborts it at once.
    func response(to request: HTTPRequest) async throws -> HTTPResponse {
        let sink = BufferedResponse(limit: request.maximumBytes)
        let transfer = Transfer(request, sink: sink)
        return try await withTaskCancellationHandler {
            begin(transfer, on: requests)
            return try await sink.value()
        } onCancel: {
            sink.finish(.failure(CancellationError()))
            _ = requests.submit(.cancel(transfer))
        }
    }

    /// Sends a request and hands out its answer as it comes.
    func stream(_ request: HTTPRequest) -> HTTPStream {
        var request = request
        request.isStream = true
        let sink = StreamedResponse(bound: 256 << 10)
        let transfer = Transfer(request, sink: sink)
        begin(transfer, on: streams)
        return HTTPStream(sink: sink, transfer: transfer, loop: streams)
    }

    private func begin(_ transfer: Transfer, on loop: TransferLoop) {
        guard !loop.submit(.start(transfer)) else { return }
        transfer.sink.finish(.failure(HTTPFailure.closed))
    }
}

/// An answer that is read while it arrives; dropping the last reference aborts it.
final class HTTPStream: Sendable {
    private let sink: StreamedResponse
    private let transfer: Transfer
    private let loop: TransferLoop

    fileprivate init(sink: StreamedResponse, transfer: Transfer, loop: TransferLoop) {
        self.sink = sink
        self.transfer = transfer
        self.loop = loop
    }

    deinit {
        cancel()
    }

    /// Status and headers, once they are there.
    func head() async throws -> HTTPHead {
        try await withTaskCancellationHandler {
            while true {
                if let head = try sink.takeHead() { return head }
                await sink.wait(for: .head)
            }
        } onCancel: {
            cancel()
        }
    }

    /// The next bytes, `nil` after the last; waits for them.
    func next() async throws -> [UInt8]? {
        try await withTaskCancellationHandler {
            while true {
                switch try sink.takePiece() {
                case .end: return nil
                case .nothingYet: await sink.wait(for: .piece)
                case .bytes(let bytes, let isPaused):
                    if isPaused { _ = loop.submit(.resume(transfer)) }
                    return bytes
                }
            }
        } onCancel: {
            cancel()
        }
    }

    /// Aborts the transfer; a reader gets a `CancellationError`.
    func cancel() {
        sink.finish(.failure(CancellationError()))
        _ = loop.submit(.cancel(transfer))
    }
}
