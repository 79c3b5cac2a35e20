import Glibc
import Manifests
import Stages

/// What is piped into the command.
enum StandardInput {
    /// All of it.
    ///
    /// - Throws: `ApplicationError` when it cannot be read or is longer than the limit.
    static func read(limit: Int = ReadLimits.standard.bytes) throws -> [UInt8] {
        var content: [UInt8] = []
        var buffer = [UInt8](repeating: 0, count: 64 << 10)
        while true {
            let count = Glibc.read(STDIN_FILENO, &buffer, buffer.count)
            if count == 0 { return content }
            if count < 0 {
                guard errno != EINTR else { continue }
                throw ApplicationError(problems: ["standard input: \(String(cString: strerror(errno)).lowercased())"])
            }
            content += buffer[..<count]
            guard content.count <= limit else {
                throw ApplicationError(problems: ["standard input: has more than \(limit) bytes; split it"])
            }
        }
    }
}
