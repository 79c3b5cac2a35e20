import Glibc

/// Runs commands in lanes: those of one lane one after another, the lanes at once.
///
/// One thread starts and awaits everything, so the number of lanes is not bound to a thread pool.
struct Lanes {
    /// The directory for what the programs print.
    let folder: String

    /// Runs all commands and measures them.
    ///
    /// - Throws: `BenchError.failed` for the first command that does not end with 0; by then no child is left.
    @discardableResult
    func run(_ lanes: [[Command]]) throws -> Usage {
        var waiting = lanes.map { $0[...] }
        var running: [pid_t: (lane: Int, child: ChildProcess)] = [:]
        var peaks = [Int](repeating: 0, count: lanes.count)
        var cpu = Duration.zero
        var failure: (any Error)?

        func startNext(of lane: Int) {
            guard failure == nil, let command = waiting[lane].popFirst() else { return }
            do {
                let child = try ChildProcess.start(command, name: "lane-\(lane)", folder: folder)
                running[child.id] = (lane, child)
            } catch { failure = error }
        }

        let begin = ContinuousClock.now
        for lane in lanes.indices { startNext(of: lane) }
        while !running.isEmpty, let ended = ChildProcess.awaitNext() {
            guard let (lane, child) = running.removeValue(forKey: ended.id) else { continue }
            peaks[lane] = max(peaks[lane], ended.used.peakMemory)
            cpu += ended.used.cpu
            if let ending = ended.ending, failure == nil { failure = self.failure(of: child, ending, lane) }
            startNext(of: lane)
        }
        let wall = begin.duration(to: .now)
        if let failure { throw failure }
        return Usage(wall: wall, cpu: cpu, peakMemory: peaks.reduce(0, +))
    }

    /// Runs one command.
    ///
    /// - Returns: What it printed to stdout.
    func output(of command: Command) throws -> String {
        try run([[command]])
        return try TextFile.read(ChildProcess.output("lane-0", in: folder).out)
    }

    private func failure(of child: ChildProcess, _ ending: String, _ lane: Int) -> BenchError {
        let files = ChildProcess.output("lane-\(lane)", in: folder)
        let words =
            [files.errors, files.out].lazy
            .compactMap { try? TextFile.read($0) }
            .first { !$0.isEmpty } ?? ""
        return .failed(child.command.summary, ending: ending, words: String(words.suffix(600)))
    }
}
