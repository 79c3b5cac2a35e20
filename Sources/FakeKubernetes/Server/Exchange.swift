import Manifests
import NIOCore
import NIOHTTP1
import NIOHTTP2

/// One request and its answer on one connection; used on the event loop of the connection only.
final class Exchange {
    /// What carries the requests.
    enum Connection: Sendable {
        /// The channel is the connection, for one request after another.
        case http1
        /// The channel is a stream of a connection, for one request.
        case http2
    }

    private let context: ChannelHandlerContext
    private let connection: Connection
    private let isHead: Bool
    private let version: HTTPVersion
    private var keepsAlive: Bool
    private var isOver = false

    let eventLoop: any EventLoop

    init(context: ChannelHandlerContext, head: HTTPRequestHead, _ connection: Connection) {
        self.context = context
        self.connection = connection
        isHead = head.method == .HEAD
        version = head.version
        keepsAlive = head.isKeepAlive
        eventLoop = context.eventLoop
    }

    /// Tells the client that this connection takes no further requests.
    func announceEnd() {
        keepsAlive = false
        guard connection == .http2, let parent = context.channel.parent else { return }
        let farewell = HTTP2Frame.FramePayload.goAway(lastStreamID: .maxID, errorCode: .noError, opaqueData: nil)
        parent.writeAndFlush(HTTP2Frame(streamID: .rootStream, payload: farewell), promise: nil)
    }

    /// Breaks the connection, for all requests on it.
    func cut() {
        let channel = context.channel
        ConnectionGate.cut(connection == .http2 ? channel.parent ?? channel : channel)
    }

    /// Sends a whole answer.
    func send(_ response: APIResponse) {
        let bytes: [UInt8] =
            switch response.body {
            case .object(let object): object.jsonBytes()
            case .text(let bytes): bytes
            case .events: []
            }
        begin(response, length: response.code == 304 ? nil : bytes.count)
        if !isHead { write(bytes, flushing: false) }
        end()
    }

    /// Sends the head of an answer.
    func begin(_ response: APIResponse, length: Int? = nil) {
        var headers = HTTPHeaders()
        headers.add(name: "content-type", value: response.contentType)
        headers.add(name: "cache-control", value: "no-cache, private")
        if let length { headers.add(name: "content-length", value: String(length)) }
        for header in response.headers { headers.add(name: header.name, value: header.value) }
        for warning in response.warnings { headers.add(name: "warning", value: "299 - \(Self.quoted(warning))") }
        if !keepsAlive, connection == .http1 { headers.add(name: "connection", value: "close") }
        let head = HTTPResponseHead(version: version, status: .init(statusCode: response.code), headers: headers)
        write(part: .head(head))
        if length == nil { context.flush() }
    }

    func write(_ bytes: [UInt8], flushing: Bool = true) {
        guard !isOver, !bytes.isEmpty else { return }
        write(part: .body(.byteBuffer(ByteBuffer(bytes: bytes))))
        if flushing { context.flush() }
    }

    func end() {
        guard !isOver else { return }
        write(part: .end(nil))
        context.flush()
        isOver = true
        if !keepsAlive, connection == .http1 { context.close(promise: nil) }
    }

    private func write(part: HTTPServerResponsePart) {
        context.write(NIOAny(part), promise: nil)
    }

    private static func quoted(_ text: String) -> String {
        let escaped = text.flatMap { character -> [Character] in
            if character == "\"" || character == "\\" { return ["\\", character] }
            return character.isASCII && (character.asciiValue ?? 0) >= 32 ? [character] : ["?"]
        }
        return "\"\(String(escaped))\""
    }
}

/// A watch that a connection holds open, with its timers.
final class OpenWatch {
    private let core: ClusterCore
    private let id: Int
    private var timeout: Scheduled<Void>?
    private var bookmarks: RepeatedTask?

    init(core: ClusterCore, id: Int, seconds: Int?, eventLoop: any EventLoop) {
        self.core = core
        self.id = id
        guard id != 0 else { return }
        let limit = min(max(seconds ?? 3600, 1), 86_400)
        timeout = eventLoop.scheduleTask(in: .seconds(Int64(limit))) { core.withState { $0.endWatch(id) } }
        let interval = TimeAmount.milliseconds(Int64(core.options.bookmarkInterval))
        bookmarks = eventLoop.scheduleRepeatedTask(initialDelay: interval, delay: interval) { _ in
            core.withState { $0.bookmarkWatch(id) }
        }
    }

    func close() {
        timeout?.cancel()
        bookmarks?.cancel()
        guard id != 0 else { return }
        core.withState { _ = $0.watchers.remove(id) }
    }
}
