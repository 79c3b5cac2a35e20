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
    func open(_ stream: HTTP2StreamID) {
        state.withLockedValue { $0.lastStream = max($0.lastStream, stream) }
    }

    /// Tells the client that the streams so far are answered and further ones are not, once.
    ///
    /// Streams that the client opened before it read this are dropped; it sends their requests elsewhere.
    func sayFarewell() {
        let last = state.withLockedValue { state -> HTTP2StreamID? in
            guard !state.isEnding else { return nil }
            state.isEnding = true
            return state.lastStream
        }
        guard let last else { return }
        let farewell = HTTP2Frame.FramePayload.goAway(lastStreamID: last, errorCode: .noError, opaqueData: nil)
        channel.writeAndFlush(HTTP2Frame(streamID: .rootStream, payload: farewell), promise: nil)
    }
}
