/// How an embedded cluster behaves.
package struct FakeClusterOptions: Sendable {
    /// The protocols that the server offers.
    package enum Protocols: Sendable {
        case http2AndHTTP1
        case http1Only
    }

    /// The version that the cluster reports, and as which it behaves.
    ///
    /// It decides about `fieldValidation` (from 1.25 on) and about `managedFields` of `/status` and `/scale` (from 1.22
    /// on); everything else is as in the newest version.
    package var version = "v1.32.0"
    /// Whether discovery answers with all types in one document, as servers from 1.26 on do.
    package var hasAggregatedDiscovery = true
    /// How long a pod takes to become ready, in milliseconds; 0 is at once.
    ///
    /// The annotation `fake.flotilla.dev/ready-after` of a pod template says otherwise for its pods.
    package var podReadyDelay = 0
    /// Whether VirtualService and DestinationRule are there from the start.
    package var hasIstioTypes = true
    package var protocols = Protocols.http2AndHTTP1
    /// Nodes on which DaemonSets run their pods.
    package var nodes = 1
    /// How many requests `FakeCluster.requests` remembers.
    package var requestLogLimit = 10_000
    /// The time between two bookmarks of a quiet watch, in milliseconds.
    package var bookmarkInterval = 10_000

    /// What goes wrong by chance, beside the faults that are injected; `nil` is nothing.
    package var randomFaults: RandomFaults?

    /// What the user of the credential `limited` may do; discovery is always allowed.
    package var limitedRules: [AccessRule] = []

    var features: ServerFeatures { ServerFeatures(version) }

    package init() {}
}
