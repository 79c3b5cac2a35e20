import Glibc

/// How many files and connections the process may have open.
package enum OpenFiles {
    /// As many as ever needed; programs that close all that may be open, one by one, are started from here, too.
    private static let most: rlim_t = 1 << 16

    /// Allows as many as the system lets a process have: by default it is 1024, of which a tool needs five and a cluster many.
    package static func allowMany() {
        var limit = rlimit()
        guard getrlimit(__rlimit_resource_t(RLIMIT_NOFILE.rawValue), &limit) == 0 else { return }
        let wanted = min(limit.rlim_max, most)
        guard limit.rlim_cur < wanted else { return }
        limit.rlim_cur = wanted
        setrlimit(__rlimit_resource_t(RLIMIT_NOFILE.rawValue), &limit)
    }
}
