package import GRPCNIOTransportHTTP2
import NIOCore

extension HTTP2ServerTransport.Config.ChannelDebuggingCallbacks {
    /// What a server needs so that it can stop at any moment.
    ///
    /// SwiftNIO traps when a port closes after a connection to it was accepted and before the server has got that connection
    /// (https://github.com/apple/swift-nio/issues/2637), as happens when somebody connects while the server stops. With these
    /// callbacks the port stays open until the server has got every connection, which it then ends in order. A server whose
    /// task is cancelled is not helped: stop it with `beginGracefulShutdown()`.
    package static var patient: Self {
        Self(
            onBindTCPListener: { listener in
                listener.eventLoop.makeCompletedFuture {
                    try listener.pipeline.syncOperations.addHandler(PatientListener())
                }
            },
            onAcceptTCPConnection: nil,
            onAcceptHTTP2Stream: nil
        )
    }
}

/// Stands in the pipeline of a port, and closes it only when no connection is on its way to the server.
private final class PatientListener: ChannelDuplexHandler {
    typealias InboundIn = any Channel
    typealias InboundOut = any Channel
    typealias OutboundIn = Never
    typealias OutboundOut = Never

    /// The loops that accepted connections belong to.
    private var loops: [ObjectIdentifier: any EventLoop] = [:]
    private var isClosing = false

    func channelRead(context: ChannelHandlerContext, data: NIOAny) {
        let connection = unwrapInboundIn(data)
        guard !isClosing else { return connection.close(promise: nil) }
        loops[ObjectIdentifier(connection.eventLoop)] = connection.eventLoop
        context.fireChannelRead(data)
    }

    func close(context: ChannelHandlerContext, mode: CloseMode, promise: EventLoopPromise<Void>?) {
        context.channel.closeFuture.cascade(to: promise)
        guard !isClosing else { return }
        isClosing = true
        // On its way to the server a connection goes from the loop of the port to its own and back, twice.
        turn(of: context).assumeIsolated().flatMap { self.turn(of: context) }.whenComplete { _ in
            context.close(promise: nil)
        }
    }

    /// Is complete when everything is done that the loops were to do so far, and what followed from it on the port's loop.
    private func turn(of context: ChannelHandlerContext) -> EventLoopFuture<Void> {
        let turns = loops.values.map { $0.submit {} }
        return EventLoopFuture.andAllComplete(turns, on: context.eventLoop)
    }
}
