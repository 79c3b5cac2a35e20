import Glibc
import NIOCore

/// A port on loopback that stays ours while nobody listens on it.
///
/// The kernel gives a free port to any connection that somebody opens; a server that is down for a moment would find its
/// own taken. Connections to a port that is only reserved are refused.
final class PortReservation: Sendable {
    /// The port.
    let port: Int
    private let descriptor: Int32

    /// Reserves any free port.
    ///
    /// - Throws: What the system says when there is none.
    init() throws {
        let descriptor = socket(AF_INET, Int32(SOCK_STREAM.rawValue) | Int32(SOCK_CLOEXEC.rawValue), 0)
        guard descriptor >= 0 else { throw IOError(errnoCode: errno, reason: "socket") }
        var on: Int32 = 1
        var address = sockaddr_in()
        address.sin_family = sa_family_t(AF_INET)
        address.sin_addr.s_addr = in_addr_t(0x7F00_0001).bigEndian
        var length = socklen_t(MemoryLayout<sockaddr_in>.size)
        let isReserved = withUnsafeMutablePointer(to: &address) { pointer in
            pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) { address in
                setsockopt(descriptor, SOL_SOCKET, SO_REUSEADDR, &on, socklen_t(MemoryLayout<Int32>.size)) == 0
                    && setsockopt(descriptor, SOL_SOCKET, SO_REUSEPORT, &on, socklen_t(MemoryLayout<Int32>.size)) == 0
                    && bind(descriptor, address, length) == 0 && getsockname(descriptor, address, &length) == 0
            }
        }
        let code = errno
        self.descriptor = descriptor
        port = Int(in_port_t(bigEndian: address.sin_port))
        if !isReserved { throw IOError(errnoCode: code, reason: "bind") }
    }

    deinit { close(descriptor) }
}
