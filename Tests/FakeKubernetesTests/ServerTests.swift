import Glibc
import Manifests
import Testing

@testable import FakeKubernetes

@Suite("The HTTPS server", .enabled(if: Tool.curl != nil, "curl is not installed"), .timeLimit(.minutes(5)))
struct ServerTests {
    private static let place = "/api/v1/namespaces/default/configmaps"

    private func curl(_ cluster: FakeCluster, _ path: String, _ arguments: String...) async throws -> Tool.Outcome {
        try await curl(cluster, path, token: true, arguments)
    }

    /// Runs curl; its last line of output is `CODE VERSION`.
    private func curl(_ cluster: FakeCluster, _ path: String, token: Bool, _ arguments: [String]) async throws
        -> Tool.Outcome
    {
        let credentials = token ? ["-H", "Authorization: Bearer \(cluster.token)"] : []
        let fixed = ["-s", "-k", "-m", "240", "-w", "\n%{http_code} %{http_version}"]
        guard let tool = Tool.curl else { return Tool.Outcome(succeeded: false, output: "", errors: "") }
        return try await tool.run(fixed + credentials + arguments + [cluster.server + path])
    }

    /// The code and the version of the protocol of one answer.
    private func status(_ cluster: FakeCluster, _ path: String, token: Bool = true, _ arguments: String...) async throws
        -> String
    {
        lastLine(try await curl(cluster, path, token: token, arguments))
    }

    private func lastLine(_ outcome: Tool.Outcome) -> String {
        outcome.output.split(separator: "\n").last.map(String.init) ?? ""
    }

    @Test("speaks HTTP/2 and HTTP/1.1 on one port")
    func protocols() async throws {
        try await withFakeCluster { cluster in
            let second = try await status(cluster, "/version", "--http2")
            let first = try await status(cluster, "/version", "--http1.1")
            #expect([second, first] == ["200 2", "200 1.1"])
        }
    }

    @Test("counts the requests, and tells those who may know")
    func metrics() async throws {
        try await withFakeCluster { cluster in
            for path in ["/api/v1/pods", "/api/v1/pods", "\(Self.place)/none", "/version"] {
                _ = try await curl(cluster, path)
            }
            let lines = try await curl(cluster, "/metrics").output.split(separator: "\n")
            #expect(lines.contains(#"apiserver_request_total{group="",resource="pods",verb="LIST"} 2"#), "\(lines)")
            #expect(lines.contains(#"apiserver_request_total{group="",resource="configmaps",verb="GET"} 1"#))
            let refused = try await status(cluster, "/metrics", token: false)
            #expect(refused == "403 2")
        }
    }

