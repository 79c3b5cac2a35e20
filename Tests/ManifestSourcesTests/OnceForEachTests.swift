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
            while await once.waiters(for: "a") < 2 { await Task.yield() }
            gate.continuation.finish()
            return await group.reduce(into: []) { $0.append($1) }
        }
        #expect(values == [1, 1, 1])
    }
}
