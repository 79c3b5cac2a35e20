/// Reading 20 MB of manifests without sending them anywhere: whole processes, in alternating rounds.
struct Load {
    /// What reads them.
    enum Reader: String, CaseIterable {
        case validate = "`flotilla validate`"
        case render = "`flotilla render -o json`"
        case kubectl = "`kubectl create --dry-run=client --validate=false -o name`"
    }

    let program: String
    let kubectl: Kubectl
    /// kubectl asks it for its types, which are in kubectl's cache after the first round.
    let cluster: Cluster
    let lanes: Lanes
    let workspace: Workspace

    /// Runs all rounds, after one that is only checked.
    func run(count: Int) throws -> LoadReport {
        var report = LoadReport()
        for layout in LoadWorkload.Layout.allCases {
            report.bytes[layout] = try LoadWorkload.write(layout, into: folder(layout))
        }
        var quiet = Quiet()
        for round in 0...count {
            for layout in LoadWorkload.Layout.allCases {
                let first = round % Reader.allCases.count
                for reader in Reader.allCases[first...] + Reader.allCases[..<first] {
                    guard round > 0 else {
                        try check(reader, layout)
                        continue
                    }
                    try quiet.wait()
                    let usage = try lanes.run([[command(reader, layout, output: "/dev/null")]])
                    note(
                        "load, round \(round)/\(count): \(reader.rawValue), \(layout.rawValue): \(usage.wall.milliseconds, places: 0) ms"
                    )
                    report.usages[layout, default: [:]][reader, default: []].append(usage)
                }
            }
        }
        report.busyStarts = quiet.missed
        return report
    }

    private func folder(_ layout: LoadWorkload.Layout) -> String {
        "\(workspace.path)/load-\(layout == .oneFile ? 1 : 200)"
    }

    private func command(_ reader: Reader, _ layout: LoadWorkload.Layout, output: String?) -> Command {
        let folder = folder(layout)
        let application = [folder, "--config", LoadWorkload.applicationFile]
        var command =
            switch reader {
            case .validate: Command(program, ["validate"] + application)
            case .render: Command(program, ["render"] + application + ["-o", "json"])
            case .kubectl:
                kubectl.command(
                    cluster,
                    [
                        "create", "--dry-run=client", "--validate=false", "-o", "name", "-f",
                        layout == .oneFile ? "\(folder)/000.yaml" : folder,
                    ]
                )
            }
        command.output = output
        return command
    }

    /// Runs a reader once and looks whether it did the work.
    private func check(_ reader: Reader, _ layout: LoadWorkload.Layout) throws {
        let output = try lanes.output(of: command(reader, layout, output: nil))
        let isDone =
            switch reader {
            case .validate: output.hasPrefix("valid")
            case .render: output.utf8.count > (1 << 20)
            case .kubectl: output.split(separator: "\n").count == LoadWorkload.size
            }
        guard isDone else {
            throw BenchError.wrongResult("\(reader.rawValue), \(layout.rawValue): \(output.prefix(200))")
        }
    }
}
