import Glibc
import Manifests
import Subprocess
import TestSupport
import Testing
import UnixSignals

@testable import flotilla

@Suite("The plugin's process", .timeLimit(.minutes(5)))
struct StartTests {
    private static func config(port: Int, _ config: String = "{}") -> String {
        #"{"name":"k8s","url":"file:///x","port":\#(port),"config":\#(config),"#
            + #""deployTargets":[{"name":"eu","config":{}}]}"#
    }

    private static func arguments(_ config: String) -> [String] {
        ["start", "--piped-plugin-service", "localhost:9", "--config", config]
    }

    /// Waits until a process listens, by the file that its log goes to.
    ///
    /// - Returns: The port.
    private func port(in log: String) async throws -> Int {
        let words = "listening on 127.0.0.1:"
        var text = ""
        await Polling.wait {
            text = (try? TestFiles.text(log)) ?? ""
            return text.contains(words) && text.hasSuffix("\n")
        }
        let range = try #require(text.firstRange(of: words))
        return try #require(Int(text[range.upperBound...].prefix { $0.isNumber }))
    }

    /// Runs the command by a shell that writes its log to a file, while a body looks at it.
    private func run(
        _ script: String,
        _ directory: String,
        port: Int = 0,
        config: String = "{}",
        while body: (_ port: Int, Execution<NoInput, DiscardedOutput, DiscardedOutput>) async throws -> Void
    ) async throws -> (status: TerminationStatus, log: String) {
        let log = "\(directory)/log"
        let arguments = Self.arguments(Self.config(port: port, config))
        let status = try await Binary.run(script: "\(script) 2>'\(log)'", arguments) { process in
            try await body(try await self.port(in: log), process)
        }
        return (status, try TestFiles.text(log))
    }

    @Test("ends with 0 when it is told to stop", arguments: [.terminate, .interrupt] as [Signal])
    func stop(signal: Signal) async throws {
        try await withTemporaryDirectory { directory in
            let (status, log) = try await run("exec \"$@\"", directory) { _, process in
                try process.send(signal: signal)
            }
            #expect(status == .exited(0))
            #expect(log.contains("stopping after the objects that are being written"))
            #expect(log.split(separator: "\n").last?.hasPrefix("stopped\t") == true)
        }
    }

    @Test("is not ended in the middle of things by a second SIGTERM, as a service manager and piped both send one")
    func terminatedTwice() async throws {
        try await withTemporaryDirectory { directory in
            let (status, _) = try await run("exec \"$@\"", directory) { port, process in
                // A connection that is open keeps it alive.
                let connection = try await OpenConnection(to: port)
                try process.send(signal: .terminate)
                _ = try await TestFiles.text("\(directory)/log", having: "stopping after")
                try process.send(signal: .terminate)
                #expect(connection.isOpen)
                connection.end()
            }
            #expect(status == .exited(0))
        }
    }

    @Test("may open as many files as the system allows, up to a bound")
    func openFiles() async throws {
        try await withTemporaryDirectory { directory in
            _ = try await run("ulimit -Sn 200; ulimit -Hn 2048; exec \"$@\"", directory) { _, process in
                let limits = try TestFiles.text("/proc/\(process.processIdentifier.value)/limits")
                let line = limits.split(separator: "\n").first { $0.hasPrefix("Max open files") }
                #expect(line?.split(separator: " ").dropFirst(3).prefix(2) == ["2048", "2048"], "\(limits)")
                try process.send(signal: .terminate)
            }
        }
    }

    @Test("tells that its port is taken, tries for a while, and ends with 1")
    func portTaken() async throws {
        try await withTemporaryDirectory { directory in
            _ = try await run("exec \"$@\"", directory) { port, process in
                let second = try await Binary.run(Self.arguments(Self.config(port: port)))
                #expect(second.code == 1)
                let lines = second.errors.split(separator: "\n")
                let text = ": 127.0.0.1:\(port): the port is taken; end what holds it"
                #expect(lines.map { $0.hasPrefix("warning\(text)") } == [true, false], "\(lines)")
                #expect(lines.last?.hasPrefix("Error\(text)") == true)
                try process.send(signal: .terminate)
            }
        }
    }

