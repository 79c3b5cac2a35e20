/// One peer on a number of clusters, in a namespace and a directory of its own.
struct Trial {
    let peer: any Peer
    let reach: Reach
    let clusters: [Cluster]
    let folder: String

    init(peer: any Peer, reach: Reach, clusters: [Cluster], workspace: String) {
        self.peer = peer
        self.reach = reach
        self.clusters = Array(clusters.prefix(reach.rawValue))
        folder = "\(workspace)/\(peer.tool.rawValue)-\(reach.rawValue)"
    }

    var namespace: String { "flotilla-bench-\(peer.tool.rawValue)-\(reach.rawValue)" }

    func workload(_ revision: Revision) -> Workload { Workload(namespace: namespace, revision: revision) }

    /// The directory of a revision's manifests.
    func manifests(_ revision: Revision) -> String { "\(folder)/\(revision.rawValue)" }

    func writeManifests() throws {
        for revision in Revision.allCases { try workload(revision).writeManifests(into: manifests(revision)) }
    }
}
