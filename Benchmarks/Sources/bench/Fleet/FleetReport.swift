/// The part of the page about many clusters.
struct FleetReport {
    let usages: [String: [FleetUsage]]

    /// The rows of the table, one for each condition; figures are medians.
    var rows: [[String]] {
        Fleet.conditions.compactMap { condition in
            guard let runs = usages[condition], let whole = Summary(runs.map(\.whole)),
                let others = Summary(runs.map { Usage(wall: $0.othersDone, cpu: .zero, peakMemory: 0) })
            else { return nil }
            return [
                condition, "\(whole.runs)", "\(others.median.wall.milliseconds, places: 0)",
                "\(whole.median.wall.milliseconds, places: 0)", "\(whole.median.cpu.milliseconds, places: 0)",
                "\(whole.median.peakMemory.mebibytes, places: 1)", "\(runs.map(\.sockets).max() ?? 0)",
            ]
        }
    }

    static let header = [
        "condition", "runs", "\(Fleet.clusterCount - 1) clusters done, ms", "process, ms", "CPU ms", "RSS MiB",
        "most sockets",
    ]

    static let text = """
        ## \(Fleet.clusterCount) clusters

        One `flotilla run` of a pipeline with a primary rollout, \(Fleet.manifestCount) manifests to each of \
        \(Fleet.clusterCount) embedded clusters, with the default concurrency. The clusters run on the same machine. The one \
        that hangs is a stopped process: it accepts connections and never answers; the process then ends when it has given that \
        one up.
        """
}
