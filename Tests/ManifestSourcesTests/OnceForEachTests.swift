import Glibc
import TestSupport
import Testing

@testable import ManifestSources

@Suite("Making something once", .timeLimit(.minutes(5)))
struct OnceForEachTests {
    private actor Counter {
        private(set) var count = 0

        func next() -> Int {
            count += 1
            return count
        }
    }

    @Test("keeps what is to be kept, and makes the rest anew for those who ask later")
    func keeping() async {
        let (once, counter) = (OnceForEach<String, Int>(), Counter())
        var values: [Int?] = []
        for _ in 1...4 { values.append(await once.value(for: "a", keeping: { $0 > 1 }, { await counter.next() })) }
        #expect(values == [1, 2, 2, 2])
    }

    @Test("hands what is not kept to all who asked while it was made")
    func sharing() async {
        let (once, counter) = (OnceForEach<String, Int>(), Counter())
        let gate = AsyncStream<Void>.makeStream()
        let values = await withTaskGroup(of: Int?.self) { group in
            for _ in 1...3 {
                group.addTask {
                    await once.value(for: "a", keeping: { _ in false }) {
                        for await _ in gate.stream { break }
                        return await counter.next()
                    }
                }
            }
            await Polling.wait { await once.waiters(for: "a") >= 2 }
            gate.continuation.finish()
            return await group.reduce(into: []) { $0.append($1) }
        }
        #expect(values == [1, 1, 1])
    }

    @Test("lets those go who are cancelled while another one makes a value")
    func cancelled() async {
        let once = OnceForEach<String, Int>()
        let gate = AsyncStream<Void>.makeStream()
        await withTaskGroup(of: Int?.self) { group in
            group.addTask {
                await once.value(for: "a") {
                    for await _ in gate.stream { break }
                    return 1
                }
            }
            await Polling.wait { await once.isMaking("a") }
            await withTaskGroup(of: Int?.self) { others in
                others.addTask { await once.value(for: "a") { 2 } }
                await Polling.wait { await once.waiters(for: "a") >= 1 }
                others.cancelAll()
                #expect(await others.next() == .some(nil))
            }
            #expect(await once.waiters(for: "a") == 0)
            gate.continuation.finish()
            #expect(await group.next() == 1)
        }
    }

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
