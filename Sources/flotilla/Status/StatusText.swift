import KubernetesAPI
import Manifests
import Rollouts
import Stages

/// How the status of an application reads on a terminal or in a file.
struct StatusText {
    let report: StatusReport
    let style: TextStyle
    /// Whether what only fills the screen is left out.
    var folds = true

    /// The text.
    var text: String { lines.joined(separator: "\n") }

    /// The lines: a comparison of the clusters, and then the tree of each.
    var lines: [String] {
        let tables = report.clusters.map {
            StatusTable($0.trees, style: style, now: report.time, folds: folds)
        }
        let layout = Layout(tables.flatMap(\.rows), style)
        let blocks = zip(report.clusters, tables).flatMap { cluster, table in
            [""] + head(of: cluster) + layout.lines(of: table.rows)
        }
        return comparison + blocks
    }

    /// The clusters in one line where that is short, else in a line for each way to fare.
    private var comparison: [String] {
        let summary = summary
        guard summary.count > min(100, style.columns ?? 100) else { return [summary] }
        let groups = groups.flatMap { names, text in
            TextStyle.wrapped("\(names) \(text)", to: style.columns.map { $0 - 4 }).enumerated().map { index, line in
                (index == 0 ? "  " : "    ") + line
            }
        }
        return [report.application] + groups
    }

    /// The clusters in one sentence; those that fare the same way are named together.
    var summary: String {
        "\(report.application): \(groups.map { "\($0.names) \($0.text)" }.joined(separator: "; "))"
    }

    /// The names of clusters that fare the same way, and how.
    private var groups: [(names: String, text: String)] {
        var groups: [(names: [String], text: String)] = []
        for cluster in report.clusters {
            let text = cluster.inShort
            if let index = groups.firstIndex(where: { $0.text == text }) {
                groups[index].names.append(cluster.target)
            } else {
                groups.append(([cluster.target], text))
            }
        }
        return groups.map { names, text in
            let rest = names.count > 8 ? " and \(names.count - 8) more" : ""
            return (names.prefix(8).joined(separator: ", ") + rest, text)
        }
    }

    private func head(of cluster: ClusterStatus) -> [String] {
        let name = style.paint(cluster.target, .strong)
        if let error = cluster.error {
            return [name + "  " + style.paint("cannot be looked at", .bad)] + notes([error])
        }
        let status = cluster.health
        let commits = cluster.commits.map(\.shortCommit)
        let facts = [
            cluster.drift?.text,
            commits.isEmpty ? nil : "\(commits.count == 1 ? "commit" : "commits") \(commits.joined(separator: ", "))",
            cluster.traffic.map { "traffic \($0.shares.filter { $0.value > 0 }.text)" },
        ].compactMap { $0 }
        let word = style.sign(status) + status.rawValue
        let width = facts.reduce(cluster.target.count + 2 + word.count) { $0 + 2 + $1.count }
        let isShort = width <= style.columns ?? width
        let start = name + "  " + style.paint(word, status.tone)
        let head =
            isShort
            ? [([start] + facts).joined(separator: "  ")]
            : [start]
                + TextStyle.wrapped(facts.joined(separator: ", "), to: style.columns.map { $0 - 2 }).map { "  \($0)" }
        let hidden = cluster.hidden.map { "\($0.type.kind) cannot be seen: \($0.reason)" }
        let remarks = cluster.drift?.remarks ?? []
        let rest = remarks.count > 20 ? ["and \(remarks.count - 20) more, see flotilla diff"] : []
        let problems = cluster.drift?.problems ?? []
        return head + notes(problems + hidden + Array(remarks.prefix(20)) + rest + [cluster.lack].compactMap(\.self))
    }

    private func notes(_ texts: [String]) -> [String] {
        let width = style.columns.map { $0 - 4 }
        return texts.flatMap { text in
            TextStyle.wrapped(text.inOneLine(limit: 2000), to: width).enumerated().map { index, line in
                style.paint((index == 0 ? "  - " : "    ") + line, .waiting)
            }
        }
    }
}

