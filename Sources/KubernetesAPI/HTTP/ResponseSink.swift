/// Where the bytes of an answer go.
///
/// The curl thread calls `receive`; any thread may call `finish`, of which the first call counts.
protocol ResponseSink: AnyObject, Sendable {
    func receive(head: HTTPHead)
    func receive(body bytes: UnsafeBufferPointer<UInt8>) -> Reception
    func finish(_ outcome: Result<Void, any Error>)
    /// Whether nobody wants the rest.
    var isFinished: Bool { get }
}

/// What a sink did with bytes.
enum Reception {
    case taken
    /// Not taken: the same bytes come again after a resume.
    case full
    /// Not taken: the transfer must end.
    case refused(HTTPFailure)
}

/// Collects a whole answer.
final class BufferedResponse: ResponseSink {
    private struct State {
        var head = HTTPHead(status: 0)
        var body: [UInt8] = []
        var outcome: Result<HTTPResponse, any Error>?
        var waiter: CheckedContinuation<HTTPResponse, any Error>?
    }

    private let state = Lock(State())
    private let limit: Int

    init(limit: Int) {
        self.limit = limit
    }

    /// The answer, once it is whole; to be called once.
    func value() async throws -> HTTPResponse {
        try await withCheckedThrowingContinuation { continuation in
            let outcome = state.withLock { state in
                if state.outcome == nil { state.waiter = continuation }
                return state.outcome
            }
            if let outcome { continuation.resume(with: outcome) }
        }
    }

    var isFinished: Bool { state.withLock { $0.outcome != nil } }

    func receive(head: HTTPHead) {
        let length = head.values("content-length").first.flatMap { Int($0) } ?? 0
        state.withLock { state in
            state.head = head
            if length > 0, length <= limit { state.body.reserveCapacity(length) }
        }
    }

    func receive(body bytes: UnsafeBufferPointer<UInt8>) -> Reception {
        state.withLock { state in
            guard bytes.count <= limit - state.body.count else { return .refused(.tooLarge(limit: limit)) }
            state.body.append(contentsOf: bytes)
            return .taken
        }
    }

    func finish(_ outcome: Result<Void, any Error>) {
        let waiting = state.withLock {
            state -> (CheckedContinuation<HTTPResponse, any Error>, Result<HTTPResponse, any Error>)? in
            guard state.outcome == nil else { return nil }
            let whole = outcome.map { HTTPResponse(head: state.head, body: state.body) }
            state.outcome = whole
            state.body = []
            defer { state.waiter = nil }
            return state.waiter.map { ($0, whole) }
        }
        if let (waiter, whole) = waiting { waiter.resume(with: whole) }
    }
}
