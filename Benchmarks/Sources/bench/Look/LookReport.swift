/// The part of the page about looking at many live objects.
struct LookReport {
    var usages: [Look.Looker: [Usage]] = [:]
    /// How often the machine was busy when a measurement began.
    var busyStarts = 0

    /// The part, in Markdown.
    var markdown: String {
        """
        ## \(Look.size) live objects

        One application of \(Look.size) objects (Deployments without pods, Services, ConfigMaps) in one cluster, with the ReplicaSets and \
        EndpointSlices that controllers make for them; output to /dev/null, whole processes, medians. `×` is the figure divided by that of \
        `flotilla status --no-drift`, which looks at every type of the cluster and works out owners and health. With drift there is one \
        dry run for each object besides. kubectl has its types from a warm cache. Starts at which the machine was not idle: \(busyStarts).

        \(Report.table(header: Self.header, rows: Look.Looker.allCases.compactMap(row)))

        """
    }

    private static let header = ["tool", "runs", "wall ms", "min–max", "×", "CPU ms", "×", "RSS MiB", "×"]

    private func row(_ looker: Look.Looker) -> [String]? {
        guard let summary = usages[looker].flatMap(Summary.init) else { return nil }
        let own = usages[.table].flatMap(Summary.init)?.median
        let median = summary.median
        func times(_ value: Double, _ own: Double?) -> String { own.map { "\(value / $0, places: 2)" } ?? "" }
        return [
            looker.rawValue, "\(summary.runs)", "\(median.wall.milliseconds, places: 0)",
            "\(summary.shortest.milliseconds, places: 0)–\(summary.longest.milliseconds, places: 0)",
            times(median.wall.milliseconds, own?.wall.milliseconds),
            "\(median.cpu.milliseconds, places: 0)",
            times(median.cpu.milliseconds, own?.cpu.milliseconds),
            "\(median.peakMemory.mebibytes, places: 1)",
            times(median.peakMemory.mebibytes, own?.peakMemory.mebibytes),
        ]
    }
}