extension ClusterStatus {
    /// How the cluster fares, in few words: its health, the worst object with its reason, and how it compares with Git.
    var inShort: String {
        if let error {
            return "cannot be looked at: \(error.without(target: target).inOneLine(limit: 200))"
        }
        let difference = drift.flatMap { $0.isSynced ? nil : ", \($0.text)" } ?? ""
        let worst = complaints.first.map { worst in
            let reason = worst.health.reason.isEmpty ? worst.health.status.rawValue : worst.health.reason
            return "\(worst.key.shortDescription): \(reason.inOneLine(limit: 200))"
        }
        let reasons = [worst, unseen].compactMap { $0 }.joined(separator: "; ")
        return "\(health.rawValue)\(difference)" + (reasons.isEmpty ? "" : ": \(reasons)")
    }

    /// That nothing is there, as far as anyone can see; `nil` when something is or the cluster could not be looked at.
    var lack: String? {
        guard error == nil, trees.isEmpty else { return nil }
        return unseen == nil ? "no object of the application is there" : "no object of the application can be seen"
    }
}

/// How wide each column is, and which are shown.
private struct Layout {
    private let style: TextStyle
    private var widths: [Int]

    init(_ rows: [StatusTable.Row], _ style: TextStyle) {
        self.style = style
        widths = Array(repeating: 0, count: StatusTable.titles.count)
        for case .object(let cells) in rows {
            for (index, cell) in cells.enumerated() { widths[index] = max(widths[index], cell.text.count) }
        }
        for index in widths.indices where widths[index] > 0 {
            widths[index] = max(widths[index], StatusTable.titles[index].count)
        }
        guard let columns = style.columns else { return }
        // What goes first is the age, then what the line above the tree says, too.
        let (resource, variant, traffic, commit, age) = (0, 1, 3, 6, 7)
        for (index, least) in [(age, 36), (commit, 36), (traffic, 24), (variant, 24)]
        where excess(columns) > 0 && widths[resource] - excess(columns) < least {
            widths[index] = 0
        }
        widths[resource] = max(20, widths[resource] - max(0, excess(columns)))
    }

    private func excess(_ columns: Int) -> Int {
        widths.filter { $0 > 0 }.reduce(-2) { $0 + $1 + 2 } - columns
    }

    /// The title line and the aligned lines.
    func lines(of rows: [StatusTable.Row]) -> [String] {
        guard !rows.isEmpty else { return [] }
        let titles = StatusTable.titles.map { StatusTable.Cell(text: $0, tone: .quiet) }
        let first = StatusTable.Cell(text: "  \(StatusTable.titles[0])", tone: .quiet)
        return [line(of: [first] + titles.dropFirst())] + rows.flatMap(lines)
    }

    private func lines(of row: StatusTable.Row) -> [String] {
        switch row {
        case .object(let cells): return [line(of: cells)]
        case .words(let prefix, let text, let tone):
            let lines = TextStyle.wrapped(text, to: style.columns.map { $0 - prefix.count })
            let stem = prefix.replacingBranch
            return lines.enumerated().map { ($0 == 0 ? prefix : stem) + style.paint($1, tone) }
        }
    }

    private func line(of cells: [StatusTable.Cell]) -> String {
        let shown = zip(cells, widths).filter { $0.1 > 0 }
        let last = shown.lastIndex { !$0.0.text.isEmpty } ?? 0
        return shown.prefix(last + 1).enumerated().map { index, column in
            let text = style.cut(column.0.text, to: column.1)
            let space = index == last ? "" : String(repeating: " ", count: column.1 - text.count + 2)
            return style.paint(text, column.0.tone) + space
        }.joined()
    }
}

extension String {
    /// The lines of a tree as they go on below a branch.
    fileprivate var replacingBranch: String {
        replacing("├─", with: "│ ").replacing("└─", with: "  ").replacing("|-", with: "| ").replacing("`-", with: "  ")
    }
}
