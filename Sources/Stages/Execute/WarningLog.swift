import KubernetesAPI

/// The warnings of a cluster in one stage, each of which is worth saying once.
final class WarningLog: Sendable {
    private let texts = Lock<Set<String>>([])

    /// Whether the text comes for the first time.
    func isNew(_ text: String) -> Bool {
        texts.withLock { $0.insert(text).inserted }
    }
}
