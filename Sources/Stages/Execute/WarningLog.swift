import KubernetesAPI
import Manifests

/// The warnings of a cluster in one stage, each of which is worth saying once.
final class WarningLog: Sendable {
    private let said = Lock<Set<String>>([])

    /// Reports the warnings that came with the answer about an object, apart from those that others have brought.
    ///
    /// About a Secret only those are shown that name fields: the words of a webhook may hold its values.
    func say(_ warnings: [String], of key: ResourceKey, to report: (StageEvent.Kind) -> Void) {
        for warning in warnings where said.withLock({ $0.insert(warning).inserted }) {
            let isShown = key.groupKind != GroupKind(kind: "Secret") || Self.namesField(warning)
            let text = isShown ? warning : "a warning of the server (details are hidden: a Secret)"
            report(.note("\(key.shortDescription): \(text)"))
        }
    }

    /// Whether a warning is one of the server's own about the fields of an object, which repeat no values.
    private static func namesField(_ warning: String) -> Bool {
        ["unknown field \"", "duplicate field \""].contains(where: warning.hasPrefix)
    }
}
