import Testing
import TestSupport

@testable import KubernetesAPI

@Suite("A request")
struct AuthorizerTests {
    private static func configuration(_ address: String, _ credentials: Credentials) throws -> ClusterConfiguration {
        guard let server = ServerAddress(address) else { throw Missing(what: "an address") }
        var configuration = ClusterConfiguration(server: server, credentials: credentials)
        var impersonation = Impersonation(user: "jane")
        impersonation.uid = "7"
        impersonation.groups = ["dev", "ops"]
        impersonation.extra = ["example.com/scopes": ["a", "b"]]
        configuration.impersonation = impersonation
        return configuration
    }

    private static func request(_ authorizer: Authorizer) async throws -> HTTPRequest {
        var request = HTTPRequest(method: "GET", url: "https://h", connection: ConnectionSettings())
        try await authorizer.authorize(&request)
        return request
    }

    private static func authorization(_ authorizer: Authorizer) async throws -> String? {
        try await request(authorizer).headers.first { $0.name == "Authorization" }?.value
    }

    @Test("says who we are and whom we act as")
    func headers() async throws {
        let configuration = try Self.configuration("https://h", .basic(user: "joe", password: "p:w"))
        let headers = try await Self.request(Authorizer(configuration)).headers
        #expect(
            headers.map { "\($0.name): \($0.value)" } == [
                "Authorization: Basic am9lOnA6dw==",
                "Impersonate-User: jane",
                "Impersonate-Uid: 7",
                "Impersonate-Group: dev",
                "Impersonate-Group: ops",
                "Impersonate-Extra-example.com%2Fscopes: a",
                "Impersonate-Extra-example.com%2Fscopes: b",
            ]
        )
    }

    @Test("over an open connection says nothing of either")
    func openConnection() async throws {
        let configuration = try Self.configuration("http://h", .token("t"))
        #expect(try await Self.request(Authorizer(configuration)).headers.isEmpty)
    }

    @Test("has the token of a file, read again after a minute or when the server refuses it")
    func tokenFile() async throws {
        try await withTemporaryDirectory { directory in
            let path = "\(directory)/token"
            let clock = SetClock()
            let configuration = try Self.configuration("https://h", .tokenFile(path: path, initial: "first"))
            let authorizer = Authorizer(configuration, options: CredentialOptions(clock: clock.clock))
            #expect(try await Self.authorization(authorizer) == "Bearer first")
            try TestFiles.write("second\n", to: path)
            #expect(try await Self.authorization(authorizer) == "Bearer second")
            try TestFiles.write("third\n", to: path)
            clock.advance(by: .seconds(49))
            let request = try await Self.request(authorizer)
            #expect(request.headers.first?.value == "Bearer second")
            clock.advance(by: .seconds(1))
            #expect(try await Self.authorization(authorizer) == "Bearer third")
            TestFiles.remove(path)
            clock.advance(by: .seconds(60))
            #expect(try await Self.authorization(authorizer) == "Bearer third")
            try TestFiles.write("fourth\n", to: path)
            let refused = try await Self.request(authorizer)
            #expect(refused.headers.first?.value == "Bearer fourth")
            #expect(!authorizer.renew(refused: refused))
            try TestFiles.write("fifth\n", to: path)
            #expect(authorizer.renew(refused: refused))
            #expect(try await Self.authorization(authorizer) == "Bearer fifth")
        }
    }

    @Test("has no credentials when the file is missing")
    func missingFile() async throws {
        let configuration = try Self.configuration("https://h", .tokenFile(path: "/nonexistent/t"))
        let authorizer = Authorizer(configuration)
        let error = await #expect(throws: Authorizer.Failure.self) { try await Self.request(authorizer) }
        #expect(error?.text == "the token in /nonexistent/t cannot be read: no such file or directory")
    }
}
