/// Measures every tool in every round, the order of the tools shifted by one from round to round.
struct Rounds {
    let trials: [Trial]
    let namespaces: Namespaces
    let kubectl: Kubectl
    let lanes: Lanes
    /// Rounds that are counted.
    let count: Int
    /// How many of them, spread evenly, measure one kubectl for each manifest too.
    let slowCount: Int

    private(set) var samples = Samples()
    private(set) var quiet = Quiet()

    init(_ trials: [Trial], namespaces: Namespaces, lanes: Lanes, count: Int, slowCount: Int) {
        self.trials = trials
        self.namespaces = namespaces
        self.kubectl = namespaces.kubectl
        self.lanes = lanes
        self.count = count
        self.slowCount = slowCount
    }

    /// Runs all rounds, after one that only warms caches.
    ///
    /// The namespaces are gone afterwards, whether it succeeds or not.
    mutating func run() throws {
        try namespaces.deleteAll()
        do {
            for round in 0...count { try run(round) }
        } catch {
            do { try namespaces.deleteAll() } catch let left { note("\(left)") }
            throw error
        }
    }

    private mutating func run(_ round: Int) throws {
        let chosen = trials.filter { $0.peer.tool != .kubectlEach || isSlow(round) }
        try namespaces.create(for: chosen)
        for reach in Reach.allCases {
            for condition in Condition.allCases {
                let turn = chosen.filter { $0.reach == reach }
                let first = round % max(1, turn.count)
                for trial in turn[first...] + turn[..<first] { try measure(trial, condition, round) }
            }
        }
        try namespaces.deleteAll()
    }

    private mutating func measure(_ trial: Trial, _ condition: Condition, _ round: Int) throws {
        let commands = trial.peer.lanes(condition.revision, trial)
        if round > 0 { try quiet.wait() }
        let usage = try lanes.run(commands)
        try check(trial, condition)
        let what = "\(trial.peer.tool.rawValue), \(trial.reach.rawValue) cluster(s), \(condition.rawValue)"
        note("round \(round)/\(count): \(what): \(usage.wall.milliseconds, places: 0) ms")
        if round > 0 { samples.add(usage, trial.peer.tool, trial.reach, condition) }
    }

    /// Reads back the field that differs between the revisions, from all objects in all clusters.
    private func check(_ trial: Trial, _ condition: Condition) throws {
        let fields = "{.spec.template.spec.containers[0].image}{.spec.ports[0].targetPort}{.data.revision}"
        let query = [
            "get", "deployments,services,configmaps", "--namespace", trial.namespace, "--selector", Workload.label,
            "--output", "jsonpath={range .items[*]}\(fields){\"\\n\"}{end}",
        ]
        for cluster in trial.clusters {
            let lines = try lanes.output(of: kubectl.command(cluster, query)).split(separator: "\n")
            let right = lines.count { $0.hasSuffix(condition.revision.rawValue) }
            guard right == Workload.size, lines.count == right else {
                throw BenchError.wrongResult(
                    "\(trial.peer.tool.rawValue), \(condition.rawValue): \(cluster.server) holds \(right) of \(Workload.size)"
                        + " objects as applied"
                )
            }
        }
    }

    private func isSlow(_ round: Int) -> Bool {
        round > 0 && round * slowCount / count != (round - 1) * slowCount / count
    }
}
