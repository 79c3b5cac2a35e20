import Glibc

/// A socket that piped can connect to, on loopback only: whoever reaches it can deploy.
struct ListeningSocket: ~Copyable {
    /// The port.
    let port: Int
    private let descriptor: Int32

    /// Listens from now on; callers wait until somebody serves them.
    ///
    /// - Parameter port: The TCP port, 0 for any free one.
    /// - Throws: `ListeningError` when the port is taken or may not be used.
    init(port: Int) throws(ListeningError) {
        // Programs that are started from here must not keep the port when this process is gone.
        descriptor = socket(AF_INET, Int32(SOCK_STREAM.rawValue | SOCK_CLOEXEC.rawValue), 0)
        do throws(ListeningError) {
            guard descriptor >= 0 else { throw ListeningError(port: port, code: errno) }
            // Connections that an earlier process has left in TIME_WAIT are no reason to refuse.
            var isOn: Int32 = 1
            setsockopt(descriptor, SOL_SOCKET, SO_REUSEADDR, &isOn, socklen_t(MemoryLayout<Int32>.size))
            self.port = try Self.bind(descriptor, to: port)
        } catch {
            if descriptor >= 0 { close(descriptor) }
            throw error
        }
    }

    deinit { close(descriptor) }

    /// Listens as soon as the port is free: the plugin of a piped that was killed takes a moment to notice that.
    ///
    /// - Parameters:
    ///   - port: The TCP port, 0 for any free one.
    ///   - tries: How often to try.
    ///   - tell: Is told once that the port is taken.
    ///   - wait: Lets some time pass before the next try.
    /// - Returns: The socket.
    /// - Throws: `ListeningError` when the port is still taken at the last try, or may not be used; what `wait` throws.
    static func opened(
        port: Int,
        tries: Int,
        telling tell: (ListeningError) -> Void,
        waiting wait: () async throws -> Void
    ) async throws -> ListeningSocket {
        for number in 1..<max(2, tries) {
            do {
                return try ListeningSocket(port: port)
            } catch {
                guard error.code == EADDRINUSE else { throw error }
                if number == 1 { tell(error) }
                try await wait()
            }
        }
        return try ListeningSocket(port: port)
    }

    /// Hands the descriptor over; who takes it closes it.
    consuming func take() -> Int {
        let result = Int(descriptor)
        discard self
        return result
    }

    private static func bind(_ descriptor: Int32, to port: Int) throws(ListeningError) -> Int {
        var address = sockaddr_in()
        address.sin_family = sa_family_t(AF_INET)
        address.sin_port = UInt16(clamping: port).bigEndian
        address.sin_addr.s_addr = UInt32(0x7f00_0001).bigEndian
        var size = socklen_t(MemoryLayout<sockaddr_in>.size)
        let isListening = withUnsafeMutablePointer(to: &address) { pointer in
            pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) {
                Glibc.bind(descriptor, $0, size) == 0 && listen(descriptor, SOMAXCONN) == 0
                    && getsockname(descriptor, $0, &size) == 0
            }
        }
        guard isListening else { throw ListeningError(port: port, code: errno) }
        return Int(UInt16(bigEndian: address.sin_port))
    }
}

/// Why piped could not call.
struct ListeningError: Error, Hashable {
    let port: Int
    /// The system's number.
    let code: Int32
}

extension ListeningError: CustomStringConvertible {
    var description: String {
        guard code == EADDRINUSE else {
            return "127.0.0.1:\(port): cannot listen: \(String(cString: strerror(code))); "
                + "choose another port for the plugin in the piped file"
        }
        return "127.0.0.1:\(port): the port is taken; end what holds it, perhaps the plugin of an earlier piped "
            + "(\"ss -ltnp sport = :\(port)\" shows it), or choose another port for the plugin in the piped file"
    }
}
