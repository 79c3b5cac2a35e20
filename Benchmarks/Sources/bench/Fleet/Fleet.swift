import Glibc

/// Many embedded clusters at once: one `flotilla run` to all of them.
struct Fleet {
    static let clusterCount = 200
    static let manifestCount = 20
    /// What the page says of its runs, in order.
    static let conditions = ["new", "unchanged", "new, one cluster hangs"]

    let program: String
    let workspace: Workspace

    /// Runs all conditions, each `count` times.
    func run(count: Int) throws -> [String: [FleetUsage]] {
        var usages: [String: [FleetUsage]] = [:]
        for round in 1...max(1, count) {
            for hangs in [false, true] {
                for (condition, usage) in try run(hangs: hangs) {
                    note("fleet, round \(round): \(condition): \(usage.othersDone.milliseconds, places: 0) ms")
                    usages[condition, default: []].append(usage)
                }
            }
        }
        return usages
    }

    /// One fleet, new: the first run, and the second unless one cluster hangs.
    private func run(hangs: Bool) throws -> [(String, FleetUsage)] {
        let folder = try workspace.folder("fleet")
        let one = try embeddedClusters(1, name: "last", in: folder)
        defer { one.end() }
        let others = try embeddedClusters(Self.clusterCount - 1, name: "cluster", in: folder)
        defer { others.end() }
        let application = try writeApplication(in: folder)
        if hangs { one.send(SIGSTOP) }
        let first = try measure(application, in: folder, hangs: hangs)
        guard !hangs else { return [(Self.conditions[2], first)] }
        return [(Self.conditions[0], first), (Self.conditions[1], try measure(application, in: folder, hangs: false))]
    }

    /// Starts a process with embedded clusters, their kubeconfigs in `folder`, and waits until it has all of them.
    private func embeddedClusters(_ count: Int, name: String, in folder: String) throws -> ChildProcess {
        let arguments = ["fake-cluster", "--count", "\(count)", "--name", name, "--dir", folder]
        let child = try ChildProcess.start(Command(program, arguments), name: name, folder: folder)
        let files = ChildProcess.output(name, in: folder)
        while try !TextFile.read(files.errors).contains("running") {
            if let (ending, _) = child.look() {
                throw BenchError.failed(
                    child.command.summary,
                    ending: ending ?? "exit code 0",
                    words: try TextFile.read(files.errors)
                )
            }
            try Pause.short()
        }
        return child
    }

    private func writeApplication(in folder: String) throws -> String {
        let application = "\(folder)/application"
        try TextFile.makeDirectory(application)
        let workload = Workload(namespace: "default", revision: .first)
        for (index, object) in workload.objects.prefix(Self.manifestCount).enumerated() {
            try TextFile.write(object.tree.yaml, to: "\(application)/\(decimal: index, width: 2).yaml")
        }
        let file: Tree = [
            "apiVersion": "pipecd.dev/v1beta1",
            "kind": "Application",
            "spec": [
                "name": "flotilla-bench",
                "pipeline": ["stages": [["name": "K8S_PRIMARY_ROLLOUT"]]],
                "plugins": ["kubernetes_multicluster": [:]],
            ],
        ]
        try TextFile.write(file.yaml, to: "\(application)/app.pipecd.yaml")
        return application
    }

    /// Runs `flotilla run` to all clusters, and looks at it every few milliseconds.
    private func measure(_ application: String, in folder: String, hangs: Bool) throws -> FleetUsage {
        let names = ["last-1"] + (1..<Self.clusterCount).map { "cluster-\($0)" }
        let targets = names.flatMap { ["--kubeconfig", "\(folder)/\($0).kubeconfig"] }
        let arguments = ["run", application, "--commit", "rev-1", "-o", "json"] + targets
        let child = try ChildProcess.start(Command(program, arguments), name: "run", folder: folder)
        let files = ChildProcess.output("run", in: folder)
        let begin = ContinuousClock.now
        var othersDone: Duration?
        var sockets = 0
        while true {
            sockets = max(sockets, child.openSockets)
            if othersDone == nil {
                let done = try TextFile.read(files.errors).split(separator: "\n").count { $0.contains(": succeeded: ") }
                if done >= Self.clusterCount - 1 { othersDone = begin.duration(to: .now) }
            }
            if let (ending, used) = child.look() {
                // With a cluster that hangs the run is partial.
                guard let othersDone, ending == (hangs ? "exit code 3" : nil) else {
                    let words = String(try TextFile.read(files.errors).suffix(600))
                    throw BenchError.failed(child.command.summary, ending: ending ?? "exit code 0", words: words)
                }
                let usage = Usage(wall: begin.duration(to: .now), cpu: used.cpu, peakMemory: used.peakMemory)
                return FleetUsage(whole: usage, othersDone: othersDone, sockets: sockets)
            }
            try Pause.short()
        }
    }
}

/// What one run to many clusters cost.
struct FleetUsage {
    /// The whole process.
    var whole: Usage
    /// When all clusters but at most one were done.
    var othersDone: Duration
    /// The most sockets that were open at once, as seen every few milliseconds.
    var sockets: Int
}

/// A wait between two looks.
enum Pause {
    /// Waits 10 ms.
    ///
    /// - Throws: `BenchError.interrupted` after Ctrl-C.
    static func short() throws {
        var pause = timespec(tv_sec: 0, tv_nsec: 10_000_000)
        guard nanosleep(&pause, nil) == 0 else { throw BenchError.interrupted }
    }
}
