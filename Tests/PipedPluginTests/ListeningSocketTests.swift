import Glibc
import Testing

@testable import PipedPlugin

@Suite("The port of the plugin", .timeLimit(.minutes(5)))
struct ListeningSocketTests {
    @Test("is tried again while an earlier plugin still has it, and given up in the end", arguments: [2, 9])
    func taken(freedAt: Int) async throws {
        let earlier = try ListeningSocket(port: 0)
        let port = earlier.port
        let descriptor = Int32(earlier.take())
        var (told, waits) = (0, 0)
        do {
            let socket = try await ListeningSocket.opened(port: port, tries: 5) { _ in
                told += 1
            } waiting: {
                waits += 1
                if waits == freedAt { close(descriptor) }
            }
            #expect(socket.port == port)
            #expect(waits == 2)
        } catch {
            #expect(error as? ListeningError == ListeningError(port: port, code: EADDRINUSE))
            #expect(waits == 4)
            close(descriptor)
        }
        #expect(told == 1)
    }
}
