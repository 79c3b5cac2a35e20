import Manifests
import NIOConcurrencyHelpers
import TestSupport
import Testing

@testable import FakeKubernetes

@Suite("Credentials", .enabled(if: Tool.curl != nil, "curl is not installed"), .timeLimit(.minutes(5)))
struct CredentialTests {
    private static let unauthorized: Value = [
        "kind": "Status", "apiVersion": "v1", "metadata": [:], "status": "Failure", "message": "Unauthorized",
        "reason": "Unauthorized", "code": 401,
    ]

    /// The arguments of curl for the client certificate of a kubeconfig.
    private func certificate(_ kubeconfig: String, _ directory: String, _ name: String) throws -> [String] {
        let config = try #require(try YAML.documents(in: Array(kubeconfig.utf8), file: "kubeconfig").first?.value)
        let user = config["users"]?.array?.first?["user"]
        let path = "\(directory)/\(name)"
        var arguments: [String] = []
        for (option, field) in [("--cert", "client-certificate-data"), ("--key", "client-key-data")] {
            let text = try #require(user?[field]?.string)
            let bytes = try Base64.decode(text)
            try TestFiles.write(String(decoding: bytes, as: UTF8.self), to: path + option)
            arguments += [option, path + option]
        }
        return arguments
    }

    @Test("an expired token is refused, the new one is taken")
    func tokens() async throws {
        try await withFakeCluster { cluster in
            let old = CurlSession(cluster)
            #expect(try await old.send("GET", Sample.configMaps).code == 200)
            let token = cluster.rotateToken()
            let refusal = try await old.send("GET", Sample.configMaps)
            #expect(refusal.code == 401)
            #expect(refusal.object == Self.unauthorized)
            #expect(try await CurlSession(cluster).send("GET", Sample.configMaps).code == 200)
            #expect(cluster.kubeconfigText(credential: .token).contains(token))
        }
    }

    @Test("an old client certificate is refused with 401, the new one is taken")
    func clientCertificates() async throws {
        try await withTemporaryDirectory { directory in
            try await withFakeCluster { cluster in
                let text = cluster.kubeconfigText()
                let old = CurlSession(cluster, credentials: try certificate(text, directory, "old"))
                #expect(try await old.send("GET", Sample.configMaps).code == 200)
                let renewed = try cluster.rotateClientCertificate()
                let refusal = try await old.send("GET", Sample.configMaps)
                #expect(refusal.code == 401)
                #expect(refusal.object == Self.unauthorized)
                let new = CurlSession(cluster, credentials: try certificate(renewed, directory, "new"))
                #expect(try await new.send("GET", Sample.configMaps).code == 200)
                let both = CurlSession(
                    cluster,
                    credentials: try certificate(text, directory, "old") + [
                        "-H", "Authorization: Bearer \(cluster.token)",
                    ]
                )
                #expect(try await both.send("GET", Sample.configMaps).code == 200)
            }
        }
    }

    @Test("another authority's certificate gets through the handshake, and 401")
    func strangers() async throws {
        try await withTemporaryDirectory { directory in
            try await withFakeCluster("other") { other in
                let stranger = try certificate(other.kubeconfigText(), directory, "stranger")
                try await withFakeCluster { cluster in
                    let answer = try await CurlSession(cluster, credentials: stranger).send("GET", "/version")
                    #expect(answer.object == Self.unauthorized)
                }
            }
        }
    }

    @Test("a new serving certificate is shown to new connections", arguments: [true, false])
    func servingCertificate(closing: Bool) async throws {
        try await withFakeCluster { cluster in
            let curl = CurlSession(cluster)
            let before = try await serial(curl)
            #expect(try await serial(curl) == before)
            try await cluster.rotateServingCertificate(closesConnections: closing)
            #expect(try await serial(curl) != before)
        }
    }

    @Test("connections outlive a new serving certificate unless they are closed", arguments: [true, false])
    func openConnections(closing: Bool) async throws {
        try await withFakeCluster { cluster in
            let curl = CurlSession(cluster)
            async let watch = curl.run("GET", "\(Sample.configMaps)?watch=1", nil)
            await cluster.wait { $0.openWatches == 1 }
            try await cluster.rotateServingCertificate(closesConnections: closing)
            if !closing { cluster.expireEverything() }
            #expect(try await watch.succeeded == !closing)
        }
    }

