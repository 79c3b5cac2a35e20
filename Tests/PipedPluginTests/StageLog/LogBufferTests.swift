import Testing

@testable import PipedPlugin

@Suite("A log buffer")
struct LogBufferTests {
    @Test("makes a checkpoint of the first lines, a second after the first of them")
    func firstLines() {
        let buffer = DrivenLogBuffer(pace: .standard, start: 100)
        #expect(buffer.next(at: .zero) == .wait(nil))
        #expect(buffer.write("a", at: .seconds(1)) == .news)
        #expect(buffer.write("b", at: .milliseconds(1500)) == .kept)
        #expect(buffer.next(at: .milliseconds(1600)) == .wait(.milliseconds(400)))
        #expect(buffer.send(at: .seconds(2)) == "checkpoint a b")
    }

    @Test("sends later lines to the cache, and all of them again with the next checkpoint")
    func laterLines() {
        let buffer = DrivenLogBuffer(afterFirst: "a")
        _ = buffer.write("b", at: .seconds(2))
        #expect(buffer.send(at: .seconds(3)) == "cache b")
        _ = buffer.write("c", at: .seconds(4))
        #expect(buffer.send(at: .seconds(5)) == "cache c")
        // Nothing more comes, and still they do not stay in the cache only.
        #expect(buffer.next(at: .seconds(5)) == .wait(.seconds(26)))
        #expect(buffer.send(at: .seconds(31)) == "checkpoint b c")
        #expect(buffer.next(at: .seconds(31)) == .wait(nil))
    }

    @Test("ends with one checkpoint at once that closes the log, lines or not", arguments: [true, false])
    func ending(hasLines: Bool) {
        let buffer = DrivenLogBuffer(afterFirst: "a")
        if hasLines { _ = buffer.write("b", at: .seconds(2)) }
        buffer.end(closes: true, at: .seconds(2))
        #expect(buffer.send(at: .seconds(2)) == (hasLines ? "last b" : "last"))
        #expect(buffer.next(at: .seconds(2)) == .over)
    }

    @Test("is left open when asked to, and says nothing when there is nothing to say")
    func leftOpen() {
        let buffer = DrivenLogBuffer(afterFirst: "a")
        _ = buffer.write("b", at: .seconds(2))
        buffer.end(closes: false, at: .seconds(2))
        #expect(buffer.send(at: .seconds(2)) == "checkpoint b")
        #expect(buffer.next(at: .seconds(2)) == .over)
        let silent = DrivenLogBuffer(afterFirst: "a")
        silent.end(closes: false, at: .seconds(2))
        #expect(silent.next(at: .seconds(2)) == .over)
    }

    @Test("sends what was lost again, later and later, and the rest with it")
    func lost() {
        let buffer = DrivenLogBuffer(afterFirst: "a")
        _ = buffer.write("b", at: .seconds(2))
        #expect(buffer.send(at: .seconds(3), .lost("")) == "cache b")
        _ = buffer.write("c", at: .seconds(3))
        #expect(buffer.next(at: .seconds(3)) == .wait(.seconds(1)))
        #expect(buffer.send(at: .seconds(4), .lost("")) == "cache b c")
        #expect(buffer.send(at: .seconds(5), .lost("")) == "cache b c")
        #expect(buffer.send(at: .seconds(6), .lost("")) == "cache b c")
        #expect(buffer.next(at: .seconds(6)) == .wait(.seconds(2)))
        #expect(buffer.send(at: .seconds(8)) == "cache b c")
    }

    @Test("waits for piped for a minute at the end, and then gives up with the rest in hand")
    func givesUp() {
        let buffer = DrivenLogBuffer(afterFirst: "a")
        _ = buffer.write("b", at: .seconds(2))
        buffer.end(closes: true, at: .seconds(2))
        #expect(buffer.limit(at: .seconds(2)) == .seconds(20))
        #expect(buffer.send(at: .seconds(22), .lost("")) == "last b")
        #expect(buffer.next(at: .seconds(22)) == .wait(.milliseconds(250)))
        #expect(buffer.limit(at: .seconds(50)) == .seconds(12))
        #expect(buffer.next(at: .seconds(62)) == .over)
        #expect(buffer.takeRest() == ["b"])
    }

    @Test("waits for three seconds only in a hurry, which may come before the end or at it", arguments: [true, false])
    func hurries(isBefore: Bool) {
        let buffer = DrivenLogBuffer(afterFirst: "a")
        _ = buffer.write("b", at: .seconds(2))
        if isBefore {
            buffer.hurry(at: .seconds(2))
            #expect(buffer.limit(at: .seconds(2)) == .seconds(3))
        }
        buffer.end(closes: true, at: .seconds(10))
        if !isBefore { buffer.hurry(at: .seconds(10)) }
        #expect(buffer.limit(at: .seconds(11)) == .seconds(2))
        #expect(buffer.send(at: .seconds(12), .lost("")) == "last b")
        #expect(buffer.next(at: .seconds(13)) == .over)
    }

    @Test("waits as long as it takes when there is time, until a hurry, which leaves time for one more try")
    func takesTime() {
        let buffer = DrivenLogBuffer(afterFirst: "a")
        buffer.end(closes: true, at: .seconds(2))
        buffer.takeTime()
        for hour in 1...5 {
            #expect(buffer.send(at: .seconds(3600 * hour), .unable("")) == "last")
        }
        #expect(buffer.next(at: .seconds(18_000)) == .wait(.seconds(4)))
        #expect(buffer.limit(at: .seconds(18_000)) == .seconds(20))
        buffer.hurry(at: .seconds(18_001))
        buffer.takeTime()
        #expect(buffer.limit(at: .seconds(18_001)) == .seconds(3))
        #expect(buffer.send(at: .seconds(18_001), .unable("")) == "last")
        #expect(buffer.next(at: .seconds(18_004)) == .over)
    }

