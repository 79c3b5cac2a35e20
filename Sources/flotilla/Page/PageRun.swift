import Manifests
import Rollouts
import Stages

/// A run on the page: clusters and stages, and the traffic over time.
struct PageRun {
    let run: WhyReport.Run
    let now: Moment

    private var history: RunHistory { run.history }

    /// The section.
    var html: HTML {
        """
        <section aria-labelledby="run">
        <h2 id="run">Latest run</h2>
        <p class="lead">\(lead)</p>
        \(table)
        \(errors)
        \(PageTraffic(history: history, end: run.state == .running ? now : history.last).html)
        </section>
        """
    }

    private var lead: HTML {
        let header = history.header
        let word: HTML =
            switch (run.state, history.outcome) {
            case (.running, _): HTML.state(.waiting, "under way")
            case (.interrupted, _), (.over, .cancelled?): HTML.state(.paused, run.words)
            case (.over, .succeeded?): HTML.state(.good, run.words)
            case (.over, _): HTML.state(.bad, run.words)
            }
        let end = run.state == .running ? now : history.last
        let length = history.start.sinceEpoch.distance(to: end.sinceEpoch).words
        return """
            \(word) \(header.strategy.rawValue == "pipeline" ? "Pipeline" : "Quick sync") to \
            <code title="\(header.commit)">\(header.commit.shortCommit)</code>\(running), begun \
            <time datetime="\(history.start.wholeSeconds)">\(history.start.dayAndTime)</time>, \(run.state == .running ? "for \(length) so far" : "\(length) long"). \
            <span class="quiet">\("\(header.run)")</span>
            """
    }

    private var running: HTML {
        guard let running = history.header.running else { return "" }
        return " from <code title=\"\(running)\">\(running.shortCommit)</code>"
    }

    /// The stages as columns: those that have not begun, too, and the rollback when there was one.
    private var columns: [(number: Int, name: String)] {
        let planned = history.header.stages.enumerated().map { (number: $0, name: $1) }
        return planned + history.stages.filter { $0.number >= planned.count }.map { ($0.number, $0.name) }
    }

    private var table: HTML {
        let titles = columns.map { column -> HTML in
            "<th scope=\"col\" role=\"columnheader\" title=\"\(column.name)\">\(column.name.shortStage)</th>"
        }
        let rows = history.header.targets.map { target -> HTML in
            let cells = columns.map { cell(of: target, in: $0.number, $0.name) }
            return "<tr role=\"row\"><th scope=\"row\" role=\"rowheader\">\(target)</th>\(cells)</tr>"
        }
        return """
            <table class="matrix" role="table">
            <caption>Outcome and duration of each stage on each cluster</caption>
            <thead role="rowgroup"><tr role="row"><th scope="col" role="columnheader">Cluster</th>\(titles)</tr></thead>
            <tbody role="rowgroup">\(rows)</tbody>
            </table>
            """
    }

    private func cell(of target: String, in number: Int, _ name: String) -> HTML {
        let stage = history.stages.last { $0.number == number }
        let (sign, word, length) = outcome(of: stage?.cells[target], in: stage)
        let time: HTML = length.map { " <span class=\"time\">\($0)</span>" } ?? ""
        let isQuiet = sign == .good || sign == .none
        let state: HTML = isQuiet ? "\(HTML.sign(sign)) <span class=\"spoken\">\(word)</span>" : HTML.state(sign, word)
        return """
            <td role="cell" data-label="\(name.shortStage)" class="\(isQuiet ? "quiet" : "loud")">\(state)\(time)</td>
            """
    }

    private func outcome(of cell: RunHistory.Cell?, in stage: RunHistory.Stage?) -> (HTML.Sign, String, String?) {
        guard let stage else { return (.none, "not reached", nil) }
        guard let cell else { return stage.outcome == nil ? (.none, "not begun", nil) : (.none, "not run", nil) }
        let length = cell.start.sinceEpoch.distance(to: (cell.end ?? now).sinceEpoch).words
        switch cell.outcome {
        case .succeeded?: return (.good, "done", length)
        case .failed?: return (.bad, "failed", length)
        case .cancelled?: return (.paused, "stopped", length)
        case nil where run.state != .running: return (.paused, "not finished", nil)
        case nil: return (.waiting, cell.waits.isEmpty ? "at work" : "waiting", length)
        }
    }

    /// Why stages did not succeed.
    private var errors: HTML {
        let failures = RunFailure.all(in: history)
        guard !failures.isEmpty else { return "" }
        let items = failures.map { failure -> HTML in
            """
            <li class="bad"><p class="what">\(HTML.state(.bad, "failed")) <strong>\(failure.target ?? "all clusters")</strong> \
            \(failure.stage.shortStage)</p><p class="why">\(failure.reason)</p></li>
            """
        }
        return "<ul class=\"attention\">\(items)</ul>"
    }
}

extension Duration {
    /// The time from this one to a later one, never less than none.
    fileprivate func distance(to later: Duration) -> Duration { max(.zero, later - self) }

    /// The length in its two largest units.
    fileprivate var words: String {
        let seconds = components.seconds
        return switch seconds {
        case ..<1: "< 1 s"
        case ..<60: "\(seconds) s"
        case ..<3_600: "\(seconds / 60) min\(seconds % 60 == 0 ? "" : " \(seconds % 60) s")"
        default: "\(seconds / 3_600) h \(seconds % 3_600 / 60) min"
        }
    }
}

extension String {
    /// A stage's name without what all have in common, such as `canary rollout`.
    var shortStage: String {
        let prefix = ["K8S_MULTI_", "K8S_"].first { hasPrefix($0) } ?? ""
        return dropFirst(prefix.count).lowercased().replacing("_", with: " ")
    }
}
