import GRPCCore

/// Why piped did not do what it was asked for, in one line.
package struct PipedError: Error, Sendable, Hashable {
    /// What to decide on.
    package enum Reason: Sendable, Hashable {
        /// There was no answer: piped is stopping, gone, not there yet, or too slow.
        case noAnswer
        /// Piped refused, or could not do it.
        case refused
        /// The caller went away.
        case cancelled
    }

    /// What happened.
    package let reason: Reason
    /// The call, as the protocol names it.
    package let call: String
    /// What piped or the connection said about it.
    package let text: String

    init(_ reason: Reason, _ call: String, _ text: String) {
        self.reason = reason
        self.call = call
        self.text = text.inOneLine
    }

    /// The error of a call.
    init(_ call: String, _ error: any Error) {
        switch error {
        case let error as RPCError where error.isNoAnswer:
            self.init(.noAnswer, call, error.message)
        case let error as RPCError where error.code != .cancelled || !Task.isCancelled:
            self.init(.refused, call, "\(error.code): \(error.message)")
        case is RPCError, is CancellationError:
            self.init(.cancelled, call, "cancelled")
        default:
            self.init(.noAnswer, call, "\(error)")
        }
    }
}

extension PipedError {
    /// Whether the call may have failed because that of another one, who asked for the same, was cancelled.
    var mayBeOfAnotherCaller: Bool {
        let text = text.lowercased()
        return reason == .refused && ["cancel", "deadline exceeded", "signal: killed"].contains { text.contains($0) }
    }
}

extension PipedError: CustomStringConvertible {
    /// Where, what failed, and what to do about it, in one line.
    package var description: String {
        let place = "piped: \(call)"
        return switch reason {
        case .noAnswer: "\(place): no answer (\(text)); see whether piped runs and listens for its plugins"
        case .refused: "\(place): \(text)"
        case .cancelled: "\(place): cancelled"
        }
    }
}

extension RPCError {
    /// Whether nobody answered, rather than that the answer was an error.
    var isNoAnswer: Bool { !isAnswer && (code == .unavailable || code == .deadlineExceeded) }

    /// Whether piped itself said so; any answer has headers, and an error of the connection has none.
    ///
    /// That the time is over may be said by either side, and says nothing about piped.
    var isAnswer: Bool { !metadata.isEmpty && code != .deadlineExceeded }
}

extension String {
    /// The lines that are not empty behind each other, at most 2,000 characters of them, the last ones.
    ///
    /// What a script prints comes with its error, and the reason stands at the end.
    fileprivate var inOneLine: String {
        let line = split(whereSeparator: \.isNewline)
            .map { $0.split(whereSeparator: \.isWhitespace).joined(separator: " ") }
            .filter { !$0.isEmpty }
            .joined(separator: "; ")
        return line.count > 2000 ? "… \(line.suffix(2000))" : line
    }
}
