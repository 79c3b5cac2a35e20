import KubernetesAPI
import Manifests
import Rollouts
import Stages

/// The clusters side by side.
struct PageOverview {
    let report: StatusReport

    /// The table.
    var html: HTML {
        let hasTraffic = report.clusters.contains { $0.traffic != nil }
        let hasDrift = report.clusters.contains { $0.drift != nil }
        let head = ["Cluster", "Health", hasDrift ? "Git" : nil, "Commit", hasTraffic ? "Traffic" : nil]
        let titles = head.compactMap { $0 }.map { title -> HTML in
            "<th scope=\"col\" role=\"columnheader\">\(title)</th>"
        }
        return """
            <section aria-labelledby="clusters">
            <h2 id="clusters">Clusters</h2>
            <table class="overview" role="table">
            <thead role="rowgroup"><tr role="row">\(titles)</tr></thead>
            <tbody role="rowgroup">\(report.clusters.map { row(of: $0, hasDrift: hasDrift, hasTraffic: hasTraffic) })</tbody>
            </table>
            </section>
            """
    }

    private func row(of cluster: ClusterStatus, hasDrift: Bool, hasTraffic: Bool) -> HTML {
        let health: HTML =
            cluster.error == nil
            ? HTML.state(cluster.health.sign, cluster.health.rawValue) : HTML.state(.unknown, "cannot be looked at")
        let drift: HTML = hasDrift ? cell("Git", cluster.drift.map(Self.state)) : ""
        let commits = cluster.commits.map { commit -> HTML in
            "<code title=\"\(commit)\">\(commit.shortCommit)</code> "
        }
        let traffic: HTML = hasTraffic ? cell("Traffic", cluster.traffic.map(Self.bar)) : ""
        return """
            <tr role="row"><th scope="row" role="rowheader"><a href="#\(cluster.anchor)">\(cluster.target)</a></th>
            \(cell("Health", health))\(drift)\(cell("Commit", commits.isEmpty ? nil : "\(commits)"))\(traffic)</tr>
            """
    }

    private func cell(_ label: String, _ content: HTML?) -> HTML {
        "<td role=\"cell\" data-label=\"\(label)\"\(content == nil ? " class=\"empty\"" as HTML : "")>\(content ?? "–")</td>"
    }

    /// How a cluster compares with Git.
    static func state(_ drift: TargetDrift) -> HTML {
        switch drift.verdict {
        case .synced: HTML.state(.good, drift.text)
        case .outOfSync: HTML.state(.waiting, drift.text)
        case .unknown: HTML.state(.unknown, "unknown")
        case .invalidConfiguration: HTML.state(.bad, "Git cannot be read")
        }
    }

    /// The shares of the variants as a bar, with the words for them.
    private static func bar(_ traffic: LiveShares) -> HTML {
        let shares = Variant.allCases.compactMap { variant in
            traffic.shares[variant].flatMap { $0 > 0 ? (variant, $0) : nil }
        }
        let parts = shares.map { variant, share -> HTML in
            "<span class=\"\(variant.rawValue)\" style=\"flex-grow:\(share)\"></span>"
        }
        let words = shares.map { variant, share -> HTML in
            "<span class=\"word \(variant.rawValue)\">\(variant.rawValue) \(share) %</span> "
        }
        return "<span class=\"bar\" aria-hidden=\"true\">\(parts)</span><span class=\"words\">\(words)</span>"
    }
}

extension ClusterStatus {
    /// The name of the place of the cluster on the page.
    var anchor: String {
        "cluster-"
            + target.utf8.map { byte in
                let letter = Character(UnicodeScalar(byte))
                let isPlain = letter.isASCII && (letter.isLetter || letter.isNumber || letter == "-")
                return isPlain ? String(letter) : "_\(byte)"
            }.joined()
    }
}
