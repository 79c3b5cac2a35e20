import GRPCCore
import GRPCNIOTransportHTTP2
import Glibc
import KubernetesAPI
import Logging
import Manifests
import PipedAPI
import Rollouts
import Stages
import TestSupport
import Testing

@testable import PipedPlugin

@Suite("The plugin from start to end", .timeLimit(.minutes(5)))
struct PluginProcessTests {
    /// What a body is told once the plugin listens.
    private struct Running: Sendable {
        let port: Int
        let stop: StopSignal
        /// Is asked for when the process would be ended.
        let overdue: StopSignal
        let calls: RunningCalls
    }

    /// Runs a plugin on any free port, and a body as soon as it listens; when both are over, or the process would be ended,
    /// so is this.
    ///
    /// - Returns: Whether the process would have been ended for being late, and the lines of its log.
    private func run(
        grace: Duration = .zero,
        configuration: PluginConfiguration = PluginConfiguration(),
        targets: [DeployTarget] = [],
        _ body: @escaping @Sendable (Running) async throws -> Void
    ) async throws -> (ended: Bool, cutsOff: Bool?, log: [String]) {
        let log = Lock<[String]>([])
        let late = Lock<Bool?>(nil)
        let (stop, done) = (StopSignal(), StopSignal())
        let (ports, port) = AsyncStream.makeStream(of: Int.self)
        let logger = Logger(label: "test") { label in
            ProcessLog(label: label, encoding: .json, level: .info) { line in
                log.withLock { $0.append(line) }
                let message = (try? Value(json: Array(line.utf8)))?["message"]?.string ?? ""
                guard message.hasPrefix("listening on 127.0.0.1:") else { return }
                port.yield(Int(message.split(separator: ":").last ?? "") ?? 0)
            }
        }
        let settings = PluginSettings(name: "k8s", port: 0, configuration: configuration, targets: targets)
        let process = PluginProcess(
            settings,
            piped: PipedAddress(host: "127.0.0.1", port: 1),
            options: PluginProcess.Options(grace: grace, environment: [:]),
            log: logger
        )
        let ended = try await withThrowingTaskGroup(of: Bool.self) { group in
            group.addTask {
                try await process.run(until: stop) { cutsOff in
                    late.withLock { $0 = cutsOff }
                    done.request()
                }
                return true
            }
            group.addTask {
                await done.wait()
                return false
            }
            for await port in ports {
                try await body(Running(port: port, stop: stop, overdue: done, calls: process.running))
                break
            }
            defer { group.cancelAll() }
            return try await group.next() ?? false
        }
        return (ended, late.withLock { $0 }, log.withLock { $0 })
    }

    @Test("tells every call in its log, and ends by itself when it is asked to")
    func calls() async throws {
        let (ended, cutsOff, log) = try await run(grace: .seconds(600)) { running in
            let transport = try HTTP2ClientTransport.Posix(
                target: .ipv4(address: "127.0.0.1", port: running.port),
                transportSecurity: .plaintext
            )
            try await withGRPCClient(transport: transport) { client in
                let service = PipedDeploymentService.Client(wrapping: client)
                _ = try await service.fetchDefinedStages(PipedFetchDefinedStagesRequest())
            }
            running.stop.request()
        }
        #expect(ended)
        #expect(cutsOff == nil)
        let lines = try log.map { try Value(json: Array($0.utf8)) }
        let call = try #require(lines.first { $0["method"] == "FetchDefinedStages" })
        #expect(call["severity"] == "INFO")
        #expect(call["status"] == "OK")
        #expect(call["duration"]?.string?.last == "s")
        #expect(lines.last?["message"] == "stopped")
    }

    @Test("stops though a chart repository gives no answer, and leaves no helm behind")
    func hangingRepository() async throws {
        try await withTemporaryDirectory { directory in
            let lines = "echo $$ > \"$(dirname \"$0\")/pid\"; while :; do /bin/sleep 60; done"
            var configuration = PluginConfiguration()
            configuration.tools.helm = try StandIn("helm", in: directory, lines).path
            configuration.chartRepositories = [
                ChartRepository(name: "corp", address: "https://charts.test")
            ]
            let chart = SourceFixture(
                spec: ["plugins: {k8s: {input: {helmChart: {repository: corp, name: web, version: 1.0.0}}}}"]
            )
            let target = DeployTarget(name: "eu", labels: [:], access: .offline)
            let (ended, cutsOff, log) = try await run(
                grace: .seconds(600),
                configuration: configuration,
                targets: [target]
            ) { running in
                // The plugin itself asks first.
                _ = try await TestFiles.text("\(directory)/pid", having: "\n")
                try await Self.call(running.port) { service in
                    var request = PipedDetermineVersionsRequest()
                    request.input.deployment.deployTargetsByPlugin["k8s", default: .init()].deployTargets = ["eu"]
                    request.input.targetDeploymentSource = try chart.source(in: directory)
                    await withThrowingTaskGroup(of: Void.self) { [request] group in
                        group.addTask { _ = try await service.determineVersions(request) }
                        await Polling.wait { running.calls.areSome }
                        running.stop.request()
                        await #expect(throws: RPCError.self) { try await group.next() }
                    }
                }
            }
            #expect(ended && cutsOff == nil, "\(log)")
            let id = try TestFiles.text("\(directory)/pid").dropLast()
            #expect(kill(try #require(Int32(id)), 0) == -1, "helm still runs")
        }
    }