    @Test("listens on loopback only, and serves the next process on the same port")
    func restart() async throws {
        try await withTemporaryDirectory { directory in
            var first = 0
            _ = try await run("exec \"$@\"", directory) { port, process in
                first = port
                let listening = try TestFiles.text("/proc/\(process.processIdentifier.value)/net/tcp")
                let hex = String(port, radix: 16, uppercase: true)
                let address = ":" + String(repeating: "0", count: 4 - hex.count) + hex + " "
                let lines = listening.split(separator: "\n").filter { $0.contains(address) && $0.contains(" 0A ") }
                #expect(lines.count == 1 && lines.allSatisfy { $0.contains(" 0100007F\(address)") }, "\(lines)")
                try process.send(signal: .terminate)
            }
            TestFiles.remove("\(directory)/log")
            let (status, _) = try await run("exec \"$@\"", directory, port: first) { port, process in
                #expect(port == first)
                try process.send(signal: .terminate)
            }
            #expect(status == .exited(0))
        }
    }

    @Test(
        "serves while helm is told of repositories, warns of those that fail, and tells no password",
        arguments: [0, 1]
    )
    func charts(code: Int) async throws {
        try await withTemporaryDirectory { directory in
            let lines = "cat >&2; case $2 in add) exit \(code);; esac"
            let helm = try StandIn("helm", in: "\(directory)/bin", lines)
            let config =
                #"{"tools":{"helm":"\#(helm.path)"},"chartRepositories":[{"name":"corp","#
                + #""address":"https://charts.test","username":"me","password":"hunter2"}]}"#
            let (status, log) = try await run("exec \"$@\"", directory, config: config) { _, process in
                await Polling.wait { !helm.runs.isEmpty }
                try await Polling.wait { try code == 0 || TestFiles.text("\(directory)/log").contains("charts: ") }
                try process.send(signal: .terminate)
            }
            #expect(status == .exited(0))
            #expect(helm.runs.first?.hasPrefix("[repo][add][corp][https://charts.test]") == true, "\(helm.runs)")
            #expect(log.contains("warning: charts: chart repository \"corp\": ") == (code != 0))
            #expect(!log.contains("hunter2"))
        }
    }

    @Test("ends when the process that started it is killed")
    func orphan() async throws {
        try await withTemporaryDirectory { directory in
            var pid: Int32 = 0
            let script = "\"$@\" & echo $! > '\(directory)/pid'; wait"
            _ = try await run("{ \(script); }", directory) { _, process in
                let text = try TestFiles.text("\(directory)/pid")
                pid = try #require(Int32(text.dropLast()))
                try process.send(signal: .kill)
            }
            var log = ""
            try await Polling.wait {
                log = try TestFiles.text("\(directory)/log")
                return log.contains("\nstopped\t")
            }
            #expect(log.contains("stopping, because the process that started this one is gone"))
            // What is dead and not yet taken note of has no command line any more.
            await Polling.wait { (try? TestFiles.text("/proc/\(pid)/cmdline")) ?? "" == "" }
        }
    }

