import KubernetesAPI
import Manifests
import Stages

/// The objects of a cluster as a table, each below the one that owns it.
struct PageTree {
    let cluster: ClusterStatus
    /// What ages are counted up to.
    let time: Moment

    /// A column that is there when any object has something in it.
    private struct Column {
        let title: String
        let cell: (StatusNode, _ parent: StatusNode?) -> HTML?
    }

    /// The table; nothing when the cluster has no object.
    var html: HTML {
        guard !cluster.trees.isEmpty else { return "" }
        let columns = columns
        let titles = (["Resource"] + columns.map(\.title)).map { title -> HTML in
            "<th scope=\"col\" role=\"columnheader\">\(title)</th>"
        }
        return """
            <table class="tree" role="table">
            <caption>Objects in \(cluster.target); an object stands below the one that owns it</caption>
            <thead role="rowgroup"><tr role="row">\(titles)</tr></thead>
            <tbody role="rowgroup">\(rows(of: cluster.trees, under: nil, depth: 0, said: [], columns))</tbody>
            </table>
            """
    }

    private var columns: [Column] {
        let all = [
            Column(title: "Variant") { $0.variant == $1?.variant ? nil : $0.variant.map { "\($0)" } },
            Column(title: "Ready") { node, _ in node.replicas.map { "\($0.ready)/\($0.desired)" } },
            Column(title: "Traffic") { node, _ in node.share.map { "\($0) %" } },
            Column(title: "Health") { node, _ in HTML.state(node.health.status.sign, node.health.status.rawValue) },
            Column(title: "Git") { node, _ in node.drift.map(Self.state) },
            Column(title: "Commit") { node, _ in node.commit.map { "<code title=\"\($0)\">\($0.shortCommit)</code>" } },
            Column(title: "Age") { node, _ in node.createdAt.map { "\(time.age(since: $0))" } },
        ]
        let nodes = cluster.trees.flatMap(\.withDescendants)
        return all.filter { column in nodes.contains { column.cell($0, nil) != nil } }
    }

    private func rows(
        of nodes: [StatusNode],
        under parent: StatusNode?,
        depth: Int,
        said: [String],
        _ columns: [Column]
    ) -> [HTML] {
        nodes.folded().flatMap { entry -> [HTML] in
            switch entry {
            case .others(let text, let health):
                return [
                    """
                    <tr role="row" class="fold" style="--depth:\(depth)"><th scope="row" role="rowheader" \
                    colspan="\(columns.count + 1)"><span class="name">\(health == .healthy ? "" : HTML.sign(health.sign))\
                    \(text)</span></th></tr>
                    """
                ]
            case .node(let node):
                let isNew = !node.reason.isEmpty && !said.contains { $0.contains(node.reason) }
                return [row(of: node, under: parent, depth: depth, reason: isNew ? node.reason : "", columns)]
                    + rows(
                        of: node.children,
                        under: node,
                        depth: min(depth + 1, 8),
                        said: said + [node.reason],
                        columns
                    )
            }
        }
    }

    private func row(
        of node: StatusNode,
        under parent: StatusNode?,
        depth: Int,
        reason: String,
        _ columns: [Column]
    ) -> HTML {
        let isNear = parent != nil && parent?.key.namespace == node.key.namespace
        let place: HTML = isNear ? "" : node.key.namespace.map { "<span class=\"quiet\">\($0)/</span>" } ?? ""
        let cells = columns.map { column -> HTML in
            guard let content = column.cell(node, parent) else { return "<td role=\"cell\" class=\"empty\"></td>" }
            return "<td role=\"cell\" data-label=\"\(column.title)\">\(content)</td>"
        }
        let why: HTML = reason.isEmpty ? "" : "<span class=\"why\">\(reason)</span>"
        return """
            <tr role="row" style="--depth:\(depth)"><th scope="row" role="rowheader"><span class="name">\
            <span class="quiet">\(node.key.kind)</span> \(place)<code>\(node.key.name)</code></span>\(why)</th>\(cells)</tr>
            """
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
