import Glibc
import NIOConcurrencyHelpers
import NIOCore
import NIOHTTP1
import NIOHTTP2
import NIOPosix
import NIOSSL

/// The HTTPS listener of one cluster.
final class TLSServer: Sendable {
    private let core: ClusterCore
    private let group: any EventLoopGroup
    private let authority: CertificateAuthority
    private let reservation: PortReservation
    private let tls: NIOLockedValueBox<NIOSSLContext>
    private let connections = NIOLockedValueBox<[ObjectIdentifier: any Channel]>([:])
    private let listener = NIOLockedValueBox<(any Channel)?>(nil)

    init(core: ClusterCore, group: any EventLoopGroup, authority: CertificateAuthority) throws {
        self.core = core
        self.group = group
        self.authority = authority
        reservation = try PortReservation()
        tls = NIOLockedValueBox(try Self.context(authority, core.options.protocols))
    }

    /// Shows another certificate of the same authority on new connections.
    func rotateCertificate() throws {
        let context = try Self.context(authority, core.options.protocols)
        tls.withLockedValue { $0 = context }
    }

    /// Breaks all connections.
    func closeConnections() async {
        for channel in connections.withLockedValue({ Array($0.values) }) { await ConnectionGate.reset(channel) }
    }

    private static func context(
        _ authority: CertificateAuthority,
        _ protocols: FakeClusterOptions.Protocols
    ) throws -> NIOSSLContext {
        let identity = try authority.server()
        let certificate = try NIOSSLCertificate(bytes: Array(identity.certificate.utf8), format: .pem)
        let key = try NIOSSLPrivateKey(bytes: Array(identity.key.utf8), format: .pem)
        var configuration = TLSConfiguration.makeServerConfiguration(
            certificateChain: [.certificate(certificate)],
            privateKey: .privateKey(key)
        )
        configuration.minimumTLSVersion = .tlsv12
        configuration.certificateVerification = .optionalVerification
        configuration.applicationProtocols = protocols == .http2AndHTTP1 ? ["h2", "http/1.1"] : ["http/1.1"]
        return try NIOSSLContext(configuration: configuration)
    }

    /// The port on loopback, always the same.
    var port: Int { reservation.port }

    /// Opens the port.
    ///
    /// - Throws: What the system says when the port cannot be opened.
    func open() async throws {
        let bootstrap = ServerBootstrap(group: group)
            .serverChannelOption(.backlog, value: 1024)
            .serverChannelOption(.socketOption(.so_reuseaddr), value: 1)
            .serverChannelOption(.socketOption(NIOBSDSocket.Option(rawValue: SO_REUSEPORT)), value: 1)
            .childChannelOption(.socketOption(.tcp_nodelay), value: 1)
            .childChannelOption(.writeBufferWaterMark, value: Self.never)
            .childChannelInitializer { [self] channel in
                channel.eventLoop.makeCompletedFuture { try accept(channel) }
            }
        let channel = try await bootstrap.bind(host: "127.0.0.1", port: port).get()
        listener.withLockedValue { $0 = channel }
    }

    /// Closes the port and every connection, at once.
    func close() async {
        let open = listener.withLockedValue { listener in
            defer { listener = nil }
            return listener
        }
        try? await open?.close()
        await closeConnections()
    }

    private func accept(_ channel: any Channel) throws {
        let id = ObjectIdentifier(channel)
        connections.withLockedValue { $0[id] = channel }
        channel.closeFuture.whenComplete { [connections] _ in connections.withLockedValue { $0[id] = nil } }
        let pipeline = channel.pipeline.syncOperations
        // Like a real server this one takes any certificate here, and looks at it with each request.
        let encryption = NIOSSLServerHandler(
            context: tls.withLockedValue { $0 },
            customVerificationCallback: { _, promise in promise.succeed(.certificateVerified) }
        )
        try pipeline.addHandlers([ConnectionGate(), encryption])
        channel.configureHTTP2SecureUpgrade(
            h2ChannelConfigurator: { [core] channel in
                channel.eventLoop.makeCompletedFuture {
                    try Self.configureHTTP2(channel, core, certificate: Self.certificate(channel))
                }
            },
            http1ChannelConfigurator: { [core] channel in
                channel.eventLoop.makeCompletedFuture {
                    let pipeline = channel.pipeline.syncOperations
                    try pipeline.configureHTTPServerPipeline(withErrorHandling: true)
                    try pipeline.addHandler(
                        RequestHandler(core, certificate: Self.certificate(channel), connection: .http1)
                    )
                }
            }
        ).whenFailure { _ in channel.close(promise: nil) }
    }

    /// The certificate that the client has shown.
    private static func certificate(_ channel: any Channel) throws -> [UInt8]? {
        try channel.pipeline.syncOperations.nioSSL_peerCertificate()?.toDERBytes()
    }

    /// A connection that is never too full to write to: what a client does not read yet waits somewhere in any case, and
    /// SwiftNIO's HTTP/2 fails an assertion when a flush makes room while the head of an answer waits for its own.
    private static let never = ChannelOptions.Types.WriteBufferWaterMark(low: 1 << 30, high: 1 << 30)

    /// The most resets, control frames and errors in half a minute; SwiftNIO makes room for as many at once, so that
    /// `Int.max` would write beyond its buffer.
    private static let mostFramesOfAKind = 100_000

    private static func configureHTTP2(_ channel: any Channel, _ core: ClusterCore, certificate: [UInt8]?) throws {
        let carrier = HTTP2Connection(channel)
        var connection = NIOHTTP2Handler.ConnectionConfiguration()
        connection.initialSettings = [
            HTTP2Setting(parameter: .maxConcurrentStreams, value: 250),
            HTTP2Setting(parameter: .maxHeaderListSize, value: 1 << 16),
            HTTP2Setting(parameter: .initialWindowSize, value: 1 << 20),
        ]
        connection.targetWindowSize = 1 << 20
        connection.controlFrameRateLimit.maximumCount = mostFramesOfAKind
        var stream = NIOHTTP2Handler.StreamConfiguration()
        stream.targetWindowSize = 1 << 20
        // libcurl answers an END_STREAM in a frame of its own with a reset: harmless, and one for every request.
        stream.streamResetFrameRateLimit.maximumCount = mostFramesOfAKind
        stream.streamErrorRateLimit.maximumCount = mostFramesOfAKind
        try channel.pipeline.syncOperations.addHandler(FarewellWriter())
        _ = try channel.pipeline.syncOperations.configureHTTP2Pipeline(
            mode: .server,
            connectionConfiguration: connection,
            streamConfiguration: stream
        ) { stream in
            stream.eventLoop.makeCompletedFuture {
                let id = try stream.syncOptions?.getOption(HTTP2StreamChannelOptions.streamID)
                guard id.map(carrier.open) ?? true else { return }
                let pipeline = stream.pipeline.syncOperations
                try pipeline.addHandlers([
                    HTTP2FramePayloadToHTTP1ServerCodec(),
                    RequestHandler(core, certificate: certificate, connection: .http2(carrier)),
                ])
            }
        }
    }
}
