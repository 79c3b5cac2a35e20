import Glibc

/// What some work cost.
struct Usage: Equatable {
    /// From the start of the first process to the exit of the last.
    var wall: Duration
    /// User and system time of all processes.
    var cpu: Duration
    /// Peak resident memory, in bytes: of processes after one another the largest, of processes at once the sum.
    var peakMemory: Int
}

extension rusage {
    /// User and system time.
    var cpu: Duration {
        .seconds(ru_utime.tv_sec + ru_stime.tv_sec) + .microseconds(ru_utime.tv_usec + ru_stime.tv_usec)
    }

    /// Peak resident memory in bytes; Linux counts it in KiB.
    var peakMemory: Int { ru_maxrss * 1024 }
}
