import Glibc

@testable import KubernetesAPI

/// An HTTP/1.1 server on loopback that answers what a test says, also what no API server should.
///
/// One thread takes connections, one for each of them answers its requests.
final class ScriptedServer: Sendable {
    /// What to send for a request.
    enum Answer: Sendable {
        /// A whole answer.
        case respond(Int, String, type: String = "application/json")
        /// The head of a stream and these pieces; the connection then breaks or the stream ends.
        case stream([String], isComplete: Bool)
        /// Nothing; the connection closes.
        case hangUp
    }

    private struct State {
        var requests: [String] = []
        var accepts: [String] = []
        var connections: [Int32] = []
        var isClosed = false
    }

    let port: Int
    private let listener: Int32
    private let state = Lock(State())
    private let script: @Sendable (String, Int) -> Answer

    /// Starts to answer; the script gets the method with the path, and how many requests there were before.
    init(_ script: @escaping @Sendable (String, Int) -> Answer) throws {
        self.script = script
        let listener = socket(AF_INET, Int32(SOCK_STREAM.rawValue), 0)
        var address = sockaddr_in()
        address.sin_family = sa_family_t(AF_INET)
        address.sin_addr.s_addr = in_addr_t(0x7F00_0001).bigEndian
        var length = socklen_t(MemoryLayout<sockaddr_in>.size)
        let result = withUnsafeMutablePointer(to: &address) { pointer in
            pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) { place in
                bind(listener, place, length) == 0 && listen(listener, 16) == 0
                    && getsockname(listener, place, &length) == 0
            }
        }
        guard result else { throw Missing(what: "a port") }
        port = Int(UInt16(bigEndian: address.sin_port))
        self.listener = listener
        Self.onThread { self.accept(listener) }
    }

    /// Every request so far, as method and path.
    var requests: [String] { state.withLock { $0.requests } }

    /// The forms that every request so far would take.
    var accepts: [String] { state.withLock { $0.accepts } }

    /// Where a client finds it.
    var configuration: ClusterConfiguration {
        get throws {
            guard let server = ServerAddress("http://127.0.0.1:\(port)") else { throw Missing(what: "an address") }
            return ClusterConfiguration(server: server)
        }
    }

    /// Closes every connection and takes no more.
    func close() {
        state.withLock { state in
            state.isClosed = true
            state.connections.forEach { shutdown($0, Int32(SHUT_RDWR)) }
        }
        shutdown(listener, Int32(SHUT_RDWR))
        Glibc.close(listener)
    }

    private func accept(_ listener: Int32) {
        while case let connection = Glibc.accept(listener, nil, nil), connection >= 0 {
            let isOpen = state.withLock { state in
                state.connections.append(connection)
                return !state.isClosed
            }
            guard isOpen else { return }
            Self.onThread { self.serve(connection) }
        }
    }

    private func serve(_ connection: Int32) {
        while let request = readRequest(connection), answer(request, connection) {}
        state.withLock { $0.connections.removeAll { $0 == connection } }
        Glibc.close(connection)
    }

    /// Method and path of the next request, after all of it was read.
    private func readRequest(_ connection: Int32) -> String? {
        var text: [UInt8] = []
        var byte: UInt8 = 0
        while text.suffix(4) != Array("\r\n\r\n".utf8)[...] {
            guard recv(connection, &byte, 1, 0) == 1 else { return nil }
            text.append(byte)
        }
        let lines = String(decoding: text, as: UTF8.self).split(separator: "\r\n")
        let length = lines.first { $0.lowercased().hasPrefix("content-length:") }.flatMap { Int($0.dropFirst(16)) } ?? 0
        for _ in 0..<length where recv(connection, &byte, 1, 0) != 1 { return nil }
        let accept = lines.first { $0.lowercased().hasPrefix("accept: ") }?.dropFirst("accept: ".count)
        state.withLock { $0.accepts.append(String(accept ?? "")) }
        return lines.first.map { $0.split(separator: " ").prefix(2).joined(separator: " ") }
    }

    /// Whether the connection goes on.
    private func answer(_ request: String, _ connection: Int32) -> Bool {
        let number = state.withLock { state in
            state.requests.append(request)
            return state.requests.count - 1
        }
        switch script(request, number) {
        case .hangUp: return false
        case .respond(let status, let body, let type):
            let head = "HTTP/1.1 \(status) X\r\nContent-Type: \(type)\r\nContent-Length: \(body.utf8.count)\r\n\r\n"
            return send(head + body, connection)
        case .stream(let pieces, let isComplete):
            guard send("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n", connection) else { return false }
            for piece in pieces where !piece.isEmpty {
                let size = String(piece.utf8.count, radix: 16)
                guard send("\(size)\r\n\(piece)\r\n", connection) else { return false }
            }
            return isComplete && send("0\r\n\r\n", connection)
        }
    }

    private func send(_ text: String, _ connection: Int32) -> Bool {
        let bytes = Array(text.utf8)
        var sent = 0
        while sent < bytes.count {
            let count = bytes[sent...].withUnsafeBytes {
                Glibc.send(connection, $0.baseAddress, $0.count, Int32(MSG_NOSIGNAL))
            }
            guard count > 0 else { return false }
            sent += count
        }
        return true
    }

    /// Runs a body that may block.
    static func onThread(_ body: @escaping @Sendable () -> Void) {
        final class Job {
            let body: @Sendable () -> Void
            init(_ body: @escaping @Sendable () -> Void) { self.body = body }
        }
        var thread = pthread_t()
        let job = Unmanaged.passRetained(Job(body))
        let result = pthread_create(
            &thread,
            nil,
            { context in
                if let context { Unmanaged<Job>.fromOpaque(context).takeRetainedValue().body() }
                return nil
            },
            job.toOpaque()
        )
        if result == 0 { pthread_detach(thread) } else { job.release() }
    }
}

extension ScriptedServer {
    /// The answers to the three requests of a plain discovery with nothing but ConfigMaps, `nil` for other requests.
    static func discovery(_ request: String) -> Answer? {
        switch request {
        case "GET /api": .respond(200, #"{"versions":["v1"]}"#)
        case "GET /apis": .respond(200, #"{"groups":[]}"#)
        case "GET /api/v1":
            .respond(200, #"{"resources":[{"name":"configmaps","kind":"ConfigMap","namespaced":true,"verbs":[]}]}"#)
        default: nil
        }
    }
}

/// Runs a piece of work with a server and a client of it, both ended afterwards.
func withScriptedServer<Result>(
    options: ClusterClient.Options = ClusterClient.Options(retry: RecordedWaits().policy),
    _ script: @escaping @Sendable (String, Int) -> ScriptedServer.Answer,
    _ body: (ScriptedServer, ClusterClient) async throws -> Result
) async throws -> Result {
    let server = try ScriptedServer(script)
    let engine = HTTPEngine()
    defer {
        engine.close()
        server.close()
    }
    let client = ClusterClient(
        target: "osaka",
        configuration: try server.configuration,
        engine: engine,
        options: options
    )
    return try await body(server, client)
}