    @Test("cuts calls off that do not end, and ends the process after that")
    func cutOff() async throws {
        let caller = RawCaller()
        let (_, cutsOff, log) = try await run { running in
            try caller.connect(to: running.port)
            await withTaskGroup { group in
                // A call that no stop ends.
                group.addTask {
                    try? await running.calls.during("ExecuteStage") { try await Task.sleep(for: .seconds(3600)) }
                }
                await Polling.wait { running.calls.areSome }
                running.stop.request()
                await running.overdue.wait()
                group.cancelAll()
            }
        }
        #expect(cutsOff == true)
        #expect(log.contains { $0.contains("stopping now, though this still runs: ExecuteStage") }, "\(log)")
        #expect(!log.contains { $0.contains("\"stopped\"") })
    }

    /// Calls the plugin.
    private static func call(
        _ port: Int,
        _ body: @escaping @Sendable (PipedDeploymentService.Client<HTTP2ClientTransport.Posix>) async throws -> Void
    ) async throws {
        let transport = try HTTP2ClientTransport.Posix(
            target: .ipv4(address: "127.0.0.1", port: port),
            transportSecurity: .plaintext
        )
        try await withGRPCClient(transport: transport) { client in
            try await body(PipedDeploymentService.Client(wrapping: client))
        }
    }

    @Test("does not wait forever for a caller that does not close its connection, and says what it was")
    func late() async throws {
        let caller = RawCaller()
        let (ended, cutsOff, log) = try await run { running in
            try caller.connect(to: running.port)
            running.stop.request()
        }
        #expect(!ended)
        #expect(cutsOff == false)
        #expect(log.contains { $0.contains("stopped, though a connection is still open") }, "\(log)")
    }

    @Test("never takes pings for an attack, however many come while no call runs")
    func pings() async throws {
        let caller = RawCaller()
        let acknowledged = Lock(0)
        _ = try await run { running in
            try caller.connect(to: running.port)
            let count = try caller.ping(times: 20)
            acknowledged.withLock { $0 = count }
            running.stop.request()
        }
        #expect(acknowledged.withLock { $0 } == 20)
    }
}

/// Somebody who speaks just enough HTTP/2 to be impolite.
private final class RawCaller: Sendable {
    private let descriptor = socket(AF_INET, Int32(SOCK_STREAM.rawValue), 0)

    struct Failure: Error {
        let what: String
    }

    deinit { close(descriptor) }

    /// Connects, and returns when the other side has sent its settings.
    func connect(to port: Int) throws {
        var address = sockaddr_in()
        address.sin_family = sa_family_t(AF_INET)
        address.sin_port = UInt16(clamping: port).bigEndian
        address.sin_addr.s_addr = UInt32(0x7f00_0001).bigEndian
        let isConnected = withUnsafePointer(to: &address) { pointer in
            pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) {
                Glibc.connect(descriptor, $0, socklen_t(MemoryLayout<sockaddr_in>.size)) == 0
            }
        }
        guard isConnected else { throw Failure(what: "connect") }
        try send(Array("PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n".utf8) + [0, 0, 0, 4, 0, 0, 0, 0, 0])
        guard try readFrame().type == 4 else { throw Failure(what: "no settings") }
    }

    /// Sends pings one after the other.
    ///
    /// - Returns: How many were answered before the other side said goodbye.
    func ping(times: Int) throws -> Int {
        for count in 0..<times {
            try send([0, 0, 8, 6, 0, 0, 0, 0, 0] + [UInt8](repeating: 7, count: 8))
            while true {
                let frame = try readFrame()
                if frame.type == 7 { return count }
                if frame.type == 6, frame.flags == 1 { break }
            }
        }
        return times
    }

    private func send(_ bytes: [UInt8]) throws {
        guard Glibc.send(descriptor, bytes, bytes.count, Int32(MSG_NOSIGNAL)) == bytes.count else {
            throw Failure(what: "send")
        }
    }

    private func readFrame() throws -> (type: UInt8, flags: UInt8) {
        let head = try read(9)
        _ = try read(Int(head[0]) << 16 | Int(head[1]) << 8 | Int(head[2]))
        return (head[3], head[4])
    }

    private func read(_ count: Int) throws -> [UInt8] {
        var bytes = [UInt8](repeating: 0, count: count)
        guard count == 0 || recv(descriptor, &bytes, count, Int32(MSG_WAITALL)) == count else {
            throw Failure(what: "closed")
        }
        return bytes
    }
}
