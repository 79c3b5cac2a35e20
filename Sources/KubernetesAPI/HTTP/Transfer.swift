import CCurl

/// One request on its way.
///
/// Only the curl thread touches the variables.
final class Transfer: @unchecked Sendable {
    let request: HTTPRequest
    let sink: any ResponseSink
    /// When it must have ended.
    let deadline: ContinuousClock.Instant?
    var easy: EasyHandle?
    private var parser = HeadParser()
    private var failure: HTTPFailure?

    init(_ request: HTTPRequest, sink: any ResponseSink) {
        self.request = request
        self.sink = sink
        deadline = request.timeout.map { .now + $0 }
    }

    /// Sets up the handle for this transfer.
    func begin(with easy: EasyHandle) {
        self.easy = easy
        let context = Unmanaged.passUnretained(self).toOpaque()
        easy.prepare(
            request,
            callbacks: EasyHandle.Callbacks(body: receiveBody, header: receiveHeader, context: context)
        )
    }

    /// Tells the sink how it ended and gives the handle back.
    func end(_ code: CURLcode) -> EasyHandle? {
        let failure = failure ?? easy?.failure(code, timeout: request.timeout)
        defer { easy = nil }
        sink.finish(failure.map { .failure($0) } ?? .success(()))
        return easy
    }

    fileprivate func take(header line: UnsafeBufferPointer<UInt8>) {
        parser.take(line)
        if parser.isComplete { sink.receive(head: parser.head) }
    }

    fileprivate func take(body bytes: UnsafeBufferPointer<UInt8>) -> Int {
        switch sink.receive(body: bytes) {
        case .taken: return bytes.count
        case .full: return Int(CURL_WRITEFUNC_PAUSE)
        case .refused(let reason):
            failure = reason
            return bytes.count == 0 ? 1 : 0
        }
    }
}

private func receiveBody(
    _ data: UnsafeMutablePointer<CChar>?,
    _ size: Int,
    _ count: Int,
    _ context: UnsafeMutableRawPointer?
) -> Int {
    withTransfer(data, size * count, context) { $0.take(body: $1) }
}

private func receiveHeader(
    _ data: UnsafeMutablePointer<CChar>?,
    _ size: Int,
    _ count: Int,
    _ context: UnsafeMutableRawPointer?
) -> Int {
    withTransfer(data, size * count, context) { transfer, bytes in
        transfer.take(header: bytes)
        return bytes.count
    }
}

private func withTransfer(
    _ data: UnsafeMutablePointer<CChar>?,
    _ count: Int,
    _ context: UnsafeMutableRawPointer?,
    _ body: (Transfer, UnsafeBufferPointer<UInt8>) -> Int
) -> Int {
    guard let data, let context else { return 0 }
    return data.withMemoryRebound(to: UInt8.self, capacity: count) { start in
        body(
            Unmanaged<Transfer>.fromOpaque(context).takeUnretainedValue(),
            UnsafeBufferPointer(start: start, count: count)
        )
    }
}
