import Testing

@testable import PipedPlugin

@Suite("A log buffer with much in it")
struct LogBufferSizeTests {
    /// Room for about four lines of ten bytes in a call; a checkpoint with more than eight; lines left out above 16.
    private var pace: LogPace {
        var pace = LogPace()
        pace.callBytes = 4 * 42
        pace.checkpointBytes = 8 * 42
        pace.keptBytes = 16 * 42
        return pace
    }

    private func line(_ number: Int) -> String {
        let text = "\(number)"
        return String(repeating: "0", count: 10 - text.count) + text
    }

    @Test("makes a checkpoint at once, in several calls, the last of which closes the log")
    func severalCalls() throws {
        let buffer = DrivenLogBuffer(pace: pace, start: 1)
        let news = (0..<10).map { buffer.write(line($0), at: .zero) }
        #expect(news.indices.filter { news[$0] == .news } == [0, 7])
        var calls: [LogCall] = []
        for _ in 0..<2 {
            let call = try #require(buffer.call(at: .zero))
            calls.append(call)
            #expect(buffer.note(.stored, of: call, at: .zero) == [])
        }
        buffer.end(closes: true, at: .zero)
        while let call = buffer.call(at: .zero) {
            calls.append(call)
            #expect(buffer.note(.stored, of: call, at: .zero) == [])
        }
        #expect(calls.map(\.blocks.count) == [4, 4, 2])
        #expect(calls.flatMap(\.blocks).map(\.text) == (0..<10).map(line))
        #expect(calls.map(\.kind) == [false, false, true].map { .checkpoint(completed: $0) })
    }

    @Test("sends again to the cache what a checkpoint of a part took from view")
    func cacheAfterPart() throws {
        let buffer = DrivenLogBuffer(pace: pace, start: 1)
        _ = buffer.write("first", at: .zero)
        _ = buffer.send(at: .seconds(1))
        for number in 0..<6 { _ = buffer.write(line(number), at: .seconds(2)) }
        #expect(buffer.send(at: .seconds(3))?.hasPrefix("cache \(line(0))") == true)
        #expect(buffer.send(at: .seconds(4))?.hasPrefix("cache \(line(4))") == true)
        let part = try #require(buffer.call(at: .seconds(40)))
        _ = buffer.write("late", at: .seconds(40))
        _ = buffer.note(.stored, of: part, at: .seconds(40))
        // The rest of the checkpoint follows at once; what came meanwhile is in it.
        #expect(buffer.send(at: .seconds(40)) == "checkpoint \(line(4)) \(line(5)) late")
        #expect(buffer.next(at: .seconds(40)) == .wait(nil))
    }

    @Test("sends a line that is longer than a call by itself")
    func longLine() {
        let buffer = DrivenLogBuffer(pace: pace, start: 1)
        let long = String(repeating: "x", count: 300)
        for text in ["a", long, "b"] { _ = buffer.write(text, at: .zero) }
        #expect(buffer.send(at: .seconds(1)) == "checkpoint a")
        #expect(buffer.send(at: .seconds(1)) == "checkpoint \(long)")
        #expect(buffer.send(at: .seconds(1)) == "checkpoint b")
    }

    @Test("leaves out lines of the middle while piped is away, never the errors, and says how many")
    func leavesOut() {
        let buffer = DrivenLogBuffer(pace: pace, start: 1)
        let fates = (0..<20).map { buffer.write(line($0), at: .zero) }
        #expect(fates.indices.filter { fates[$0] == .leftOut } == [16, 17, 18, 19])
        _ = buffer.write("boom", .error, at: .zero)
        _ = buffer.write(line(20), at: .zero)
        buffer.end(closes: true, at: .zero)
        let kept = buffer.takeRest()
        #expect(kept.prefix(16) == (0..<16).map(line)[...])
        #expect(
            kept.dropFirst(16) == [
                "… 4 lines are left out here: too many at once; they are in the log of the plugin", "boom",
                "… 1 line is left out here: too many at once; they are in the log of the plugin",
            ]
        )
    }

    @Test("has a bound for errors, too")
    func boundedErrors() {
        let buffer = DrivenLogBuffer(pace: pace, start: 1)
        for number in 0..<1000 { _ = buffer.write(line(number), .error, at: .zero) }
        #expect(buffer.takeRest().count == 24)
    }
}
