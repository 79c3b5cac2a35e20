import Glibc

/// What the figures were measured on.
struct Machine {
    let cores: Int
    let memory: Int
    let processor: String
    let kernel: String
    /// The day, in UTC, as `2025-01-31`.
    let date: String

    /// This machine, today.
    static func current() -> Machine {
        var system = utsname()
        uname(&system)
        var now = time(nil)
        var calendar = tm()
        gmtime_r(&now, &calendar)
        return Machine(
            cores: sysconf(Int32(_SC_NPROCESSORS_ONLN)),
            memory: sysconf(Int32(_SC_PHYS_PAGES)) * sysconf(Int32(_SC_PAGESIZE)),
            processor: processorName() ?? text(of: system.machine),
            kernel: "\(text(of: system.sysname)) \(text(of: system.release))",
            date:
                "\(calendar.tm_year + 1900)-\(decimal: Int(calendar.tm_mon) + 1, width: 2)-\(decimal: Int(calendar.tm_mday), width: 2)"
        )
    }

    private static func processorName() -> String? {
        let lines = (try? TextFile.read("/proc/cpuinfo"))?.split(separator: "\n") ?? []
        return lines.first { $0.hasPrefix("model name") }?.split(separator: ":").last.map { String($0.dropFirst()) }
    }

    /// The text in one of the fixed-size fields of `utsname`.
    private static func text<Field>(of field: Field) -> String {
        withUnsafeBytes(of: field) { String(decoding: $0.prefix { $0 != 0 }, as: UTF8.self) }
    }
}
