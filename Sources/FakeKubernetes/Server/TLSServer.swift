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
    private let tls: NIOSSLContext
    private let connections = NIOLockedValueBox<[ObjectIdentifier: any Channel]>([:])
    private let listener = NIOLockedValueBox<(any Channel)?>(nil)

    init(core: ClusterCore, group: any EventLoopGroup, authority: CertificateAuthority) throws {
        self.core = core
        self.group = group
        let identity = try authority.server()
        let certificate = try NIOSSLCertificate(bytes: Array(identity.certificate.utf8), format: .pem)
        let key = try NIOSSLPrivateKey(bytes: Array(identity.key.utf8), format: .pem)
        let root = try NIOSSLCertificate(bytes: Array(authority.certificate.utf8), format: .pem)
        var configuration = TLSConfiguration.makeServerConfiguration(
            certificateChain: [.certificate(certificate)],
            privateKey: .privateKey(key)
        )
        configuration.minimumTLSVersion = .tlsv12
        configuration.certificateVerification = .optionalVerification
        configuration.trustRoots = .certificates([root])
        let offersHTTP2 = core.options.protocols == .http2AndHTTP1
        configuration.applicationProtocols = offersHTTP2 ? ["h2", "http/1.1"] : ["http/1.1"]
        tls = try NIOSSLContext(configuration: configuration)
    }

    /// Opens the port on loopback.
    ///
    /// - Parameter port: The port, 0 for any.
    /// - Returns: The port that is open.
    /// - Throws: What the system says when the port cannot be opened.
    func open(port: Int) async throws -> Int {
        let bootstrap = ServerBootstrap(group: group)
            .serverChannelOption(.backlog, value: 1024)
            .serverChannelOption(.socketOption(.so_reuseaddr), value: 1)
            .childChannelOption(.socketOption(.tcp_nodelay), value: 1)
            .childChannelInitializer { [self] channel in
                channel.eventLoop.makeCompletedFuture { try accept(channel) }
            }
        let channel = try await bootstrap.bind(host: "127.0.0.1", port: port).get()
        listener.withLockedValue { $0 = channel }
        return channel.localAddress?.port ?? port
    }

    /// Closes the port and every connection, at once.
    func close() async {
        let open = listener.withLockedValue { listener in
            defer { listener = nil }
            return listener
        }
        try? await open?.close()
        for channel in connections.withLockedValue({ Array($0.values) }) { await ConnectionGate.reset(channel) }
    }

    private func accept(_ channel: any Channel) throws {
        let id = ObjectIdentifier(channel)
        connections.withLockedValue { $0[id] = channel }
        channel.closeFuture.whenComplete { [connections] _ in connections.withLockedValue { $0[id] = nil } }
        let pipeline = channel.pipeline.syncOperations
        try pipeline.addHandlers([ConnectionGate(), NIOSSLServerHandler(context: tls)])
        channel.configureHTTP2SecureUpgrade(
            h2ChannelConfigurator: { [core] channel in
                channel.eventLoop.makeCompletedFuture {
                    try Self.configureHTTP2(channel, core, certified: Self.hasCertificate(channel))
                }
            },
            http1ChannelConfigurator: { [core] channel in
                channel.eventLoop.makeCompletedFuture {
                    let pipeline = channel.pipeline.syncOperations
                    try pipeline.configureHTTPServerPipeline(withErrorHandling: true)
                    try pipeline.addHandler(
                        RequestHandler(core, certified: Self.hasCertificate(channel), connection: .http1)
                    )
                }
            }
        ).whenFailure { _ in channel.close(promise: nil) }
    }

    private static func hasCertificate(_ channel: any Channel) throws -> Bool {
        try channel.pipeline.syncOperations.nioSSL_peerCertificate() != nil
    }

    private static func configureHTTP2(_ channel: any Channel, _ core: ClusterCore, certified: Bool) throws {
        var connection = NIOHTTP2Handler.ConnectionConfiguration()
        connection.initialSettings = [
            HTTP2Setting(parameter: .maxConcurrentStreams, value: 250),
            HTTP2Setting(parameter: .maxHeaderListSize, value: 1 << 16),
            HTTP2Setting(parameter: .initialWindowSize, value: 1 << 20),
        ]
        connection.targetWindowSize = 1 << 20
        connection.controlFrameRateLimit.maximumCount = .max
        var stream = NIOHTTP2Handler.StreamConfiguration()
        stream.targetWindowSize = 1 << 20
        // libcurl answers an END_STREAM in a frame of its own with a reset: harmless, and one for every request.
        stream.streamResetFrameRateLimit.maximumCount = .max
        stream.streamErrorRateLimit.maximumCount = .max
        _ = try channel.pipeline.syncOperations.configureHTTP2Pipeline(
            mode: .server,
            connectionConfiguration: connection,
            streamConfiguration: stream
        ) { stream in
            stream.eventLoop.makeCompletedFuture {
                let pipeline = stream.pipeline.syncOperations
                try pipeline.addHandlers([
                    HTTP2FramePayloadToHTTP1ServerCodec(),
                    RequestHandler(core, certified: certified, connection: .http2),
                ])
            }
        }
    }
}
