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
            \(notes(on: cluster))\(differences(cluster.drift))\(table(of: cluster))
            </details>
            """
    }

    private func notes(on cluster: ClusterStatus) -> HTML {
        let hidden = cluster.hidden.map { "\($0.type.kind) cannot be seen: \($0.reason)" }
        let empty = cluster.error == nil && cluster.trees.isEmpty ? ["No object of the application is there."] : []
        let notes =
            [cluster.error].compactMap { $0 } + (cluster.drift?.reasons ?? []) + hidden
            + (cluster.drift?.notes ?? []) + empty
        guard !notes.isEmpty else { return "" }
        return "<ul class=\"notes\">\(notes.map { "<li>\($0)</li>" as HTML })</ul>"
    }

    /// What differs from Git; values of Secrets are hidden in it already.
    private func differences(_ drift: TargetDrift?) -> HTML {
        guard case .outOfSync(let comparison)? = drift?.verdict else { return "" }
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

    private func table(of cluster: ClusterStatus) -> HTML {
        guard !cluster.trees.isEmpty else { return "" }
        let titles = ["Resource", "Variant", "Ready", "Traffic", "Health", "Git", "Commit", "Age"].map {
            title -> HTML in
            "<th scope=\"col\" role=\"columnheader\">\(title)</th>"
        }
        return """
            <table class="tree" role="table">
            <caption>Objects in \(cluster.target); an object stands below the one that owns it</caption>
            <thead role="rowgroup"><tr role="row">\(titles)</tr></thead>
            <tbody role="rowgroup">\(rows(of: cluster.trees, under: nil, depth: 0, said: []))</tbody>
            </table>
            """
    }

    private func rows(of nodes: [StatusNode], under parent: StatusNode?, depth: Int, said: [String]) -> [HTML] {
        nodes.folded().flatMap { entry -> [HTML] in
            switch entry {
            case .others(let text, let health):
                return [
                    """
                    <tr role="row" class="fold" style="--depth:\(depth)"><th scope="row" role="rowheader" colspan="8">\
                    <span class="name">\(health == .healthy ? "" : HTML.sign(health.sign))\(text)</span></th></tr>
                    """
                ]
            case .node(let node):
                let reason = node.reason
                let isNew = !reason.isEmpty && !said.contains { $0.contains(reason) }
                return [row(of: node, under: parent, depth: depth, reason: isNew ? reason : "")]
                    + rows(of: node.children, under: node, depth: min(depth + 1, 8), said: said + [reason])
            }
        }
    }

    private func row(of node: StatusNode, under parent: StatusNode?, depth: Int, reason: String) -> HTML {
        let isNear = parent != nil && parent?.key.namespace == node.key.namespace
        let place: HTML = isNear ? "" : node.key.namespace.map { "<span class=\"quiet\">\($0)/</span>" } ?? ""
        let variant = node.variant == parent?.variant ? nil : node.variant
        let age = node.createdAt.map { report.time.age(since: $0) }
        let cells = [
            cell("Variant", variant.map { "\($0)" }),
            cell("Ready", node.replicas.map { "\($0.ready)/\($0.desired)" }),
            cell("Traffic", node.share.map { "\($0) %" }),
            cell("Health", HTML.state(node.health.status.sign, node.health.status.rawValue)),
            cell("Git", node.drift.map(Self.state)),
            cell("Commit", node.commit.map { "<code title=\"\($0)\">\($0.shortCommit)</code>" }),
            cell("Age", age.map { "\($0)" }),
        ]
        let why: HTML = reason.isEmpty ? "" : "<span class=\"why\">\(reason)</span>"
        return """
            <tr role="row" style="--depth:\(depth)"><th scope="row" role="rowheader"><span class="name">\
            <span class="quiet">\(node.key.kind)</span> \(place)<code>\(node.key.name)</code></span>\(why)</th>\(cells)</tr>
            """
    }

    private func cell(_ label: String, _ content: HTML?) -> HTML {
        guard let content else { return "<td role=\"cell\" class=\"empty\"></td>" }
        return "<td role=\"cell\" data-label=\"\(label)\">\(content)</td>"
    }

    private static func state(_ drift: ObjectDrift) -> HTML {
        switch drift {
        case .inSync: "<span class=\"quiet\">\(drift.text)</span>"
        case .variant: "\(drift.text)"
        case .differs, .notInGit: HTML.state(.waiting, drift.text)
        case .missing: HTML.state(.bad, drift.text)
        }
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
    /// The value as JSON on one line, cut where it is long.
    fileprivate var shown: String {
        guard let self else { return "nothing" }
        let text = self.jsonText()
        return text.count <= 120 ? text : "\(text.prefix(117))…"
    }
}
