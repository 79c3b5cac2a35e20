import Manifests
import Rollouts
import Stages

/// The plan of a deployment as a comment on a pull request: a table, and what changes folded up below it.
///
/// Nothing that stands in a manifest can end the block that it is shown in, and the text is as long as GitHub takes.
struct PlanMarkdown {
    /// GitHub refuses a comment of more than 65,536 characters.
    static let limit = 65_536

    let report: PlanReport
    var limit = Self.limit

    /// The comment; what does not fit is left out, and counted.
    ///
    /// No list above the sections takes more than half of what is left.
    var text: String {
        let room = limit - 200
        var text = title
        for list in [refusals, table, end] { text += list.text(to: (room - text.utf8.count) / 2) }
        let sections = sections
        for (index, section) in sections.enumerated() {
            let left = room - text.utf8.count
            let whole = section.text
            if whole.utf8.count <= left {
                text += whole
                continue
            }
            let rest = sections.count - index
            if let cut = section.cut(to: left) { text += cut }
            return text + "\n\(rest == 1 ? "The last section is" : "\(rest) sections are") cut or left out: "
                + "a comment takes \(limit) characters. `flotilla plan` shows all.\n"
        }
        return text
    }

    private var title: String {
        let strategy = report.plan.decision.strategy == .pipeline ? "pipeline" : "quick sync"
        return "### Plan: \(strategy)\n\n\(Self.code(report.plan.decision.text))\n\n"
            + "Versions: \(Self.code(report.versions))\n\n"
    }

    private var refusals: List {
        let lines = report.stages.flatMap(\.refusals).map { "\($0)\n" }
        let fence = Self.fence(around: lines.joined())
        return List(
            start: "**REFUSED: this deployment would fail**\n\n\(fence)text\n",
            lines: lines,
            end: "\(fence)\n\n",
            noun: "refusal"
        )
    }

    /// Stages are columns; targets that have the same in all of them are one row.
    private var table: List {
        let columns = report.stages.map { Self.code($0.plan.stage) }
        var rows: [(targets: [String], cells: [String])] = []
        let cellsByTarget = report.stages.map(\.cells)
        for target in report.plan.versions.targets.map(\.name) where !columns.isEmpty {
            let cells = cellsByTarget.map { $0[target] ?? "" }
            if let index = rows.firstIndex(where: { $0.cells == cells }) {
                rows[index].targets.append(target)
            } else {
                rows.append(([target], cells))
            }
        }
        func line(_ cells: [String]) -> String { "| \(cells.joined(separator: " | ")) |\n" }
        return List(
            start: line(["clusters"] + columns) + line(columns.map { _ in "---" } + ["---"]),
            lines: rows.map { row in line([Self.code(row.targets.names)] + row.cells) },
            end: "\n",
            noun: "row"
        )
    }

    private var end: List {
        let lines = report.outlook.staying + report.outlook.rollingBack
        return List(start: "", lines: lines.map { "- \(Self.code($0))\n" }, end: "\n", noun: "line")
    }

    /// Lines of which some may be left out; nothing when there are none.
    private struct List {
        let start: String
        let lines: [String]
        let end: String
        /// What a line is.
        let noun: String

        /// The list in at most so many bytes, or its first lines and how many others there are.
        func text(to limit: Int) -> String {
            guard !lines.isEmpty else { return "" }
            let frame = start.utf8.count + end.utf8.count
            guard frame + lines.reduce(0, { $0 + $1.utf8.count }) > limit else { return start + lines.joined() + end }
            var left = limit - frame - 60
            let kept = lines.prefix { line in
                left -= line.utf8.count
                return left >= 0
            }
            return start + kept.joined() + end + "\(String.count(lines.count - kept.count, noun)) left out.\n\n"
        }
    }

    private var sections: [Section] {
        report.stages.flatMap { stage -> [Section] in
            guard !stage.answers.isEmpty else {
                return [Section(summary: Self.code(stage.plan.stage), body: stage.plan.text(), language: "text")]
            }
            return ForecastGroup.groups(of: stage).compactMap { group in
                let body = group.text(showingBodies: true) + group.notes.map { "  note: \($0)\n" }.joined()
                let summary = "\(Self.code(stage.plan.stage)) on \(Self.code(group.heading)): \(group.summary)"
                return body.isEmpty ? nil : Section(summary: summary, body: body, language: "diff")
            }
        }
    }

    /// A part that is folded up.
    private struct Section {
        let summary: String
        let body: String
        let language: String

        var text: String {
            "<details><summary>\(summary)</summary>\n\n\(PlanMarkdown.fenced(body, as: language))\n</details>\n\n"
        }

        /// The section with its first lines, `nil` when not even a few of them fit.
        func cut(to limit: Int) -> String? {
            let rest = body.split(separator: "\n", omittingEmptySubsequences: false).map { "\($0)\n" }
            var kept = ""
            let frame = Section(summary: summary, body: "", language: language).text.utf8.count + 2 * body.longestFence
            for line in rest {
                guard frame + kept.utf8.count + line.utf8.count <= limit else { break }
                kept += line
            }
            return kept.isEmpty ? nil : Section(summary: summary, body: kept, language: language).text
        }
    }

    /// A block whose fence is longer than any in the text.
    private static func fenced(_ text: String, as language: String) -> String {
        let fence = fence(around: text)
        return "\(fence)\(language)\n\(text)\(text.hasSuffix("\n") || text.isEmpty ? "" : "\n")\(fence)\n"
    }

    private static func fence(around text: String) -> String {
        String(repeating: "`", count: max(3, text.longestFence + 1))
    }

    /// A text on one line in which nothing means anything but itself.
    static func code(_ text: String) -> String {
        let escaped = text.inOneLine(limit: 2000).unicodeScalars.reduce(into: "") { escaped, scalar in
            let isPlain =
                scalar.properties.isAlphabetic || " .,:;/-=>()%".unicodeScalars.contains(scalar)
                || ("0"..."9").contains(scalar)
            if isPlain, scalar != ">" { escaped.unicodeScalars.append(scalar) } else { escaped += "&#\(scalar.value);" }
        }
        return "<code>\(escaped)</code>"
    }
}

extension String {
    /// The length of the longest run of backticks.
    fileprivate var longestFence: Int {
        utf8.split { $0 != UInt8(ascii: "`") }.map(\.count).max() ?? 0
    }
}

extension StageForecast {
    /// What the stage does, by target.
    fileprivate var cells: [String: String] {
        guard !answers.isEmpty else {
            return plan.clusters.reduce(into: [:]) { cells, cluster in
                let steps = cluster.steps.filter { $0.action != "waitUntilReady" }
                cells[cluster.target] = String.count(steps.count, "step")
            }
        }
        return ForecastGroup.groups(of: self).reduce(into: [:]) { cells, group in
            let hasRefusal = group.counts.contains { $0.kind == .refused }
            for target in group.targets { cells[target] = (hasRefusal ? "**REFUSED** " : "") + group.summary }
        }
    }
}