    @Test(
        "refuses a wrong use with 64 and a wrong configuration with 1, and says what to do",
        arguments: [
            (["start"], 64, "Missing expected argument '--piped-plugin-service <host:port>'"),
            (["start", "--piped-plugin-service", "localhost:1"], 64, "Missing expected argument '--config <json>'"),
            (["start", "--piped-plugin-service=localhost", "--config={}"], 64, "'localhost' is invalid"),
            (arguments(config(port: 0)) + ["--tls"], 64, "--tls is not supported: piped calls plugins without TLS"),
            (arguments(config(port: 0)) + ["--tls=true"], 64, "--tls is not supported"),
            (arguments(config(port: 0)) + ["--log-level=loud"], 64, "--log-level must be debug, info, warn or error"),
            (arguments(config(port: 0)) + ["--grace-period=soon"], 64, "'soon' is invalid"),
            (["start", "--piped-plugin-service=localhost:1", "--config={}"], 1, "Error: --config: name: must not be"),
            (arguments("{"), 1, "Error: --config:1:2: is no JSON"),
            (
                arguments(#"{"name":"a","port":1}"#), 1,
                "Error: --config: deployTargets: there are none; add the clusters"
            ),
        ] as [([String], Int, String)]
    )
    func wrong(arguments: [String], code: Int, part: String) async throws {
        let outcome = try await Binary.run(arguments)
        #expect(outcome.code == code)
        #expect(outcome.errors.contains(part), "\(outcome.errors)")
        #expect(outcome.output.isEmpty)
    }

    @Test(
        "takes what other plugins take",
        arguments: [
            (["start", "--metrics=false", "--tls=0", "--x=true"], ["start", "--x=true"]),
            (["start", "--metrics=true", "--tls=T"], ["start", "--metrics", "--tls"]),
            (["start", "--profile=maybe"], ["start", "--profile=maybe"]),
            (["run", "--tls=false"], ["run", "--tls=false"]), ([], []),
        ] as [([String], [String])]
    )
    func spelledOut(given: [String], taken: [String]) {
        #expect(Start.spelledOut(given) == taken)
    }

    @Test("leaves time between the end of its calls and the end of the period")
    func grace() {
        #expect(GracePeriod(whole: .seconds(30)).forCalls == .seconds(25))
        #expect(GracePeriod(whole: .seconds(4)).forCalls == .seconds(2))
    }

    @Test(
        "ends at once only at a second SIGINT",
        arguments: [
            ([.sigint, .sigterm, .sigint], [.stop, .nothing, .exit]),
            ([.sigterm, .sigterm, .sigterm], [.stop, .nothing, .nothing]),
            ([.sigterm, .sigint, .sighup, .sigint], [.stop, .nothing, .nothing, .exit]),
        ] as [([UnixSignal], [Interruptions.Reaction])]
    )
    func signals(come: [UnixSignal], expected: [Interruptions.Reaction]) {
        var interruptions = Start.interruptions
        #expect(come.map { interruptions.reaction(to: $0) } == expected)
    }

    @Test("tells its version as other plugins do")
    func version() async throws {
        #expect(try await Binary.run("version").output == "0.1.0\n")
    }
}

/// A connection on which nothing is asked.
private struct OpenConnection {
    private let descriptor = socket(AF_INET, Int32(SOCK_STREAM.rawValue), 0)

    /// Connects, and returns when the other side has sent its settings.
    init(to port: Int) async throws {
        var address = sockaddr_in()
        address.sin_family = sa_family_t(AF_INET)
        address.sin_port = UInt16(clamping: port).bigEndian
        address.sin_addr.s_addr = UInt32(0x7f00_0001).bigEndian
        let isConnected = withUnsafePointer(to: &address) { pointer in
            pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) {
                connect(descriptor, $0, socklen_t(MemoryLayout<sockaddr_in>.size)) == 0
            }
        }
        try #require(isConnected)
        let hello = Array("PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n".utf8) + [0, 0, 0, 4, 0, 0, 0, 0, 0]
        try #require(send(descriptor, hello, hello.count, Int32(MSG_NOSIGNAL)) == hello.count)
        var settings = [UInt8](repeating: 0, count: 9)
        try #require(recv(descriptor, &settings, 9, Int32(MSG_WAITALL)) == 9)
    }

    /// Whether the other side has not closed it.
    var isOpen: Bool {
        var byte: UInt8 = 0
        return recv(descriptor, &byte, 1, Int32(MSG_DONTWAIT | MSG_PEEK)) != 0
    }

    func end() {
        close(descriptor)
    }
}
