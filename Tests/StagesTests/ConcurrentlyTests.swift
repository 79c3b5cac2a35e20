import KubernetesAPI
import TestSupport
import Testing

@testable import Stages

@Suite("Concurrent work", .timeLimit(.minutes(5)))
struct ConcurrentlyTests {
    @Test("gives results in the order of the elements", arguments: [1, 2, 16])
    func order(limit: Int) async {
        let outputs = await concurrently(Array(0..<20), atOnce: limit) { $0 * 2 }
        #expect(outputs == (0..<20).map { $0 * 2 })
    }

    @Test("never has more running than its limit")
    func bound() async {
        let running = Lock((now: 0, most: 0))
        _ = await concurrently(Array(0..<50), atOnce: 3) { _ in
            running.withLock { state in
                state.now += 1
                state.most = max(state.most, state.now)
            }
            await Task.yield()
            running.withLock { $0.now -= 1 }
        }
        #expect(running.withLock { $0.most } <= 3)
        #expect(running.withLock { $0.most } > 0)
    }

    @Test("starts nothing more after a result that says so, and finishes what runs")
    func stops() async {
        let outputs = await concurrently(Array(0..<10), atOnce: 1, goesOn: { $0 != 3 }) { $0 }
        #expect(outputs == [0, 1, 2, 3, nil, nil, nil, nil, nil, nil])
    }

    @Test("starts nothing more once cancelled", .tags(.cancellation))
    func cancelled() async {
        let task = Task {
            await concurrently(Array(0..<100), atOnce: 1) { index in
                if index == 2 { withUnsafeCurrentTask { $0?.cancel() } }
                return index
            }
        }
        task.cancel()
        let outputs = await task.value
        #expect(outputs.compactMap { $0 }.count < 100)
    }
}
