import GRPCCore
import GRPCListening
import GRPCNIOTransportHTTP2
import Glibc
import KubernetesAPI
import NIOCore
import NIOPosix
import Testing

@Suite("A patient gRPC server", .timeLimit(.minutes(5)))
struct PatientListenerTests {
    /// Tells of every connection that a port accepts.
    private final class Probe: ChannelInboundHandler, Sendable {
        typealias InboundIn = any Channel
        typealias InboundOut = any Channel

        let accepted: AsyncStream<Void>.Continuation

        init(_ accepted: AsyncStream<Void>.Continuation) {
            self.accepted = accepted
        }

        func channelRead(context: ChannelHandlerContext, data: NIOAny) {
            accepted.yield()
            context.fireChannelRead(data)
        }
    }

    /// Keeps a loop from doing anything until it is released.
    private struct Brake {
        private let reading: Int32
        private let writing: Int32

        init(_ loop: any EventLoop) {
            var ends: [Int32] = [0, 0]
            pipe(&ends)
            (reading, writing) = (ends[0], ends[1])
            loop.execute { [reading] in
                var byte: UInt8 = 0
                _ = read(reading, &byte, 1)
                close(reading)
            }
        }

        func release() { close(writing) }
    }

    @Test("stops while connections are on their way to it")
    func stops() async throws {
        let loops = MultiThreadedEventLoopGroup(numberOfThreads: 2)
        let (accepted, accept) = AsyncStream.makeStream(of: Void.self)
        let port = Lock<(any Channel)?>(nil)
        let patient = HTTP2ServerTransport.Config.ChannelDebuggingCallbacks.patient
        let transport = HTTP2ServerTransport.Posix(
            address: .ipv4(host: "127.0.0.1", port: 0),
            transportSecurity: .plaintext,
            config: .defaults {
                $0.channelDebuggingCallbacks.onBindTCPListener = { channel in
                    port.withLock { $0 = channel }
                    return channel.pipeline.addHandler(Probe(accept)).flatMap {
                        patient.onBindTCPListener?(channel) ?? channel.eventLoop.makeSucceededVoidFuture()
                    }
                }
            },
            eventLoopGroup: loops
        )
        let server = GRPCServer(transport: transport, services: [])
        try await withThrowingTaskGroup { group in
            group.addTask { try await server.serve() }
            let number = try await transport.listeningAddress.ipv4?.port ?? 0
            let listener = try #require(port.withLock { $0 })
            let other = try #require(loops.makeIterator().first { $0 !== listener.eventLoop })
            let brake = Brake(other)
            // The loops take turns: one of the two connections belongs to the one that does nothing.
            var clients: [any Channel] = []
            for _ in 0..<2 {
                let client = ClientBootstrap(group: .singletonMultiThreadedEventLoopGroup)
                clients.append(try await client.connect(host: "127.0.0.1", port: number).get())
            }
            var connections = accepted.makeAsyncIterator()
            for _ in clients { await connections.next() }
            server.beginGracefulShutdown()
            for _ in 0..<3 { try await listener.eventLoop.submit {}.get() }
            brake.release()
            for client in clients { try? await client.close() }
            try await group.waitForAll()
        }
        try await loops.shutdownGracefully()
    }
}
