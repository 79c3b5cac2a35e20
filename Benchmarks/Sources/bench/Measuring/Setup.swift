/// Everything that is found and written before the first round.
struct Setup {
    private let program: String
    private let kubectl: Kubectl
    private let clusters: [Cluster]
    private let lanes: Lanes
    private let workspace: Workspace
    private let memoryFloor: Int

    init(program: String, kubectl: String, kubeconfigs: [String], workspace: Workspace) throws {
        let lanes = Lanes(folder: try workspace.folder("output"))
        let kubectl = try Kubectl.find(kubectl, cache: try workspace.folder("kubectl-cache"), lanes: lanes)
        self.program = program
        self.kubectl = kubectl
        self.lanes = lanes
        self.workspace = workspace
        clusters = try kubeconfigs.enumerated().map { index, file in
            try Cluster.load(file, kubectl: kubectl, folder: "\(workspace.path)/cluster-\(index + 1)")
        }
        memoryFloor = try lanes.run([[Command(try Executable.find("true"), [])]]).peakMemory
    }

    /// The rounds to run, their files written and kubectl's cache warm.
    func rounds(count: Int, slowCount: Int) throws -> Rounds {
        let peers: [any Peer] = [
            FlotillaPeer(program: program),
            BareRequests(program: try Executable.find("curl")),
            KubectlServerSide(kubectl: kubectl),
            KubectlEach(kubectl: kubectl),
        ]
        let trials = Reach.allCases.flatMap { reach in
            peers.map { Trial(peer: $0, reach: reach, clusters: clusters, workspace: workspace.path) }
        }
        for trial in trials { try trial.peer.prepare(trial) }
        try warmKubectl()
        let namespaces = Namespaces(kubectl: kubectl, clusters: clusters, folder: workspace.path)
        return Rounds(trials, namespaces: namespaces, lanes: lanes, count: count, slowCount: slowCount)
    }

    /// Fills kubectl's cache: both ways of applying look up types and the schema of the server.
    private func warmKubectl() throws {
        let folder = try workspace.folder("warm-up")
        let workload = Workload(namespace: "default", revision: .first)
        try workload.writeManifests(into: folder)
        for options in [["--dry-run=server"], ["--dry-run=server", "--server-side"]] {
            try lanes.run(clusters.map { [kubectl.command($0, ["apply", "-f", folder] + options)] })
        }
    }

    /// The many clusters to run.
    var fleet: Fleet { Fleet(program: program, workspace: workspace) }

    /// The 20 MB to read; kubectl asks the first cluster for its types.
    func load() throws -> Load {
        guard let cluster = clusters.first else { throw BenchError.setting("no kubeconfig is given") }
        return Load(program: program, kubectl: kubectl, cluster: cluster, lanes: lanes, workspace: workspace)
    }

    /// The 5,000 objects to look at, in the first cluster.
    func look() throws -> Look {
        guard let cluster = clusters.first else { throw BenchError.setting("no kubeconfig is given") }
        return Look(program: program, kubectl: kubectl, cluster: cluster, lanes: lanes, workspace: workspace)
    }

    /// The page for what `rounds` and the many clusters measured.
    func report(_ rounds: Rounds, fleet: [String: [FleetUsage]], load: LoadReport, look: LookReport)
        throws -> Report
    {
        let text = try lanes.output(of: Command(program, ["--version"]))
        let flotilla = text.split(separator: "\n").first.map(String.init) ?? "unknown"
        let build = program.contains("/debug/") ? " (a debug build)" : ""
        var versions: [(name: String, version: String)] = [("flotilla", flotilla + build)]
        if let cluster = clusters.first {
            let found = try kubectl.versions(cluster)
            versions += [("kubectl", found.client), ("kube-apiserver", found.server)]
        }
        return Report(
            samples: rounds.samples,
            fleet: FleetReport(usages: fleet),
            load: load,
            look: look,
            machine: .current(),
            versions: versions,
            rounds: rounds.count,
            busyStarts: rounds.quiet.missed,
            memoryFloor: memoryFloor
        )
    }
}
