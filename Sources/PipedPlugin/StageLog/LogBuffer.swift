/// The lines of a log that piped does not keep yet, and what to send of them next.
///
/// It does no I/O: times come in as durations since the log was begun, calls go out, and their answers come in.
/// `StageLog` does the rest.
struct LogBuffer: Sendable {
    /// What to do next.
    enum Next: Equatable {
        /// Send this, then tell the answer; nothing else is sent meanwhile.
        case send(LogCall)
        /// Nothing for so long, `nil` until something is written or the log ends.
        case wait(Duration?)
        /// Nothing any more.
        case over
    }

    private enum Phase {
        /// Lines come; goes to `ending`, or to `deaf` when piped takes none any more.
        case open
        /// No more lines come; what is left is sent until a point in time, if there is one. Goes to `over`.
        case ending(until: Duration?, closes: Bool)
        /// Lines come, and none is sent. Goes to `over`.
        case deaf
        /// Nothing is sent any more.
        case over
    }

    private let pace: LogPace
    private var phase = Phase.open
    /// What piped does not keep yet, in order; the first `cached` of them are in its cache.
    private var blocks: [LogBlock] = []
    private var cached = 0
    private var bytes = 0
    private var nextIndex: Int64
    /// How many lines were left out since the last one that was not.
    private var leftOut = 0
    /// When the oldest line that was not sent yet was written.
    private var unsentSince: Duration?
    private var lastCheckpoint: Duration?
    /// The last line that belongs to the checkpoint being made, which may take several calls.
    private var checkpointEnd: Int64?
    private var failures = 0
    private var notBefore = Duration.zero
    private var isHurried = false
    /// Whether a call that closes the log was in vain: it may have been closed by that.
    private var hasTriedToClose = false
    /// Whether such a call got no answer at all.
    private(set) var mayHaveLostPiped = false

    /// An empty log.
    ///
    /// - Parameters:
    ///   - pace: How fast to send.
    ///   - start: The time in microseconds since 1970. Indexes count up from it, so that a stage which runs again in another
    ///     process gets higher ones, unless it wrote a million lines a second; a browser's numbers hold them exactly.
    init(pace: LogPace, start: Int64) {
        self.pace = pace
        nextIndex = max(1, start)
    }

    // MARK: Lines

    /// Adds a line.
    ///
    /// - Parameters:
    ///   - text: The text; an empty one is none, which piped would refuse with all others of a call.
    ///   - severity: Its severity.
    ///   - now: The time since the log was begun.
    ///   - date: The time in seconds since 1970.
    /// - Returns: What became of it.
    mutating func append(_ text: String, _ severity: LogSeverity, at now: Duration, date: Int64) -> LogLineFate {
        guard case .open = phase else { return .leftOut }
        let text = text.cut(to: pace.textBytes)
        guard !text.isEmpty else { return .kept }
        let limit = severity == .info ? pace.keptBytes : pace.keptBytes + pace.keptBytes / 2
        guard bytes < limit else {
            leftOut += 1
            return .leftOut
        }
        noteLeftOut(at: date)
        let (wasUnsent, before) = (unsentSince != nil, bytes)
        add(text, severity, date)
        unsentSince = unsentSince ?? now
        let isNews = !wasUnsent || (before < pace.checkpointBytes && bytes >= pace.checkpointBytes)
        return isNews ? .news : .kept
    }

    private mutating func noteLeftOut(at date: Int64) {
        guard leftOut > 0 else { return }
        let lines = leftOut == 1 ? "1 line is" : "\(leftOut) lines are"
        leftOut = 0
        add("… \(lines) left out here: too many at once; they are in the log of the plugin", .info, date)
    }

    private mutating func add(_ text: String, _ severity: LogSeverity, _ date: Int64) {
        let block = LogBlock(index: nextIndex, text: text, severity: severity, createdAt: max(1, date))
        nextIndex += 1
        bytes += block.size
        blocks.append(block)
    }

    /// Takes no more lines and sends what is left.
    ///
    /// - Parameters:
    ///   - closes: Whether piped is told that the log is complete.
    ///   - now: The time since the log was begun.
    ///   - date: The time in seconds since 1970.
    mutating func end(closes: Bool, at now: Duration, date: Int64) {
        noteLeftOut(at: date)
        guard case .open = phase else {
            phase = .over
            return
        }
        phase = .ending(until: now + (isHurried ? pace.hurriedEnding : pace.ending), closes: closes)
        notBefore = .zero
        failures = 0
    }

    /// Leaves little time for what is left, from now on or from the end.
    mutating func hurry(at now: Duration) {
        isHurried = true
        guard case .ending(let end, let closes) = phase else { return }
        let soon = now + pace.hurriedEnding
        phase = .ending(until: min(end ?? soon, soon), closes: closes)
        // There may be no time for another try after a long wait.
        notBefore = min(notBefore, now)
    }

    /// Leaves as much time as it takes to what is left, unless there is little.
    mutating func takeTime() {
        guard case .ending(_, let closes) = phase, !isHurried else { return }
        phase = .ending(until: nil, closes: closes)
    }

    /// Does not close the log at the end.
    mutating func leaveOpen() {
        guard case .ending(let end, _) = phase else { return }
        phase = .ending(until: end, closes: false)
    }

    /// Sends nothing any more, whatever comes.
    mutating func giveUp() {
        if case .ending = phase { phase = .over }
        if case .open = phase { phase = .deaf }
    }

