/// Why a benchmark ended early.
enum BenchError: Error {
    /// A setting is missing or wrong.
    case setting(String)
    /// A file could not be read or written.
    case file(String, reason: String)
    /// A program could not be started.
    case start(String, reason: String)
    /// A program ended with something other than 0; `words` is the end of what it printed to stderr.
    case failed(String, ending: String, words: String)
    /// After a run the cluster does not hold what was applied.
    case wrongResult(String)
    /// Ctrl-C.
    case interrupted
}

extension BenchError: CustomStringConvertible {
    /// Where, what failed, and what to do about it.
    var description: String {
        switch self {
        case .setting(let text): text
        case .file(let path, let reason): "\(path): \(reason)"
        case .start(let program, let reason): "\(program): cannot be started: \(reason)"
        case .failed(let command, let ending, let words): "\(command): \(ending)\n\(words)"
        case .wrongResult(let text): text
        case .interrupted: "interrupted"
        }
    }
}
