/// The page with the results, in Markdown.
struct Report {
    let samples: Samples
    let fleet: FleetReport
    let load: LoadReport
    let look: LookReport
    let machine: Machine
    /// Name and version of everything that took part.
    let versions: [(name: String, version: String)]
    let rounds: Int
    /// How often the machine was busy when a measurement began.
    let busyStarts: Int
    /// The peak memory that this way of measuring shows for a program that does nothing, in bytes.
    let memoryFloor: Int

    var markdown: String {
        """
        # Results

        Measured on \(machine.date): \(machine.cores) cores (\(machine.processor)), \(machine.memory.mebibytes / 1024, places: 1) GiB, \
        \(machine.kernel); \(versions.map { "\($0.name) \($0.version)" }.joined(separator: ", ")). \(rounds) rounds; clients and \
        clusters share the machine. Starts at which the machine was not idle: \(busyStarts).

        100 manifests (34 Deployments, 33 Services, 33 ConfigMaps), whole processes from start to exit, medians; `×` is the figure \
        divided by Flotilla's, CPU time is that of the clients. Memory: the largest process, and for three clusters the sum of those at once; a program that \
        does nothing shows \(memoryFloor.mebibytes, places: 1) MiB.

        \(Self.table(header: Self.figureHeader, rows: figureRows))

        ## Budgets

        \(Self.table(header: Self.budgetHeader, rows: Budget.all.map(budgetRow)))

        \(FleetReport.text)

        \(Self.table(header: FleetReport.header, rows: fleet.rows))

        \(load.markdown)
        \(look.markdown)
        """
    }

    private static let figureHeader = [
        "clusters", "condition", "tool", "runs", "wall ms", "min–max", "×", "CPU ms", "×", "RSS MiB", "×",
    ]

    private var figureRows: [[String]] {
        Reach.allCases.flatMap { reach in
            Condition.allCases.flatMap { condition in
                Tool.allCases.compactMap { row($0, reach, condition) }
            }
        }
    }

    private func row(_ tool: Tool, _ reach: Reach, _ condition: Condition) -> [String]? {
        guard let summary = samples.summary(tool, reach, condition) else { return nil }
        let median = summary.median
        let flotilla = samples.summary(.flotilla, reach, condition)?.median
        func times(_ value: Double, _ own: Double?) -> String {
            guard let own, own > 0 else { return "" }
            return "\(value / own, places: 2)"
        }
        return [
            "\(reach.rawValue)", condition.rawValue, tool.title, "\(summary.runs)",
            "\(median.wall.milliseconds, places: 0)",
            "\(summary.shortest.milliseconds, places: 0)–\(summary.longest.milliseconds, places: 0)",
            times(median.wall.milliseconds, flotilla?.wall.milliseconds),
            "\(median.cpu.milliseconds, places: 0)",
            times(median.cpu.milliseconds, flotilla?.cpu.milliseconds),
            "\(median.peakMemory.mebibytes, places: 1)",
            times(median.peakMemory.mebibytes, flotilla?.peakMemory.mebibytes),
        ]
    }

    private static let budgetHeader = [
        "Flotilla's", "at most", "new", "unchanged", "changed", "met", "goal", "reached",
    ]

    private func budgetRow(_ budget: Budget) -> [String] {
        func text(_ value: Double?) -> String { value.map(budget.form.text) ?? "" }
        func verdict(_ bound: Double?) -> String {
            budget.isMet(bound, in: samples).map { $0 ? "yes" : "**no**" } ?? ""
        }
        let values = Condition.allCases.map { budget.value(in: samples, $0).map(budget.form.text) ?? "not measured" }
        return [budget.text, text(budget.limit)] + values
            + [verdict(budget.limit), text(budget.goal), verdict(budget.goal)]
    }

    static func table(header: [String], rows: [[String]]) -> String {
        let lines = [header, header.map { _ in "---" }] + rows
        return lines.map { "| " + $0.joined(separator: " | ") + " |" }.joined(separator: "\n")
    }
}
