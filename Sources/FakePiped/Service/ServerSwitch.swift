import GRPCCore
import GRPCListening
import GRPCNIOTransportHTTP2
import NIOConcurrencyHelpers
import NIOCore

/// The gRPC server of piped, which can be stopped and started again under the same port.
///
/// One task runs it from beginning to end; the others tell that task what to do and wait until it is done.
final class ServerSwitch: Sendable {
    /// One wish, and who waits for it.
    private enum Wish: Sendable {
        case start(CheckedContinuation<Void, any Error>)
        case stop(CheckedContinuation<Void, Never>)
        case finish(CheckedContinuation<Void, Never>)
    }

    private let wishes: AsyncStream<Wish>
    private let wish: AsyncStream<Wish>.Continuation
    private let lastPort = NIOLockedValueBox(0)
    private let connections = NIOLockedValueBox<[ObjectIdentifier: any Channel]>([:])

    init() {
        (wishes, wish) = AsyncStream.makeStream()
    }

    /// The port on 127.0.0.1; 0 before the first start.
    var port: Int { lastPort.withLockedValue { $0 } }

    func start() async throws {
        try await withCheckedThrowingContinuation { _ = wish.yield(.start($0)) }
    }

    func stop() async {
        await withCheckedContinuation { _ = wish.yield(.stop($0)) }
    }

    func finish() async {
        await withCheckedContinuation { _ = wish.yield(.finish($0)) }
    }

    /// Does what is wished for until the end is.
    func run(_ piped: FakePiped) async {
        while let wish = await next() {
            switch wish {
            case .start(let continuation):
                let last = await serve(piped, continuation)
                if last { return }
            case .stop(let continuation):
                continuation.resume()
            case .finish(let continuation):
                continuation.resume()
                return
            }
        }
    }

    /// Serves until it is to stop, and says whether that was the end.
    private func serve(
        _ piped: FakePiped,
        _ started: CheckedContinuation<Void, any Error>
    ) async -> Bool {
        let transport = HTTP2ServerTransport.Posix(
            address: .ipv4(host: "127.0.0.1", port: port),
            transportSecurity: .plaintext,
            config: .defaults {
                $0.rpc.maxRequestPayloadSize = 64 << 20
                $0.connection.maxGraceTime = .milliseconds(500)
                $0.channelDebuggingCallbacks = .patient
                $0.channelDebuggingCallbacks.onAcceptTCPConnection = note
            }
        )
        let server = GRPCServer(
            transport: transport,
            services: [PluginServiceOfPiped(piped: piped)],
            interceptors: [CallGate(piped: piped)]
        )
        let ended = await withTaskGroup(of: Void.self) { group in
            group.addTask { try? await server.serve() }
            do {
                let address = try await transport.listeningAddress
                lastPort.withLockedValue { $0 = address.ipv4?.port ?? 0 }
                started.resume()
            } catch {
                started.resume(throwing: error)
                return Wish?.none
            }
            piped.update { $0.isServing = true }
            let wish = await nextToEnd()
            // Calls in progress are not answered, as when the process is killed.
            for connection in connections.withLockedValue({ Array($0.values) }) { try? await connection.close() }
            piped.update { $0.isServing = false }
            server.beginGracefulShutdown()
            await group.waitForAll()
            return wish
        }
        switch ended {
        case .stop(let continuation):
            continuation.resume()
            return false
        case .finish(let continuation):
            continuation.resume()
            return true
        case .start, nil:
            return false
        }
    }

    /// Remembers a connection for as long as it is open.
    @Sendable
    private func note(_ connection: any Channel) -> EventLoopFuture<Void> {
        let id = ObjectIdentifier(connection)
        connections.withLockedValue { $0[id] = connection }
        connection.closeFuture.whenComplete { [connections] _ in connections.withLockedValue { $0[id] = nil } }
        return connection.eventLoop.makeSucceededVoidFuture()
    }

    /// The next wish; only one task asks.
    private func next() async -> Wish? {
        var iterator = wishes.makeAsyncIterator()
        return await iterator.next()
    }

    /// The next wish that is none to start what runs already.
    private func nextToEnd() async -> Wish? {
        while let wish = await next() {
            guard case .start(let continuation) = wish else { return wish }
            continuation.resume()
        }
        return nil
    }
}