    @Test("a user with few rights gets what the rules say, and refusals in the words of a real server")
    func limited() async throws {
        var options = FakeClusterOptions()
        options.limitedRules = [
            AccessRule(verbs: [.get, .list], groups: [""], resources: ["configmaps"], namespaces: ["default"]),
            AccessRule(verbs: [.get], groups: ["apps"], resources: ["deployments/scale"]),
        ]
        try await withFakeCluster(options: options) { cluster in
            let token = cluster.core.credentials.withLockedValue { $0.limitedToken }
            #expect(cluster.kubeconfigText(credential: .limited).contains(token))
            let curl = CurlSession(cluster, credentials: ["-H", "Authorization: Bearer \(token)"])
            for path in [Sample.configMaps, "/version", "/apis", "/apis/apps/v1"] {
                #expect(try await curl.send("GET", path).code == 200, "\(path)")
            }
            #expect(try await curl.send("GET", "\(Sample.deployments)/web/scale").code == 404)
            let user = "User \"system:serviceaccount:default:limited\" cannot"
            let delete = try await curl.send("DELETE", "\(Sample.deployments)/web").object
            #expect(
                delete["message"]?.string == "deployments.apps \"web\" is forbidden: \(user) delete resource"
                    + " \"deployments\" in API group \"apps\" in the namespace \"default\""
            )
            #expect(delete["details"] == ["name": "web", "group": "apps", "kind": "deployments"])
            let list = try await curl.send("GET", "/api/v1/configmaps").object
            #expect(
                list["message"]?.string == "configmaps is forbidden: \(user) list resource \"configmaps\""
                    + " in API group \"\" at the cluster scope"
            )
            let namespace = try await curl.send("GET", "/api/v1/namespaces/default").object
            #expect(
                namespace["message"]?.string == "namespaces \"default\" is forbidden: \(user) get resource"
                    + " \"namespaces\" in API group \"\" in the namespace \"default\""
            )
            #expect(
                try await curl.send("GET", "/metrics").object["message"]?.string
                    == "forbidden: \(user) get path \"/metrics\""
            )
        }
    }

    @Test("a user who may patch and not create cannot apply what is not there")
    func applyWithoutCreate() async throws {
        var options = FakeClusterOptions()
        options.limitedRules = [AccessRule(verbs: [.patch], resources: ["configmaps"])]
        try await withFakeCluster(options: options) { cluster in
            let token = cluster.core.credentials.withLockedValue { $0.limitedToken }
            let curl = CurlSession(cluster, credentials: ["-H", "Authorization: Bearer \(token)"])
            let (path, type) = ("\(Sample.configMaps)/a?fieldManager=x", "Content-Type: application/apply-patch+yaml")
            let refused = try await curl.send("PATCH", path, Sample.configMap("a"), "-H", type)
            #expect(refused.code == 403)
            #expect(refused.object["message"] == "configmaps \"a\" is forbidden: ")
            cluster.perform("POST", Sample.configMaps, Sample.configMap("a"))
            #expect(try await curl.send("PATCH", path, Sample.configMap("a"), "-H", type).code == 200)
        }
    }

    @Test("nobody in particular may see how the server is, and nothing else")
    func anonymous() async throws {
        try await withFakeCluster { cluster in
            let nobody = CurlSession(cluster, credentials: [])
            #expect(try await nobody.send("GET", "/version").code == 200)
            let list = try await nobody.send("GET", Sample.configMaps)
            #expect(list.code == 403)
            let problem = "User \"system:anonymous\" cannot list resource \"configmaps\" in API group \"\""
            #expect(
                list.object["message"]?.string
                    == "configmaps is forbidden: \(problem) in the namespace \"default\""
            )
            let path = try await nobody.send("GET", "/apis")
            #expect(path.object["message"] == "forbidden: User \"system:anonymous\" cannot get path \"/apis\"")
        }
    }

    /// The serial number of the certificate that a new connection is shown.
    private func serial(_ curl: CurlSession) async throws -> String {
        let outcome = try await curl.run("GET", "/version", nil, "-w", "\n%{certs}")
        return outcome.output.split(separator: "\n").first { $0.hasPrefix("Serial Number:") }.map(String.init) ?? ""
    }
}
