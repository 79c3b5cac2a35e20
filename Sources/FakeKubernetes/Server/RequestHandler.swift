import NIOCore
import NIOHTTP1

/// Takes the requests of one HTTP/1.1 connection or one HTTP/2 stream, and answers them.
final class RequestHandler: ChannelInboundHandler {
    typealias InboundIn = HTTPServerRequestPart
    typealias OutboundOut = HTTPServerResponsePart

    private static let bodyLimit = 3 << 20

    private let core: ClusterCore
    private let certified: Bool
    private let connection: Exchange.Connection
    private var head: HTTPRequestHead?
    private var body: [UInt8] = []
    private var isTooLarge = false
    private var watch: OpenWatch?

    init(_ core: ClusterCore, certified: Bool, connection: Exchange.Connection) {
        self.core = core
        self.certified = certified
        self.connection = connection
    }

    func channelRead(context: ChannelHandlerContext, data: NIOAny) {
        switch unwrapInboundIn(data) {
        case .head(let head):
            self.head = head
            body = []
            isTooLarge = false
        case .body(let buffer):
            isTooLarge = isTooLarge || body.count + buffer.readableBytes > Self.bodyLimit
            if !isTooLarge { body.append(contentsOf: buffer.readableBytesView) }
        case .end:
            guard let head else { return }
            self.head = nil
            let headers = head.headers.map { ($0.name, $0.value) }
            let request = APIRequest(
                method: head.method.rawValue,
                target: head.uri,
                headers: headers,
                body: body,
                certified: certified
            )
            body = []
            receive(request, Exchange(context: context, head: head, connection))
        }
    }

    func channelInactive(context: ChannelHandlerContext) {
        watch?.close()
        watch = nil
        context.fireChannelInactive()
    }

    func errorCaught(context: ChannelHandlerContext, error: any Error) {
        context.close(promise: nil)
    }

    private func receive(_ request: APIRequest, _ exchange: Exchange) {
        let effect = core.receive(request)
        guard core.admits(request) else { return exchange.send(.refusal(.unauthorized)) }
        guard !isTooLarge else {
            let message = "Request entity too large: limit is \(Self.bodyLimit)"
            return exchange.send(.refusal(APIStatus(413, "RequestEntityTooLarge", message)))
        }
        guard let effect else { return execute(request, exchange) }
        misbehave(effect, request, exchange)
    }

    private func misbehave(_ effect: Fault.Effect, _ request: APIRequest, _ exchange: Exchange) {
        switch effect {
        case .delay(let milliseconds):
            exchange.eventLoop.assumeIsolated().scheduleTask(in: .milliseconds(Int64(milliseconds))) {
                self.execute(request, exchange)
            }
        case .tooManyRequests(let seconds):
            let message = "the server has received too many requests and has asked us to try again later"
            var status = APIStatus(429, "TooManyRequests", message)
            status.retryAfter = seconds
            exchange.send(.refusal(status))
        case .status(let code, let reason, let message):
            exchange.send(.refusal(APIStatus(code, reason, message)))
        case .resetBefore:
            exchange.cut()
        case .resetAfter:
            if !request.flag("watch") {
                _ = core.respond(to: request, sink: NoSink())
                core.settle()
            }
            exchange.cut()
        case .stall:
            break
        case .goAway:
            exchange.announceEnd()
            execute(request, exchange)
        case .expired:
            expire(request, exchange)
        }
    }

    private func expire(_ request: APIRequest, _ exchange: Exchange) {
        let status = APIStatus.tooOld(
            "too old resource version: \(request.parameter("resourceVersion") ?? "") (injected)"
        )
        guard request.flag("watch") else { return exchange.send(.refusal(status)) }
        exchange.begin(APIResponse(.events(id: 0, seconds: nil)))
        exchange.write(WatchEvent(type: "ERROR", object: status.object).line)
        exchange.end()
    }

    private func execute(_ request: APIRequest, _ exchange: Exchange) {
        let sink = StreamSink(exchange)
        let response = core.respond(to: request, sink: sink)
        if case .events(let id, let seconds) = response.body {
            exchange.begin(response)
            watch = OpenWatch(core: core, id: id, seconds: seconds, eventLoop: exchange.eventLoop)
        } else {
            exchange.send(response)
        }
        core.settle()
    }
}

/// Takes no events: the connection is cut anyway.
private struct NoSink: WatchSink {
    func send(_ event: WatchEvent) {}
    func end() {}
}

/// Brings the events of a watch from any thread to its connection, in order.
private struct StreamSink: WatchSink {
    private let exchange: NIOLoopBound<Exchange>
    private let eventLoop: any EventLoop

    init(_ exchange: Exchange) {
        eventLoop = exchange.eventLoop
        self.exchange = NIOLoopBound(exchange, eventLoop: exchange.eventLoop)
    }

    func send(_ event: WatchEvent) {
        eventLoop.execute { exchange.value.write(event.line) }
    }

    func end() {
        eventLoop.execute { exchange.value.end() }
    }
}
