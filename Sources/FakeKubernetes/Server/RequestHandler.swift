import Manifests
import NIOCore
import NIOHTTP1

/// Takes the requests of one HTTP/1.1 connection or one HTTP/2 stream, and answers them.
final class RequestHandler: ChannelInboundHandler {
    typealias InboundIn = HTTPServerRequestPart
    typealias OutboundOut = HTTPServerResponsePart

    private static let bodyLimit = 3 << 20

    private let core: ClusterCore
    private let certificate: [UInt8]?
    private let connection: Exchange.Connection
    private var head: HTTPRequestHead?
    private var body: [UInt8] = []
    private var isTooLarge = false
    private var watch: OpenWatch?

    /// - Parameters:
    ///   - core: The cluster that answers.
    ///   - certificate: What the client of the connection has shown, `nil` when it has shown none.
    ///   - connection: What carries the requests.
    init(_ core: ClusterCore, certificate: [UInt8]?, connection: Exchange.Connection) {
        self.core = core
        self.certificate = certificate
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
            var request = APIRequest(
                method: head.method.rawValue,
                target: head.uri,
                headers: headers,
                body: body
            )
            body = []
            request.mayCreate = core.mayCreate(request, certificate: certificate)
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
        if let refusal = core.refusal(of: request, certificate: certificate) { return exchange.send(.refusal(refusal)) }
        guard !isTooLarge else {
            let message = "Request entity too large: limit is \(Self.bodyLimit)"
            return exchange.send(.refusal(APIStatus(413, "RequestEntityTooLarge", message)))
        }
        guard let effect else { return execute(request, exchange) }
        if let refusal = effect.refusal(of: request) { return exchange.send(refusal) }
        misbehave(effect, request, exchange)
    }

    private func misbehave(_ effect: Fault.Effect, _ request: APIRequest, _ exchange: Exchange) {
        switch effect {
        case .delay(let milliseconds):
            exchange.eventLoop.assumeIsolated().scheduleTask(in: .milliseconds(Int64(milliseconds))) {
                self.execute(request, exchange)
            }
        case .hold:
            let request = NIOLoopBound((self, request, exchange), eventLoop: exchange.eventLoop)
            core.hold { [eventLoop = exchange.eventLoop] in
                eventLoop.execute {
                    let (handler, request, exchange) = request.value
                    handler.execute(request, exchange)
                }
            }
        case .statusAfter(let code, let reason, let message):
            executeUnseen(request)
            exchange.send(.refusal(APIStatus(code, reason, message, details: code == 504 ? [:] : nil)))
        case .resetBefore:
            exchange.cut()
        case .resetAfter:
            executeUnseen(request)
            exchange.cut()
        case .stall:
            break
        case .stallAfterHead: execute(request, exchange.interrupted(.stallAfterHead))
        case .stallInBody: execute(request, exchange.interrupted(.stallInBody))
        case .cutInBody: execute(request, exchange.interrupted(.cutInBody))
        case .goAway:
            exchange.announceEnd()
            execute(request, exchange)
        case .expired:
            expire(request, exchange)
        case .precededBy(let others):
            for other in others { core.perform(other) }
            execute(request, exchange)
        case .tooManyRequests, .status, .failedWebhook, .webhookWithSideEffects:
            execute(request, exchange)
        }
    }

    /// Executes a request whose answer nobody gets; a watch is not opened.
    private func executeUnseen(_ request: APIRequest) {
        guard !request.flag("watch") else { return }
        _ = core.respond(to: request, sink: SilentSink())
        core.settle()
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
