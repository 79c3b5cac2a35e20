import KubernetesAPI
import Manifests

/// The warnings of a cluster in one stage, each of which is worth saying once.
final class WarningLog: Sendable {
    private let said = Lock<Set<String>>([])

    /// Reports the warnings that came with the answer about an object, apart from those that others have brought.
    func say(_ warnings: [String], of key: ResourceKey, to report: (StageEvent.Kind) -> Void) {
        for warning in warnings where said.withLock({ $0.insert(warning).inserted }) {
            report(.note("\(key.shortDescription): \(warning)"))
        }
    }
}
