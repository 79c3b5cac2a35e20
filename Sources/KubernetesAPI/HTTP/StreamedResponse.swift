/// Holds the bytes of an answer that arrive faster than they are read, up to a bound.
final class StreamedResponse: ResponseSink {
    private struct State {
        var head: HTTPHead?
        var buffer: [UInt8] = []
        var isPaused = false
        var outcome: Result<Void, any Error>?
        var waiter: CheckedContinuation<Void, Never>?
    }

    /// What a reader finds.
    enum Piece {
        case bytes([UInt8], resume: Bool)
        case end
        case nothingYet
    }

    private let state = Lock(State())
    private let bound: Int

    init(bound: Int) {
        self.bound = bound
    }

    /// Takes what is there.
    func takePiece() throws -> Piece {
        try state.withLock { state in
            guard state.buffer.isEmpty else {
                defer {
                    state.buffer = []
                    state.isPaused = false
                }
                return .bytes(state.buffer, resume: state.isPaused)
            }
            guard let outcome = state.outcome else { return .nothingYet }
            try outcome.get()
            return .end
        }
    }

    /// The head when it is there; throws when there will be none.
    func takeHead() throws -> HTTPHead? {
        try state.withLock { state in
            if let head = state.head { return head }
            try state.outcome?.get()
            return nil
        }
    }

    /// What a reader can wait for; the end of the answer always counts.
    enum Awaited {
        case head
        case piece
    }

    /// Waits until it is there; one reader at a time.
    func wait(for awaited: Awaited) async {
        await withCheckedContinuation { continuation in
            let isThere = state.withLock { state in
                let isThere =
                    switch awaited {
                    case .head: state.head != nil
                    case .piece: !state.buffer.isEmpty
                    }
                guard !isThere, state.outcome == nil else { return true }
                state.waiter = continuation
                return false
            }
            if isThere { continuation.resume() }
        }
    }

    var isFinished: Bool { state.withLock { $0.outcome != nil } }

    func receive(head: HTTPHead) {
        state.withLock { $0.head = head }
        wake()
    }

    func receive(body bytes: UnsafeBufferPointer<UInt8>) -> Reception {
        let isTaken = state.withLock { state in
            guard state.buffer.isEmpty || state.buffer.count + bytes.count <= bound else {
                state.isPaused = true
                return false
            }
            state.buffer.append(contentsOf: bytes)
            return true
        }
        guard isTaken else { return .full }
        wake()
        return .taken
    }

    func finish(_ outcome: Result<Void, any Error>) {
        state.withLock { state in
            if state.outcome == nil { state.outcome = outcome }
        }
        wake()
    }

    private func wake() {
        let waiter = state.withLock { state -> CheckedContinuation<Void, Never>? in
            defer { state.waiter = nil }
            return state.waiter
        }
        waiter?.resume()
    }
}
