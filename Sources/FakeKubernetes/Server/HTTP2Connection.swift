import NIOConcurrencyHelpers
import NIOCore
import NIOHTTP2

/// What is known of one HTTP/2 connection: its last stream, and whether it takes further ones.
final class HTTP2Connection: Sendable {
    private struct State {
        var lastStream: HTTP2StreamID = .rootStream
        var isEnding = false
    }

    let channel: any Channel
    private let state = NIOLockedValueBox(State())

    init(_ channel: any Channel) {
        self.channel = channel
    }

    /// Notes that the client has opened a stream.
    ///
    /// - Returns: Whether it is answered.
    func open(_ stream: HTTP2StreamID) -> Bool {
        state.withLockedValue { state in
            guard !state.isEnding else { return false }
            state.lastStream = max(state.lastStream, stream)
            return true
        }
    }

    /// Tells the client that the streams so far are answered and further ones are not, once.
    ///
    /// Streams that the client opens before it reads this are not looked at; it sends their requests elsewhere.
    func sayFarewell() {
        let last = state.withLockedValue { state -> HTTP2StreamID? in
            guard !state.isEnding else { return nil }
            state.isEnding = true
            return state.lastStream
        }
        guard let last else { return }
        channel.triggerUserOutboundEvent(FarewellWriter.Farewell(lastStream: last), promise: nil)
    }
}

/// Writes farewells past SwiftNIO's HTTP/2, which would take the bodies of requests that come too late for a mistake of the
/// client, and read nothing any more.
final class FarewellWriter: ChannelOutboundHandler {
    typealias OutboundIn = ByteBuffer
    typealias OutboundOut = ByteBuffer

    /// The event that makes it write.
    struct Farewell: Sendable {
        /// The last stream that is answered.
        let lastStream: HTTP2StreamID
    }

    func triggerUserOutboundEvent(context: ChannelHandlerContext, event: Any, promise: EventLoopPromise<Void>?) {
        guard let farewell = event as? Farewell else {
            context.triggerUserOutboundEvent(event, promise: promise)
            return
        }
        // GOAWAY: https://www.rfc-editor.org/rfc/rfc9113#name-goaway
        var frame = ByteBuffer(bytes: [0, 0, 8, 7, 0, 0, 0, 0, 0])
        frame.writeInteger(Int32(farewell.lastStream))
        frame.writeInteger(UInt32(HTTP2ErrorCode.noError.networkCode))
        context.writeAndFlush(wrapOutboundOut(frame), promise: promise)
    }
}