    @Test("takes piped for there as long as it answers, and not when the call that closes the log got no answer")
    func lostPiped() {
        let buffer = DrivenLogBuffer(afterFirst: "a")
        _ = buffer.write("b", at: .seconds(2))
        _ = buffer.send(at: .seconds(3), .lost(""))
        buffer.end(closes: true, at: .seconds(4))
        _ = buffer.send(at: .seconds(4), .unable(""))
        #expect(!buffer.mayHaveLostPiped)
        _ = buffer.send(at: .seconds(5), .lost(""))
        #expect(buffer.mayHaveLostPiped)
    }

    @Test("can be left open late, and believes that its own lost call closed it before")
    func leftOpenLate() throws {
        let buffer = DrivenLogBuffer(afterFirst: "a")
        _ = buffer.write("b", at: .seconds(2))
        buffer.end(closes: true, at: .seconds(2))
        #expect(buffer.send(at: .seconds(2), .lost("")) == "last b")
        buffer.leaveOpen()
        #expect(buffer.send(at: .seconds(3), .lost("")) == "checkpoint b")
        let call = try #require(buffer.call(at: .seconds(4)))
        #expect(buffer.note(.closed, of: call, at: .seconds(4)) == [])
        #expect(buffer.next(at: .seconds(4)) == .over)
    }

    @Test("sends nothing any more when the log was closed by somebody else, and hands out what piped does not have")
    func closed() throws {
        let buffer = DrivenLogBuffer(afterFirst: "a")
        _ = buffer.write("b", at: .seconds(2))
        let call = try #require(buffer.call(at: .seconds(3)))
        _ = buffer.write("c", at: .seconds(3))
        #expect(buffer.note(.closed, of: call, at: .seconds(3)) == ["b", "c"])
        #expect(buffer.write("d", .error, at: .seconds(3)) == .leftOut)
        #expect(buffer.next(at: .seconds(9)) == .wait(nil))
        buffer.end(closes: true, at: .seconds(9))
        #expect(buffer.next(at: .seconds(9)) == .over)
    }

    @Test("takes a log for closed by itself when the answer to that was lost")
    func closedByItself() throws {
        let buffer = DrivenLogBuffer(afterFirst: "a")
        _ = buffer.write("b", at: .seconds(2))
        buffer.end(closes: true, at: .seconds(2))
        #expect(buffer.send(at: .seconds(2), .lost("")) == "last b")
        let call = try #require(buffer.call(at: .seconds(3)))
        #expect(buffer.note(.closed, of: call, at: .seconds(3)) == [])
        #expect(buffer.next(at: .seconds(3)) == .over)
    }

    @Test("drops what is refused and goes on with the rest", arguments: [true, false])
    func refused(isCheckpoint: Bool) throws {
        let buffer = DrivenLogBuffer(afterFirst: "a")
        _ = buffer.write("b", at: .seconds(2))
        let time: Duration = isCheckpoint ? .seconds(40) : .seconds(3)
        let call = try #require(buffer.call(at: time))
        _ = buffer.write("c", at: time)
        #expect(buffer.note(.refused(""), of: call, at: time) == ["b"])
        buffer.end(closes: true, at: time)
        #expect(buffer.send(at: time) == "last c")
    }

    @Test("ends when even a call without lines is refused")
    func refusedAtTheEnd() {
        let buffer = DrivenLogBuffer(afterFirst: "a")
        _ = buffer.write("b", at: .seconds(2))
        buffer.end(closes: true, at: .seconds(2))
        #expect(buffer.send(at: .seconds(2), .refused("")) == "last b")
        #expect(buffer.send(at: .seconds(2), .refused("")) == "last")
        #expect(buffer.next(at: .seconds(2)) == .over)
    }

    @Test("counts indexes up from the time in microseconds, which later runs exceed")
    func indexes() throws {
        let buffer = DrivenLogBuffer(pace: .standard, start: 1_800_000_000_000_000)
        for text in ["a", "b", "c"] { _ = buffer.write(text, at: .zero) }
        let call = try #require(buffer.call(at: .seconds(1)))
        #expect(call.blocks.map(\.index) == [1_800_000_000_000_000, 1_800_000_000_000_001, 1_800_000_000_000_002])
        #expect(call.blocks.allSatisfy { $0.createdAt == 7 })
    }

    @Test(
        "keeps texts that piped takes",
        arguments: [
            ("a\n", "a"), ("a\nb\n\n", "a\nb"), ("", nil), ("\n", nil), ("\r\n", nil), (" ", " "),
            ("1234567890ab", "1234567890ab"), ("1234567890abc", "1234567890ab… (1 more bytes are not shown)"),
            ("1234567890aäöü", "1234567890a… (6 more bytes are not shown)"),
        ] as [(String, String?)]
    )
    func texts(text: String, kept: String?) {
        var pace = LogPace()
        pace.textBytes = 12
        let buffer = DrivenLogBuffer(pace: pace, start: 1)
        _ = buffer.write(text, at: .zero)
        #expect(buffer.call(at: .seconds(1))?.blocks.map(\.text) == kept.map { [$0] })
    }
}
