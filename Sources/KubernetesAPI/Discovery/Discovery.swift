public import Manifests

/// What one cluster serves.
public struct Discovery: Sendable {
    /// Every resource that is no subresource; inside a group the preferred version first.
    public let mappings: [ResourceMapping]
    /// The group versions of which nothing could be learnt, and why.
    ///
    /// Of their kinds nobody may say that the cluster has none.
    public let failures: [GroupVersion: String]

    private let byKind: [GroupVersionKind: Int]
    private let byGroupKind: [GroupKind: Int]

    /// What a cluster serves, the preferred version of a group first.
    public init(mappings: [ResourceMapping], failures: [GroupVersion: String] = [:]) {
        self.mappings = mappings
        self.failures = failures
        let numbered = mappings.enumerated().map { ($0.element.groupVersionKind, $0.offset) }
        byKind = Dictionary(numbered) { first, _ in first }
        byGroupKind = Dictionary(numbered.map { ($0.0.groupKind, $0.1) }) { first, _ in first }
    }

    /// How a kind is reached in exactly this version, `nil` when it is not served.
    public func mapping(for kind: GroupVersionKind) -> ResourceMapping? {
        byKind[kind].map { mappings[$0] }
    }

    /// How a kind is reached in the version that the server prefers.
    public func mapping(for kind: GroupKind) -> ResourceMapping? {
        byGroupKind[kind].map { mappings[$0] }
    }
}
