import KubernetesAPI
import Manifests
import Stages

/// How an application fares, as one page for a browser: no script, nothing that is loaded from elsewhere.
///
/// What needs attention comes first, then the clusters side by side, the run stage by stage, its traffic, and the trees.
struct Page {
    let report: StatusReport
    /// The latest run, `nil` when none is known.
    let run: WhyReport.Run?

    /// The whole page.
    var html: String {
        let page: HTML = """
            <!doctype html>
            <html lang="en">
            <head>
            <meta charset="utf-8">
            <meta name="viewport" content="width=device-width, initial-scale=1">
            <meta name="color-scheme" content="light dark">
            <meta http-equiv="Content-Security-Policy" content="default-src 'none'; style-src 'unsafe-inline'; img-src data:">
            <link rel="icon" href="data:,">
            <title>\(report.application): \(verdict)</title>
            <style>\(PageStyle.sheet)</style>
            </head>
            <body>
            \(HTML.signs)
            \(header)
            <main>
            \(attention)
            \(PageOverview(report: report).html)
            \(run.map { PageRun(run: $0, now: report.time).html } ?? "")
            \(PageClusters(report: report).html)
            </main>
            <footer><p>Made by flotilla \(Flotilla.version). A snapshot: it does not change by itself.</p></footer>
            </body>
            </html>

            """
        return page.text
    }

    private var header: HTML {
        """
        <header>
        <p class="kind">Application</p>
        <h1>\(report.application)</h1>
        <p class="verdict">\(HTML.sign(worst.sign))<span>\(verdict)</span></p>
        <dl class="facts">
        <div><dt>Commit in Git</dt><dd><code title="\(report.commit)">\(report.commit.shortCommit)</code></dd></div>
        \(runFact)
        <div><dt>As of</dt><dd><time datetime="\(report.time.wholeSeconds)">\(report.time.dayAndTime)</time></dd></div>
        </dl>
        </header>
        """
    }

    private var runFact: HTML {
        guard let run else { return "" }
        return "<div><dt>Latest run</dt><dd>\(run.words)</dd></div>"
    }

    private var worst: Health.Status {
        report.clusters.map(\.health).min { $0.severity < $1.severity } ?? .unknown
    }

    /// The whole in one sentence.
    private var verdict: String {
        let count = report.clusters.count
        let good = report.clusters.count { $0.error == nil && $0.health == .healthy }
        let differing = report.clusters.count(where: \.isKnownToDiffer)
        let drift = differing == 0 ? "" : "; \(differing) not in sync with Git"
        guard good < count else {
            return "\(count == 1 ? "The cluster is" : "All \(count) clusters are") healthy\(drift)"
        }
        return "\(good) of \(String.count(count, "cluster")) healthy\(drift)"
    }

    /// What somebody should look at, the worst first.
    private var attention: HTML {
        let why = WhyReport(application: report.application, run: run, status: report, now: report.time)
        let unseen = report.clusters.compactMap { cluster -> HTML? in
            if let error = cluster.error {
                return item(.unknown, cluster.target, "cannot be looked at", nil, error.without(target: cluster.target))
            }
            return cluster.unseen.map { item(.unknown, cluster.target, "not seen whole", nil, $0) }
        }
        let waits = why.waits.filter(\.isForObject)
        // What the run waits for says more than that it is on its way.
        let all = why.complaints.filter { complaint in
            !waits.contains { $0.resource == complaint.key && $0.targets.contains(complaint.target) }
        }
        let complaints = all.prefix(20).map { complaint -> HTML in
            let status = complaint.health.status
            return item(
                status.sign,
                complaint.target,
                status.rawValue,
                complaint.key.shortDescription,
                complaint.health.reason
            )
        }
        let left = all.count - complaints.count
        let rest: HTML = left > 0 ? "<li class=\"rest\">and \(left) more below</li>" : ""
        let waiting = waits.map { wait -> HTML in
            let name = wait.resource?.shortDescription
            return item(.waiting, wait.targets.joined(separator: ", "), "the run waits", name, wait.sentence(why.now))
        }
        guard !unseen.isEmpty || !complaints.isEmpty || !waiting.isEmpty else { return "" }
        return """
            <section aria-labelledby="attention">
            <h2 id="attention">Needs attention</h2>
            <ul class="attention">\(unseen)\(complaints)\(rest)\(waiting)</ul>
            </section>
            """
    }

    private func item(_ sign: HTML.Sign, _ target: String, _ word: String, _ object: String?, _ reason: String) -> HTML
    {
        let name: HTML = object.map { "<code>\($0)</code>" } ?? ""
        return """
            <li class="\(sign.rawValue)"><p class="what">\(HTML.state(sign, word)) <strong>\(target)</strong> \(name)</p>
            <p class="why">\(reason)</p></li>
            """
    }
}

extension WhyReport.Run {
    /// How it stands, in a few words.
    var words: String {
        switch state {
        case .running: "under way since \(history.start.timeOfDay) UTC"
        case .interrupted: "stopped before its end"
        case .over:
            switch history.outcome {
            case .succeeded?: "succeeded"
            case .partial?: isRolledBack ? "failed on some clusters, rolled back" : "failed on some clusters"
            case .cancelled?: "cancelled"
            case .failed?, nil: isRolledBack ? "failed, rolled back" : "failed"
            }
        }
    }
}

extension Health.Status {
    /// The sign of the state.
    var sign: HTML.Sign {
        switch self {
        case .healthy: .good
        case .progressing: .waiting
        case .degraded, .missing: .bad
        case .suspended: .paused
        case .unknown: .unknown
        }
    }
}

extension Moment {
    /// Day and time for people.
    var dayAndTime: String { "\(wholeSeconds.prefix(10)) \(timeOfDay) UTC" }
}
