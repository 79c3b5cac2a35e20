import Glibc
import Testing

@testable import ManifestSources

@Suite("Making each value once", .timeLimit(.minutes(5)))
struct OnceForEachTests {
    @Test("is for one key no hindrance to others, even when it occupies a thread")
    func apart() async {
        let values = OnceForEach<Int, Int>()
        // Each reads what the other writes: one after the other they would never end.
        let (there, back) = (Pipe(), Pipe())
        async let first = values.value(for: 1) {
            there.send(1)
            return back.receive()
        }
        async let second = values.value(for: 2) {
            back.send(2)
            return there.receive()
        }
        #expect(await [first, second] == [2, 1])
    }

    @Test("does not keep a nil, and keeps everything else")
    func kept() async {
        let values = OnceForEach<String, Int>()
        #expect(await values.value(for: "a") { nil } == nil)
        #expect(await values.value(for: "a") { 1 } == 1)
        #expect(await values.value(for: "a") { 2 } == 1)
        #expect(await values.value(for: "b") { 3 } == 3)
    }
}

/// Hands bytes from one thread to another.
private final class Pipe: Sendable {
    private let ends: (read: CInt, write: CInt)

    init() {
        var descriptors: [CInt] = [-1, -1]
        _ = pipe(&descriptors)
        ends = (descriptors[0], descriptors[1])
    }

    deinit {
        close(ends.read)
        close(ends.write)
    }

    func send(_ byte: UInt8) {
        _ = withUnsafeBytes(of: byte) { write(ends.write, $0.baseAddress, 1) }
    }

    func receive() -> Int {
        var byte: UInt8 = 0
        // A test that fails must end, too.
        var descriptor = pollfd(fd: ends.read, events: Int16(POLLIN), revents: 0)
        guard poll(&descriptor, 1, 20_000) == 1, read(ends.read, &byte, 1) == 1 else { return -1 }
        return Int(byte)
    }
}