    /// What was never kept by piped, and forgets it.
    mutating func takeRest() -> [LogBlock] {
        defer { (blocks, cached, bytes, unsentSince) = ([], 0, 0, nil) }
        return blocks
    }

    // MARK: Sending

    /// What to do next.
    mutating func next(at now: Duration) -> Next {
        switch phase {
        case .over: return .over
        case .deaf: return .wait(nil)
        case .ending(let end, let closes):
            guard end.map({ now < $0 }) ?? true, closes || !blocks.isEmpty else {
                phase = .over
                return .over
            }
            guard now < notBefore else { return .send(checkpoint(closes: closes)) }
            return .wait(min(notBefore, end ?? notBefore) - now)
        case .open:
            guard let due else { return .wait(nil) }
            guard now >= due else { return .wait(due - now) }
            return .send(isCheckpointDue(at: now) ? checkpoint(closes: false) : unsent())
        }
    }

    /// How long the next call may take.
    func limit(at now: Duration) -> Duration {
        let limit = isHurried ? min(pace.call, pace.hurriedEnding) : pace.call
        guard case .ending(let end?, _) = phase else { return limit }
        return max(.milliseconds(1), min(limit, end - now))
    }

    /// When there is something to send.
    private var due: Duration? {
        guard !blocks.isEmpty else { return nil }
        let isMuch = bytes >= pace.checkpointBytes || checkpointEnd != nil
        let times = [unsentSince.map { $0 + pace.gathering }, lastCheckpoint.map { $0 + pace.checkpoint }]
        return max(notBefore, isMuch ? .zero : times.compactMap { $0 }.min() ?? .zero)
    }

    private func isCheckpointDue(at now: Duration) -> Bool {
        guard let lastCheckpoint, checkpointEnd == nil else { return true }
        return bytes >= pace.checkpointBytes || now >= lastCheckpoint + pace.checkpoint
    }

    private mutating func checkpoint(closes: Bool) -> LogCall {
        let batch = batch(blocks[...])
        checkpointEnd = checkpointEnd ?? blocks.last?.index
        return LogCall(kind: .checkpoint(completed: closes && batch.count == blocks.count), blocks: batch)
    }

    private func unsent() -> LogCall {
        LogCall(kind: .cache, blocks: batch(blocks[cached...]))
    }

    /// As many lines as one call holds, one at least.
    private func batch(_ blocks: ArraySlice<LogBlock>) -> [LogBlock] {
        var size = 0
        let count = blocks.prefix { block in
            defer { size += block.size }
            return size == 0 || size + block.size <= pace.callBytes
        }.count
        return Array(blocks.prefix(count))
    }

    // MARK: Answers

    /// Takes the answer of the call that was sent last.
    ///
    /// - Parameters:
    ///   - answer: The answer.
    ///   - call: The call.
    ///   - now: The time since the log was begun.
    /// - Returns: The lines that piped will never have.
    mutating func note(_ answer: LogAnswer, of call: LogCall, at now: Duration) -> [LogBlock] {
        switch answer {
        case .stored:
            failures = 0
            notBefore = .zero
            settle(call, at: now)
            return []
        case .refused:
            settle(call, at: now, isStored: false)
            return call.blocks
        case .closed:
            giveUp()
            let rest = takeRest()
            // Our own call may have closed it, with all there was and its answer lost.
            return hasTriedToClose ? [] : rest
        case .unable, .lost:
            hasTriedToClose = hasTriedToClose || call.isLast
            if case .lost = answer, call.isLast { mayHaveLostPiped = true }
            failures += 1
            let wait = Duration.milliseconds(250) * (1 << min(failures - 1, 4))
            notBefore = now + max(wait, isEnding ? .zero : pace.gathering)
            return []
        }
    }

    private var isEnding: Bool {
        if case .ending = phase { true } else { false }
    }

    /// Counts the lines of a call as done with.
    private mutating func settle(_ call: LogCall, at now: Duration, isStored: Bool = true) {
        switch call.kind {
        case .cache where isStored:
            cached += call.blocks.count
        case .cache:
            remove(cached..<cached + call.blocks.count)
        case .checkpoint:
            remove(0..<call.blocks.count)
            // Piped's cache now holds no more than what it keeps.
            cached = 0
            if blocks.first.map({ $0.index > checkpointEnd ?? 0 }) ?? true {
                checkpointEnd = nil
                lastCheckpoint = now
            }
            if call.isLast, isStored || call.blocks.isEmpty { phase = .over }
        }
        unsentSince = cached < blocks.count ? now : nil
    }

    private mutating func remove(_ range: Range<Int>) {
        bytes -= blocks[range].reduce(0) { $0 + $1.size }
        blocks.removeSubrange(range)
    }
}

extension String {
    /// The text without the line feeds at its end, cut at a number of bytes with a note of how many are missing.
    fileprivate func cut(to bytes: Int) -> String {
        var end = endIndex
        while end > startIndex, self[index(before: end)].isNewline { end = index(before: end) }
        let text = self[..<end]
        guard text.utf8.count > bytes else { return String(text) }
        var cut = text.utf8.index(text.utf8.startIndex, offsetBy: bytes)
        // Not between the bytes of a character.
        while cut > text.startIndex, text.utf8[cut] & 0xC0 == 0x80 { cut = text.utf8.index(before: cut) }
        let rest = text[cut...].utf8.count
        return "\(text[..<cut])… (\(rest) more bytes are not shown)"
    }
}
