/// The part of the page about reading many manifests.
struct LoadReport {
    var usages: [LoadWorkload.Layout: [Load.Reader: [Usage]]] = [:]
    /// The bytes of the manifests.
    var bytes: [LoadWorkload.Layout: Int] = [:]
    /// How often the machine was busy when a measurement began.
    var busyStarts = 0

    /// The part, in Markdown.
    var markdown: String {
        """
        ## 20 MB of manifests

        \(LoadWorkload.size) mixed objects (Deployments, Services, ConfigMaps, custom resource definitions), read and sent \
        nowhere; output to /dev/null, whole processes, medians. `×` is the figure divided by that of `flotilla render`. kubectl \
        has its types from a warm cache and checks no field; `flotilla validate` plans every stage on top of reading. Starts at \
        which the machine was not idle: \(busyStarts). kubectl is to be slower; the aim for reading is \
        \(Self.wantedSpeed) MB/s.

        \(Report.table(header: Self.header, rows: LoadWorkload.Layout.allCases.flatMap(rows)))

        """
    }

    private static let wantedSpeed = 60
    private static let header = [
        "manifests", "tool", "runs", "wall ms", "min–max", "×", "MB/s", "CPU ms", "RSS MiB", "×",
    ]

    private func rows(_ layout: LoadWorkload.Layout) -> [[String]] {
        let own = summary(.render, layout)?.median
        return Load.Reader.allCases.compactMap { reader in
            guard let summary = summary(reader, layout) else { return nil }
            let median = summary.median
            func times(_ value: Double, _ own: Double?) -> String { own.map { "\(value / $0, places: 2)" } ?? "" }
            return [
                layout.rawValue, reader.rawValue, "\(summary.runs)", "\(median.wall.milliseconds, places: 0)",
                "\(summary.shortest.milliseconds, places: 0)–\(summary.longest.milliseconds, places: 0)",
                times(median.wall.milliseconds, own?.wall.milliseconds),
                "\(Double(bytes[layout] ?? 0) / median.wall.milliseconds / 1000, places: 0)",
                "\(median.cpu.milliseconds, places: 0)", "\(median.peakMemory.mebibytes, places: 1)",
                times(median.peakMemory.mebibytes, own?.peakMemory.mebibytes),
            ]
        }
    }

    private func summary(_ reader: Load.Reader, _ layout: LoadWorkload.Layout) -> Summary? {
        usages[layout]?[reader].flatMap(Summary.init)
    }
}
