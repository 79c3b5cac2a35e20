/// A way to bring the workload to clusters.
protocol Peer {
    var tool: Tool { get }

    /// Writes the files that the runs of `trial` need; not measured.
    func prepare(_ trial: Trial) throws

    /// The commands that bring `revision` to the clusters of `trial`, in lanes that run at once.
    func lanes(_ revision: Revision, _ trial: Trial) -> [[Command]]
}

/// How many clusters a run goes to, all at once.
enum Reach: Int, CaseIterable {
    case one = 1
    case three = 3
}

/// What a run finds in the cluster.
enum Condition: String, CaseIterable {
    /// An empty namespace.
    case new
    /// The same objects.
    case unchanged
    /// The same objects, one field of each with another value.
    case changed

    /// What the run applies.
    var revision: Revision { self == .changed ? .second : .first }
}