    @Test("lets nobody in without credentials, and everybody ask for its health")
    func credentials() async throws {
        try await withFakeCluster { cluster in
            let refused = try await curl(cluster, Self.place, token: false, [])
            #expect(lastLine(refused) == "403 2")
            #expect(refused.output.contains(#"User \"system:anonymous\" cannot list"#))
            #expect(
                try await status(cluster, Self.place, token: false, "-H", "Authorization: Bearer no") == "401 2"
            )
            #expect(try await status(cluster, "/readyz", token: false) == "200 2")
        }
    }

    @Test("takes hundreds of bodies on one HTTP/2 connection, as libcurl sends them")
    func manyBodies() async throws {
        try await withFakeCluster { cluster in
            let urls = (0..<400).map { "\(cluster.server)\(Self.place)?n=\($0)" }
            let config = urls.map { "url = \"\($0)\"\noutput = /dev/null\n" }.joined()
            let body = #"{"metadata":{"generateName":"c-"}}"#
            let outcome = try await Tool.curl?.run(
                [
                    "-s", "-k", "-m", "240", "-X", "POST", "-H", "Authorization: Bearer \(cluster.token)", "-H",
                    "Content-Type: application/json", "-d", body, "-w", "%{http_code} %{num_connects}\n",
                    "-K", "-",
                ],
                input: config
            )
            let lines = outcome?.output.split(separator: "\n") ?? []
            #expect(lines.count == 400)
            #expect(lines.allSatisfy { $0.hasPrefix("201") }, "\(Set(lines))")
            #expect(lines.filter { $0.hasSuffix(" 1") }.count == 1)
        }
    }

    @Test("streams the events of a watch and ends it in time", arguments: ["--http2", "--http1.1"])
    func watch(version: String) async throws {
        try await withFakeCluster { cluster in
            let outcome = try await curl(
                cluster,
                "\(Self.place)?watch=1&timeoutSeconds=1&allowWatchBookmarks=1",
                version
            )
            let lines = outcome.output.split(separator: "\n")
            #expect(lines.first?.hasPrefix(#"{"type":"ADDED","object":{"kind":"ConfigMap","apiVersion":"v1""#) == true)
            #expect(lines.dropLast().last?.hasPrefix(#"{"type":"BOOKMARK""#) == true)
            #expect(cluster.openWatches == 0)
        }
    }

    @Test("refuses a body that is too large")
    func largeBody() async throws {
        try await withFakeCluster { cluster in
            let outcome = try await Tool.curl?.run(
                [
                    "-s", "-k", "-m", "240", "-H", "Authorization: Bearer \(cluster.token)", "--data-binary", "@-",
                    cluster.server + Self.place,
                ],
                input: String(repeating: "x", count: 4 << 20)
            )
            #expect(outcome?.output.contains("RequestEntityTooLarge") == true)
        }
    }

    @Test("goes down and comes back with everything that it had")
    func downAndUp() async throws {
        try await withFakeCluster { cluster in
            cluster.perform("POST", Self.place, Sample.configMap("kept"))
            await cluster.goDown()
            #expect(try await curl(cluster, "/version").succeeded == false)
            try await cluster.comeBack()
            #expect(try await status(cluster, "\(Self.place)/kept") == "200 2")
        }
    }

    @Test("keeps its port while it is down")
    func keepsPort() async throws {
        try await withFakeCluster { cluster in
            await cluster.goDown()
            let descriptor = socket(AF_INET, Int32(SOCK_STREAM.rawValue), 0)
            defer { close(descriptor) }
            var address = sockaddr_in()
            address.sin_family = sa_family_t(AF_INET)
            address.sin_port = in_port_t(cluster.port).bigEndian
            let length = socklen_t(MemoryLayout<sockaddr_in>.size)
            let isTaken = withUnsafePointer(to: &address) { pointer in
                pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) { bind(descriptor, $0, length) != 0 }
            }
            #expect(isTaken)
        }
    }

    @Test("answers as its faults say, as often as they say")
    func faults() async throws {
        try await withFakeCluster { cluster in
            cluster.inject(Fault(.tooManyRequests(retryAfter: 3), verbs: [.list], resource: "configmaps", times: 1))
            let busy = try await curl(cluster, Self.place, "-i")
            #expect(lastLine(busy) == "429 2")
            #expect(busy.output.contains("retry-after: 3"))
            #expect(try await status(cluster, Self.place) == "200 2")
            cluster.inject(.unavailable(verbs: [.get]))
            #expect(try await status(cluster, "\(Self.place)/kube-root-ca.crt") == "503 2")
            #expect(try await status(cluster, Self.place) == "200 2")
            cluster.clearFaults()
            cluster.inject(Fault(.expired, verbs: [.watch]))
            #expect(try await curl(cluster, "\(Self.place)?watch=1&resourceVersion=5").output.contains(#""code":410"#))
            cluster.inject(Fault(.stall, verbs: [.discovery], times: 1))
            #expect(try await curl(cluster, "/api", "-m", "1").succeeded == false)
        }
    }

    @Test("breaks connections before or after it has done the work", arguments: ["--http2", "--http1.1"])
    func resets(version: String) async throws {
        try await withFakeCluster { cluster in
            let body = Sample.configMap("made").jsonText()
            cluster.inject(Fault(.resetBefore, verbs: [.create], times: 1))
            let before = try await curl(
                cluster,
                Self.place,
                version,
                "-H",
                "Content-Type: application/json",
                "-d",
                body
            )
            #expect(!before.succeeded)
            #expect(cluster.object("\(Self.place)/made") == nil)
            cluster.inject(Fault(.resetAfter, verbs: [.create], times: 1))
            let after = try await curl(cluster, Self.place, version, "-H", "Content-Type: application/json", "-d", body)
            #expect(!after.succeeded)
            #expect(cluster.object("\(Self.place)/made") != nil)
        }
    }

    @Test("answers late, and survives clients that do not wait", arguments: ["--http2", "--http1.1"])
    func delay(version: String) async throws {
        try await withFakeCluster { cluster in
            cluster.inject(Fault(.delay(400), verbs: [.discovery], times: 2))
            let impatient = try await curl(cluster, "/version", version, "-m", "0.1")
            #expect(!impatient.succeeded)
            let clock = ContinuousClock()
            let start = clock.now
            let patient = try await curl(cluster, "/version", version)
            #expect(patient.output.contains("gitVersion"))
            #expect(clock.now - start >= .milliseconds(400))
            #expect(try await curl(cluster, "/version", version).succeeded)
        }
    }

    @Test("says farewell and still answers", arguments: [("--http2", "200 2"), ("--http1.1", "200 1.1")])
    func goAway(version: String, line: String) async throws {
        try await withFakeCluster { cluster in
            cluster.inject(Fault(.goAway, times: 1))
            let answer = try await status(cluster, "/version", version)
            #expect(answer == line)
        }
    }

    @Test("remembers what it was asked")
    func requests() async throws {
        try await withFakeCluster { cluster in
            _ = try await curl(cluster, "\(Self.place)?labelSelector=a%3Db", "-A", "tester/1")
            let request = try #require(cluster.requests.last)
            #expect(request.description == "GET \(Self.place)?labelSelector=a=b")
            #expect(request.userAgent == "tester/1")
        }
    }
}
