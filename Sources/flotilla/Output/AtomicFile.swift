import Glibc
import Stages

/// Files that are there whole or not at all.
enum AtomicFile {
    /// Writes a file; one that is there is replaced when the new one is whole.
    ///
    /// - Throws: `ApplicationError` naming the path and the system's reason.
    static func write(_ text: String, to path: String) throws {
        var template = Array("\(path).XXXXXX".utf8CString)
        let descriptor = mkstemp(&template)
        guard descriptor >= 0 else { throw failure(path) }
        let temporary = String(decoding: template.dropLast().map(UInt8.init(bitPattern:)), as: UTF8.self)
        do {
            try fill(descriptor, text, path)
            guard rename(temporary, path) == 0 else { throw failure(path) }
        } catch {
            unlink(temporary)
            throw error
        }
    }

    private static func fill(_ descriptor: CInt, _ text: String, _ path: String) throws {
        var bytes = Array(text.utf8)[...]
        var problem: ApplicationError?
        while !bytes.isEmpty, problem == nil {
            let count = bytes.withUnsafeBytes { Glibc.write(descriptor, $0.baseAddress, $0.count) }
            if count < 0, errno != EINTR { problem = failure(path) }
            bytes = bytes.dropFirst(max(0, count))
        }
        // A file as any other program makes it, not one for its owner alone.
        let mask = umask(0)
        umask(mask)
        fchmod(descriptor, 0o666 & ~mask)
        if close(descriptor) != 0, problem == nil { problem = failure(path) }
        if let problem { throw problem }
    }

    private static func failure(_ path: String) -> ApplicationError {
        ApplicationError(problems: ["cannot write \(path): \(String(cString: strerror(errno)))"])
    }
}
