import KubernetesAPI
import Manifests
import Stages

/// What each cluster has, as trees.
struct PageClusters {
    let report: StatusReport

    /// The section; clusters on which everything is well are folded.
    var html: HTML {
        """
        <section aria-labelledby="objects">
        <h2 id="objects">Objects</h2>
        \(report.clusters.map(details))
        </section>
        """
    }

    private func details(of cluster: ClusterStatus) -> HTML {
        let isOpen = report.clusters.count == 1 || cluster.needsAttention
        let state: HTML =
            cluster.error == nil
            ? HTML.state(cluster.health.sign, cluster.health.rawValue) : HTML.state(.unknown, "cannot be looked at")
        let drift: HTML = cluster.drift.map { " \(PageOverview.state($0))" } ?? ""
        return """
            <details id="\(cluster.anchor)"\(isOpen ? " open" as HTML : "")>
            <summary><h3>\(cluster.target)</h3> \(state)\(drift)</summary>
            \(notes(on: cluster))\(differences(cluster.drift))\(PageTree(cluster: cluster, time: report.time).html)
            </details>
            """
    }

    private func notes(on cluster: ClusterStatus) -> HTML {
        let hidden = cluster.hidden.map { "\($0.type.kind) cannot be seen: \($0.reason)" }
        let notes =
            [cluster.error].compactMap { $0 } + (cluster.drift?.problems ?? []) + hidden
            + (cluster.drift?.remarks ?? []) + [cluster.lack].compactMap { $0 }
        guard !notes.isEmpty else { return "" }
        return "<ul class=\"notes\">\(notes.map { "<li>\($0)</li>" as HTML })</ul>"
    }

    /// What differs from Git, without values that only some may read.
    private func differences(_ drift: TargetDrift?) -> HTML {
        guard let comparison = drift?.comparison?.forEverybody else { return "" }
        let items = comparison.changed.prefix(50).flatMap { changed -> [HTML] in
            changed.differences.prefix(20).map { difference in
                """
                <li><code>\(changed.key.shortDescription)</code> <code>\("\(difference.path)")</code>\
                <span class="values"><del>\(difference.before.shown)</del> → <ins>\(difference.after.shown)</ins></span></li>
                """
            }
        }
        guard !items.isEmpty else { return "" }
        return """
            <div class="drift"><h4>Differs from Git</h4>
            <p class="quiet">What the cluster has → what Git wants</p><ul>\(items)</ul></div>
            """
    }
}

extension ClusterStatus {
    /// Whether something is wrong on it; that nobody could compare it with Git is not.
    var needsAttention: Bool { error != nil || health != .healthy || isKnownToDiffer }

    /// Whether it is known not to have what Git wants.
    var isKnownToDiffer: Bool {
        switch drift?.verdict {
        case .outOfSync?, .invalidConfiguration?: true
        case .synced?, .unknown?, nil: false
        }
    }
}

extension Value? {
    /// The value on one line, or that there is none.
    fileprivate var shown: String { self?.short ?? "nothing" }
}
