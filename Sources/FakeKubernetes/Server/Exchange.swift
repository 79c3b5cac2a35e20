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
        case http2(HTTP2Connection)
    }

    /// How an answer ends before its end.
    enum Interruption {
        case stallAfterHead
        case stallInBody
        case cutInBody
    }

    private let context: ChannelHandlerContext
    private let connection: Connection
    private let isHead: Bool
    private let version: HTTPVersion
    private var keepsAlive: Bool
    private var isOver = false
    private var interruption: Interruption?

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
        if case .http2(let connection) = connection { connection.sayFarewell() }
    }

    /// This exchange, with an answer that ends before its end.
    func interrupted(_ interruption: Interruption) -> Exchange {
        self.interruption = interruption
        return self
    }

    /// Breaks the connection, for all requests on it.
    func cut() {
        ConnectionGate.cut(socket)
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
        if !keepsAlive, isHTTP1 { headers.add(name: "connection", value: "close") }
        let head = HTTPResponseHead(version: version, status: .init(statusCode: response.code), headers: headers)
        write(part: .head(head))
        if length == nil || interruption != nil { context.flush() }
        if interruption == .stallAfterHead { isOver = true }
    }

    func write(_ bytes: [UInt8], flushing: Bool = true) {
        guard !isOver, !bytes.isEmpty else { return }
        guard let interruption else {
            write(part: .body(.byteBuffer(ByteBuffer(bytes: bytes))))
            if flushing { context.flush() }
            return
        }
        isOver = true
        let half = ByteBuffer(bytes: bytes.prefix(bytes.count / 2))
        let written = context.writeAndFlush(NIOAny(HTTPServerResponsePart.body(.byteBuffer(half))))
        guard interruption == .cutInBody else { return }
        let socket = socket
        written.whenComplete { _ in ConnectionGate.close(socket) }
    }

    func end() {
        guard !isOver else { return }
        write(part: .end(nil))
        context.flush()
        isOver = true
        if !keepsAlive, isHTTP1 { context.close(promise: nil) }
    }

    /// The channel of the whole connection.
    private var socket: any Channel {
        if case .http2(let connection) = connection { connection.channel } else { context.channel }
    }

    private var isHTTP1: Bool {
        if case .http1 = connection { true } else { false }
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
