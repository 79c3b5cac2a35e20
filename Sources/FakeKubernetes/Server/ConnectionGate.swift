import Glibc
import NIOCore

/// Stands next to the socket, so that a connection can be cut without a farewell of TLS.
final class ConnectionGate: ChannelOutboundHandler {
    typealias OutboundIn = Any

    /// The event that cuts the connection.
    private struct Cut: Sendable {}

    func triggerUserOutboundEvent(context: ChannelHandlerContext, event: Any, promise: EventLoopPromise<Void>?) {
        guard event is Cut else {
            context.triggerUserOutboundEvent(event, promise: promise)
            return
        }
        promise?.succeed()
        context.close(promise: nil)
    }

    /// Cuts a connection with a TCP reset.
    static func reset(_ channel: any Channel) async {
        try? await lingerNot(channel).get()
        try? await channel.triggerUserOutboundEvent(Cut()).get()
        try? await channel.closeFuture.get()
    }

    /// Cuts a connection, without waiting.
    static func cut(_ connection: any Channel) {
        lingerNot(connection).whenComplete { _ in
            connection.triggerUserOutboundEvent(Cut(), promise: nil)
        }
    }

    /// Cuts a connection after what was sent, so that the client reads it, and then an end without a farewell.
    static func close(_ connection: any Channel) {
        connection.triggerUserOutboundEvent(Cut(), promise: nil)
    }

    /// Makes the end of a socket a reset: what was not sent yet never is.
    private static func lingerNot(_ channel: any Channel) -> EventLoopFuture<Void> {
        guard let socket = channel as? any SocketOptionProvider else {
            return channel.eventLoop.makeSucceededVoidFuture()
        }
        return socket.setSoLinger(linger(l_onoff: 1, l_linger: 0))
    }
}
