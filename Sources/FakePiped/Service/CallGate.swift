import FoundationEssentials
import GRPCCore
import SwiftProtobuf

/// What every call of a plugin passes: it is noted, measured, validated, and goes wrong where a test says so.
///
/// Piped validates with an interceptor for every method; its receiver takes messages of at most 4 MiB.
struct CallGate: ServerInterceptor {
    static let largestMessage = 4 << 20

    let piped: FakePiped

    func intercept<Input: Sendable, Output: Sendable>(
        request: StreamingServerRequest<Input>,
        context: ServerContext,
        next:
            @concurrent @Sendable (StreamingServerRequest<Input>, ServerContext) async throws ->
            StreamingServerResponse<Output>
    ) async throws -> StreamingServerResponse<Output> {
        var messages: [Input] = []
        for try await message in request.messages { messages.append(message) }
        let method = context.descriptor.method
        let effect = piped.update { state in
            for message in messages { state.note(method, message) }
            return state.takeFault(for: method)
        }
        for message in messages { try check(message) }
        switch effect {
        case .refuse(let refusal): throw refusal.rpcError
        case .hang: try await hang(context)
        case .refuseAfter, nil: break
        }
        let taken = messages
        let again = AsyncStream<Input> { continuation in
            for message in taken { continuation.yield(message) }
            continuation.finish()
        }
        let response = try await next(
            StreamingServerRequest(metadata: request.metadata, messages: RPCAsyncSequence(wrapping: Untyped(again))),
            context
        )
        if case .refuseAfter(let refusal) = effect { throw refusal.rpcError }
        return response
    }

    private func check(_ message: some Sendable) throws {
        if let message = message as? any SwiftProtobuf.Message {
            let size = try message.serializedData().count
            guard size <= Self.largestMessage else {
                throw RPCError(
                    code: .resourceExhausted,
                    message: "grpc: received message larger than max (\(size) vs. \(Self.largestMessage))"
                )
            }
        }
        if let problem = Validation.problem(in: message) {
            throw RPCError(code: .invalidArgument, message: "invalid request: \(problem)")
        }
    }

    /// Waits until faults are cleared, piped has stopped, or the call is over.
    private func hang(_ context: ServerContext) async throws {
        await withTaskGroup(of: Void.self) { group in
            group.addTask { await piped.wait { $0.faults.isEmpty || !$0.isServing } }
            group.addTask { try? await context.cancellation.cancelled }
            await group.next()
            group.cancelAll()
        }
        if context.cancellation.isCancelled || Task.isCancelled { throw CancellationError() }
        guard piped.state.isServing else { throw RPCError(code: .unavailable, message: "transport is closing") }
    }
}

/// A stream that never fails, as one that may.
private struct Untyped<Element: Sendable>: AsyncSequence, Sendable {
    private let stream: AsyncStream<Element>

    init(_ stream: AsyncStream<Element>) {
        self.stream = stream
    }

    func makeAsyncIterator() -> Iterator {
        Iterator(inner: stream.makeAsyncIterator())
    }

    struct Iterator: AsyncIteratorProtocol {
        var inner: AsyncStream<Element>.Iterator

        mutating func next(isolation actor: isolated (any Actor)?) async throws(any Error) -> Element? {
            await inner.next(isolation: actor)
        }
    }
}
