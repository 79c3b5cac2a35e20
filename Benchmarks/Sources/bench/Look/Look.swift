/// Looking at 5,000 live objects of one application: whole processes, in alternating rounds.
struct Look {
    /// What looks.
    enum Looker: String, CaseIterable {
        case table = "`flotilla status --no-drift`"
        case json = "`flotilla status --no-drift -o json`"
        case kubectlTable = "`kubectl get deployments,replicasets,services,configmaps`"
        case kubectlJSON = "`kubectl get deployments,replicasets,services,configmaps -o json`"
        case drift = "`flotilla status`"
    }

    /// The application's own objects; controllers make as many more for its Services and Deployments.
    static let size = 5000
    private static let namespace = "flotilla-bench-look"

    let program: String
    let kubectl: Kubectl
    let cluster: Cluster
    let lanes: Lanes
    let workspace: Workspace

    /// Makes the objects, and runs all rounds after one that is only checked.
    ///
    /// With drift every object costs a request, so that it runs in the first round only.
    func run(count: Int) throws -> LookReport {
        let namespaces = Namespaces(kubectl: kubectl, clusters: [cluster], folder: workspace.path)
        try namespaces.deleteAll()
        defer { try? namespaces.deleteAll() }
        try namespaces.create([Self.namespace], in: cluster)
        let application = try writeApplication()
        let stage =
            ["stage", "K8S_PRIMARY_ROLLOUT", application, "--with", "readiness={wait: false}"] + target + Self.options
        note("look: making \(Self.size) objects")
        try lanes.run([[Command(program, stage)]])
        var report = LookReport()
        var quiet = Quiet()
        for round in 0...count {
            let lookers = Looker.allCases.filter { round < 2 || $0 != .drift }
            let first = round % lookers.count
            for looker in lookers[first...] + lookers[..<first] {
                guard round > 0 else {
                    try check(looker, application)
                    continue
                }
                try quiet.wait()
                let usage = try lanes.run([[command(looker, application, output: "/dev/null")]])
                note("look, round \(round)/\(count): \(looker.rawValue): \(usage.wall.milliseconds, places: 0) ms")
                report.usages[looker, default: []].append(usage)
            }
        }
        report.busyStarts = quiet.missed
        return report
    }

    private static let options = ["--commit", "rev-1"]

    private var target: [String] { ["--kubeconfig", cluster.kubeconfig] }

    private func writeApplication() throws -> String {
        let folder = try workspace.folder("look")
        var workload = Workload(namespace: Self.namespace, revision: .first)
        workload.count = Self.size
        try workload.writeManifests(into: folder)
        let file: Tree = [
            "apiVersion": "pipecd.dev/v1beta1",
            "kind": "Application",
            "spec": [
                "name": "flotilla-bench",
                "plugins": ["kubernetes_multicluster": [:]],
            ],
        ]
        try TextFile.write(file.yaml, to: "\(folder)/app.pipecd.yaml")
        return folder
    }

    private func command(_ looker: Looker, _ application: String, output: String?) -> Command {
        let status = ["status", application] + target + Self.options
        let get = ["get", "deployments,replicasets,services,configmaps", "--namespace", Self.namespace]
        var command =
            switch looker {
            case .table: Command(program, status + ["--no-drift"])
            case .json: Command(program, status + ["--no-drift", "-o", "json"])
            case .drift: Command(program, status)
            case .kubectlTable: kubectl.command(cluster, get)
            case .kubectlJSON: kubectl.command(cluster, get + ["-o", "json"])
            }
        command.output = output
        return command
    }

    /// Runs a looker once and sees whether it shows the objects; the form for people names a few of many.
    private func check(_ looker: Looker, _ application: String) throws {
        let output = try lanes.output(of: command(looker, application, output: nil))
        let isForPeople = looker == .table || looker == .drift
        let isDone = output.contains(isForPeople ? "Deployment/\(Self.namespace)/app-" : "app-1665")
        guard isDone else { throw BenchError.wrongResult("\(looker.rawValue): \(output.prefix(200))") }
    }
}
