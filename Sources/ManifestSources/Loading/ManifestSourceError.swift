import Manifests

/// Why the manifests of an application could not be loaded: every reason found, not only the first.
package struct ManifestSourceError: Error, Hashable {
    /// One line for each reason.
    package let problems: [String]
    /// Whether nothing is wrong, and the caller was cancelled before there was a result.
    package let isCancelled: Bool

    /// An error of one or more reasons, each of which becomes one line without control characters.
    package init(_ problems: [String]) {
        self.problems = problems.map { $0.inOneLine(limit: 8192) }
        isCancelled = false
    }

    /// An error of one reason.
    package init(_ problem: String) {
        self.init([problem])
    }

    private init(cancelled problem: String) {
        problems = [problem]
        isCancelled = true
    }

    /// Nobody waits for the manifests any more.
    package static let cancelled = ManifestSourceError(cancelled: "stopped on request")
}

extension ManifestSourceError: CustomStringConvertible {
    /// All reasons, one on each line.
    package var description: String { problems.joined(separator: "\n") }
}
