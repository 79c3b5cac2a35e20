/// A bearer token in a file that something else renews.
///
/// The file is read again after a minute at most; while it cannot be read the old token stays in use.
final class TokenFile: Sendable {
    private struct State {
        var token: String?
        var readAt: ContinuousClock.Instant?
    }

    private let path: String
    private let state: Lock<State>

    /// A file, and the token to use while it cannot be read.
    init(path: String, initial: String? = nil) {
        self.path = path
        state = Lock(State(token: initial))
    }

    /// The token as of now.
    func token(at now: ContinuousClock.Instant = .now) throws(FileContents.Failure) -> String {
        let known = state.withLock { state -> String? in
            guard let readAt = state.readAt, now - readAt < .seconds(50) else { return nil }
            return state.token
        }
        if let known { return known }
        do {
            let token = try Self.read(path)
            state.withLock { $0 = State(token: token, readAt: now) }
            return token
        } catch {
            guard let old = state.withLock({ $0.token }) else { throw error }
            return old
        }
    }

    /// Makes the next use read the file; the server did not like this token.
    func forget(_ token: String) {
        state.withLock { state in
            if state.token == token { state = State() }
        }
    }

    /// The token in a file, without the white space around it.
    static func read(_ path: String) throws(FileContents.Failure) -> String {
        let bytes: [UInt8]
        do {
            bytes = try FileContents.read(path)
        } catch {
            throw FileContents.Failure(cause: "cannot be read: \(error.cause)")
        }
        guard let token = token(in: String(decoding: bytes, as: UTF8.self)) else {
            throw FileContents.Failure(cause: "holds no token")
        }
        return token
    }

    /// A text as a token, `nil` when it is empty or could not stand in a header.
    static func token(in text: String) -> String? {
        let token = text.trimmingWhitespace()
        guard !token.isEmpty, token.utf8.allSatisfy({ $0 > 0x20 && $0 < 0x7F }) else { return nil }
        return token
    }
}
