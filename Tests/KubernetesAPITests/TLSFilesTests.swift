import FakeKubernetes
import Glibc
import Testing
import TestSupport

@testable import KubernetesAPI

@Suite("Certificate files", .timeLimit(.minutes(5)))
struct TLSFilesTests {
    private static func pem(_ text: String) -> [UInt8] {
        Array("-----BEGIN CERTIFICATE-----\n\(text)\n-----END CERTIFICATE-----\n".utf8)
    }

    /// Writes a file with a time of change that the test chooses.
    private static func write(_ bytes: [UInt8], to path: String, at second: Int) throws {
        try TestFiles.write(String(decoding: bytes, as: UTF8.self), to: path)
        let time = timespec(tv_sec: second, tv_nsec: 0)
        guard utimensat(AT_FDCWD, path, [time, time], 0) == 0 else { throw Missing(what: "a file time") }
    }

    @Test("are read again when they change, once a minute at most")
    func reload() throws {
        try withTemporaryDirectory { directory in
            let path = "\(directory)/ca.pem"
            var tls = TLSSettings()
            tls.certificateAuthority = Self.pem("one")
            tls.paths.certificateAuthority = path
            try Self.write(Self.pem("two"), to: path, at: 1000)
            let start = ContinuousClock.now
            let files = try #require(TLSFiles(tls, at: start))
            func authority(after seconds: Int) -> [UInt8]? {
                var connection = ConnectionSettings()
                files.refresh(&connection, at: start + .seconds(seconds))
                return connection.certificateAuthority
            }
            #expect(authority(after: 59) == Self.pem("one"))
            #expect(authority(after: 60) == Self.pem("two"))
            try Self.write(Self.pem("three"), to: path, at: 2000)
            #expect(authority(after: 119) == Self.pem("two"))
            #expect(authority(after: 120) == Self.pem("three"))
            try Self.write(Self.pem("four"), to: path, at: 2000)
            #expect(authority(after: 180) == Self.pem("three"))
            try Self.write(Array("half a fi".utf8), to: path, at: 3000)
            #expect(authority(after: 240) == Self.pem("three"))
            TestFiles.remove(path)
            #expect(authority(after: 300) == Self.pem("three"))
            try Self.write(Self.pem("five"), to: path, at: 4000)
            #expect(authority(after: 360) == Self.pem("five"))
        }
    }

    @Test("give certificate and key together")
    func identity() throws {
        try withTemporaryDirectory { directory in
            var tls = TLSSettings()
            tls.clientIdentity = ClientIdentity(certificate: Self.pem("c1"), key: Self.pem("k1"))
            tls.paths.clientCertificate = "\(directory)/tls.crt"
            tls.paths.clientKey = "\(directory)/tls.key"
            let start = ContinuousClock.now
            let files = try #require(TLSFiles(tls, at: start))
            try Self.write(Self.pem("c2"), to: "\(directory)/tls.crt", at: 1000)
            try Self.write(Self.pem("k2"), to: "\(directory)/tls.key", at: 1000)
            var connection = ConnectionSettings()
            files.refresh(&connection, at: start + .seconds(60))
            #expect(connection.clientCertificate == Self.pem("c2"))
            #expect(connection.clientKey == Self.pem("k2"))
        }
    }

    /// Files with the first certificate and the first key, and settings that name them.
    private static func identity(in directory: String, at start: ContinuousClock.Instant) throws -> TLSFiles {
        var tls = TLSSettings()
        tls.clientIdentity = ClientIdentity(certificate: pem("c1"), key: pem("k1"))
        tls.paths.clientCertificate = "\(directory)/tls.crt"
        tls.paths.clientKey = "\(directory)/tls.key"
        return try #require(TLSFiles(tls, at: start))
    }

    @Test("stay as they were while only one of certificate and key can be read")
    func half() throws {
        try withTemporaryDirectory { directory in
            let start = ContinuousClock.now
            let files = try Self.identity(in: directory, at: start)
            try Self.write(Self.pem("c2"), to: "\(directory)/tls.crt", at: 1000)
            try Self.write(Array("half a k".utf8), to: "\(directory)/tls.key", at: 1000)
            var connection = ConnectionSettings()
            files.refresh(&connection, at: start + .seconds(60))
            #expect(connection.clientCertificate == Self.pem("c1"))
            #expect(connection.clientKey == Self.pem("k1"))
        }
    }

