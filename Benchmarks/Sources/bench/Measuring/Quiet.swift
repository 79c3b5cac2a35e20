import Glibc

/// Waits before a measurement until the machine is idle, so that no tool pays for the work that another one left behind.
struct Quiet {
    /// How often the machine was still busy at the end of the wait.
    private(set) var missed = 0

    /// Looks at the processors until they are three quarters idle for 0.3 s, for 10 s at most.
    ///
    /// - Throws: `BenchError.interrupted` after Ctrl-C.
    mutating func wait() throws {
        var calm = 0
        var before = try Self.processorTime()
        for _ in 0..<100 {
            var pause = timespec(tv_sec: 0, tv_nsec: 100_000_000)
            guard nanosleep(&pause, nil) == 0 else { throw BenchError.interrupted }
            let now = try Self.processorTime()
            let total = max(1, now.total - before.total)
            calm = Double(now.idle - before.idle) / Double(total) >= 0.75 ? calm + 1 : 0
            before = now
            if calm == 3 { return }
        }
        missed += 1
    }

    /// Ticks of all processors since the machine started: the first line of /proc/stat.
    private static func processorTime() throws -> (idle: Int, total: Int) {
        let line = try TextFile.read("/proc/stat").split(separator: "\n").first ?? ""
        let ticks = line.split(separator: " ").dropFirst().prefix(8).map { Int($0) ?? 0 }
        return (ticks.dropFirst(3).prefix(2).reduce(0, +), ticks.reduce(0, +))
    }
}
