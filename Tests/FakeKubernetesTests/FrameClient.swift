import NIOCore
import NIOHPACK
import NIOHTTP2
import NIOPosix
import NIOSSL
import Testing

@testable import FakeKubernetes

/// One HTTP/2 connection to a cluster, frame by frame.
final class FrameClient: Sendable {
    /// What the server sends.
    let frames: AsyncStream<HTTP2Frame>
    private let cluster: FakeCluster
    private let channel: any Channel

    init(_ cluster: FakeCluster) async throws {
        var configuration = TLSConfiguration.makeClientConfiguration()
        configuration.certificateVerification = .none
        configuration.applicationProtocols = ["h2"]
        let context = try NIOSSLContext(configuration: configuration)
        let (frames, continuation) = AsyncStream.makeStream(of: HTTP2Frame.self)
        let port = try #require(cluster.server.split(separator: ":").last.flatMap { Int($0) })
        self.frames = frames
        self.cluster = cluster
        channel = try await ClientBootstrap(group: .singletonMultiThreadedEventLoopGroup)
            .channelInitializer { channel in
                channel.eventLoop.makeCompletedFuture {
                    let pipeline = channel.pipeline.syncOperations
                    try pipeline.addHandler(Dam())
                    try pipeline.addHandler(NIOSSLClientHandler(context: context, serverHostname: nil))
                    try pipeline.addHandlers([NIOHTTP2Handler(mode: .client), FrameReader(continuation)])
                }
            }
            .connect(host: "127.0.0.1", port: port)
            .get()
    }

    /// The head of a request that creates something.
    func head(_ stream: HTTP2StreamID, _ path: String) -> HTTP2Frame {
        let headers: HPACKHeaders = [
            ":method": "POST", ":path": path, ":scheme": "https", ":authority": "localhost",
            "authorization": "Bearer \(cluster.token)", "content-type": "application/json",
        ]
        return HTTP2Frame(streamID: stream, payload: .headers(.init(headers: headers)))
    }

    /// The rest of it.
    func body(_ stream: HTTP2StreamID, _ text: String) -> HTTP2Frame {
        let bytes = IOData.byteBuffer(ByteBuffer(string: text))
        return HTTP2Frame(streamID: stream, payload: .data(.init(data: bytes, endStream: true)))
    }

    /// A question that the server answers when it has read all that was sent before.
    var ping: HTTP2Frame { HTTP2Frame(streamID: .rootStream, payload: .ping(.init(withInteger: 7), ack: false)) }

    func send(_ frames: HTTP2Frame...) async throws {
        for frame in frames.dropLast() { channel.write(frame, promise: nil) }
        if let last = frames.last { try await channel.writeAndFlush(last) }
    }

    /// Reads nothing until told otherwise, so that the client does not know what the server wants.
    func closeEyes() async throws { try await channel.triggerUserOutboundEvent(Dam.Gate.closed).get() }

    /// Reads again.
    func openEyes() async throws { try await channel.triggerUserOutboundEvent(Dam.Gate.open).get() }

    func close() async throws { try await channel.close() }
}

/// Hands on what comes, and the end.
private final class FrameReader: ChannelInboundHandler, Sendable {
    typealias InboundIn = HTTP2Frame

    private let frames: AsyncStream<HTTP2Frame>.Continuation

    init(_ frames: AsyncStream<HTTP2Frame>.Continuation) {
        self.frames = frames
    }

    func channelRead(context: ChannelHandlerContext, data: NIOAny) {
        frames.yield(unwrapInboundIn(data))
    }

    func channelInactive(context: ChannelHandlerContext) {
        frames.finish()
    }
}

/// Holds back what comes while it is closed.
private final class Dam: ChannelDuplexHandler {
    typealias InboundIn = ByteBuffer
    typealias OutboundIn = ByteBuffer

    enum Gate: Sendable {
        case open, closed
    }

    private var gate = Gate.open
    private var held: [NIOAny] = []

    func channelRead(context: ChannelHandlerContext, data: NIOAny) {
        if gate == .open { context.fireChannelRead(data) } else { held.append(data) }
    }

    func triggerUserOutboundEvent(context: ChannelHandlerContext, event: Any, promise: EventLoopPromise<Void>?) {
        gate = event as? Gate ?? gate
        promise?.succeed()
        guard gate == .open else { return }
        for data in held { context.fireChannelRead(data) }
        held = []
        context.fireChannelReadComplete()
    }
}