    @Test("are waited for when another request is reading them")
    func together() throws {
        try withTemporaryDirectory { directory in
            let start = ContinuousClock.now
            let files = try Self.identity(in: directory, at: start)
            try Self.write(Self.pem("c2"), to: "\(directory)/tls.crt", at: 1000)
            // Who reads the key has to wait until it is written.
            guard mkfifo("\(directory)/tls.key", 0o600) == 0 else { throw Missing(what: "a pipe") }
            let seen = Lock<[ConnectionSettings]>([])
            for _ in 0..<2 {
                ScriptedServer.onThread {
                    var connection = ConnectionSettings()
                    files.refresh(&connection, at: start + .seconds(60))
                    seen.withLock { $0.append(connection) }
                }
            }
            let key = open("\(directory)/tls.key", O_WRONLY)
            // Time enough for one that does not wait.
            for _ in 0..<100_000 where seen.withLock({ $0.isEmpty }) { sched_yield() }
            let bytes = Self.pem("k2")
            #expect(Glibc.write(key, bytes, bytes.count) == bytes.count)
            close(key)
            while seen.withLock({ $0.count }) < 2 { sched_yield() }
            for connection in seen.withLock({ $0 }) {
                #expect(connection.clientCertificate == Self.pem("c2"))
                #expect(connection.clientKey == Self.pem("k2"))
            }
        }
    }

    @Test("are newer also when only the key is")
    func newerKey() async throws {
        try await withTemporaryDirectory { directory in
            guard let server = ServerAddress("https://h") else { throw Missing(what: "an address") }
            var configuration = ClusterConfiguration(server: server)
            configuration.tls.clientIdentity = ClientIdentity(certificate: Self.pem("c1"), key: Self.pem("k1"))
            configuration.tls.paths.clientKey = "\(directory)/tls.key"
            let authorizer = Authorizer(configuration, options: CredentialOptions(clock: SetClock().clock))
            var request = HTTPRequest(method: "GET", url: "https://h", connection: ConnectionSettings(configuration))
            try await authorizer.authorize(&request)
            #expect(!authorizer.hasNewerFiles(than: request))
            try Self.write(Self.pem("k2"), to: "\(directory)/tls.key", at: 1000)
            #expect(authorizer.hasNewerFiles(than: request))
        }
    }

    @Test("are not looked for when everything stands in the kubeconfig")
    func inline() {
        var tls = TLSSettings()
        tls.certificateAuthority = Self.pem("one")
        #expect(TLSFiles(tls, at: .now) == nil)
    }

    @Test(
        "are read again at once when the server cannot be trusted, or does not trust us",
        arguments: [false, true]
    )
    func distrust(watches: Bool) async throws {
        try await withClient { cluster, other in
            try await withTemporaryDirectory { directory in
                var configuration = try cluster.configuration()
                let authority = try #require(configuration.tls.certificateAuthority)
                configuration.tls.certificateAuthority = try #require(configuration.tls.clientIdentity).certificate
                configuration.tls.paths.certificateAuthority = "\(directory)/ca.crt"
                try Self.write(authority, to: "\(directory)/ca.crt", at: 1000)
                var options = ClusterClient.Options(retry: RecordedWaits().policy)
                options.credentials.clock = SetClock().clock
                let client = ClusterClient(
                    target: "osaka",
                    configuration: configuration,
                    engine: other.engine,
                    options: options
                )
                guard watches else { return _ = try await client.list(.configMaps) }
                let version = try await other.list(.configMaps).resourceVersion
                _ = try await other.apply(.configMap("settings"))
                var events = client.watch(.configMaps, from: version).makeAsyncIterator()
                #expect(try await events.next() != nil)
            }
        }
    }

    @Test("let a running client trust a new authority and show a new certificate")
    func client() async throws {
        try await withClient { cluster, other in
            try await withTemporaryDirectory { directory in
                var configuration = try cluster.configuration()
                let authority = try #require(configuration.tls.certificateAuthority)
                let identity = try #require(configuration.tls.clientIdentity)
                configuration.tls.clientIdentity = ClientIdentity(certificate: Self.pem("QUJD"), key: identity.key)
                configuration.tls.certificateAuthority = identity.certificate
                configuration.tls.paths.certificateAuthority = "\(directory)/ca.crt"
                configuration.tls.paths.clientCertificate = "\(directory)/tls.crt"
                let clock = SetClock()
                var options = ClusterClient.Options(retry: RecordedWaits().policy)
                options.credentials.clock = clock.clock
                let client = ClusterClient(
                    target: "osaka",
                    configuration: configuration,
                    engine: other.engine,
                    options: options
                )
                let error = await #expect(throws: APIError.self) { try await client.list(.configMaps) }
                guard case .tls = error?.reason else { return unexpected(error) }
                try Self.write(authority, to: "\(directory)/ca.crt", at: 1000)
                try Self.write(identity.certificate, to: "\(directory)/tls.crt", at: 1000)
                clock.advance(by: .seconds(60))
                _ = try await client.list(.configMaps)
            }
        }
    }
}
