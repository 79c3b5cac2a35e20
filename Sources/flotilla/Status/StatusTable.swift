import KubernetesAPI
import Manifests
import Stages

/// The lines about the objects of a cluster, before they are aligned.
struct StatusTable {
    /// A part of a line that is aligned with those above and below.
    struct Cell {
        var text = ""
        var tone = TextStyle.Tone.plain
    }

    /// One line.
    enum Row {
        /// An object, with one cell for each column.
        case object([Cell])
        /// Words that may need several lines, behind the lines of the tree.
        case words(prefix: String, String, TextStyle.Tone)
    }

    /// The columns, the first one being the tree.
    static let titles = ["RESOURCE", "VARIANT", "READY", "TRAFFIC", "HEALTH", "DRIFT", "COMMIT", "AGE"]

    private(set) var rows: [Row] = []
    private let style: TextStyle
    private let now: Moment
    private let folds: Bool

    /// The lines about trees.
    ///
    /// - Parameters:
    ///   - trees: The trees of a cluster.
    ///   - style: What can be shown.
    ///   - now: What ages are counted up to.
    ///   - folds: Whether what only fills the screen is left out.
    init(_ trees: [StatusNode], style: TextStyle, now: Moment, folds: Bool) {
        self.style = style
        self.now = now
        self.folds = folds
        add(trees, under: nil, prefix: "  ", said: [])
    }

    private mutating func add(_ nodes: [StatusNode], under parent: StatusNode?, prefix: String, said: [String]) {
        let entries = folds ? nodes.folded() : nodes.map(StatusEntry.node)
        for (index, entry) in entries.enumerated() {
            let isLast = index == entries.count - 1
            let branch = parent == nil ? "" : style.branch(isLast: isLast)
            let below = parent == nil ? "" : style.stem(isLast: isLast)
            switch entry {
            case .others(let text, let health):
                rows.append(.words(prefix: prefix + branch, text, health.tone(isQuiet: true)))
            case .node(let node):
                rows.append(.object(cells(of: node, under: parent, behind: prefix + branch)))
                let reason = node.reason
                if !reason.isEmpty, !said.contains(where: { $0.contains(reason) }) {
                    let stem = node.children.isEmpty ? "   " : style.stem(isLast: false)
                    rows.append(
                        .words(prefix: prefix + below + stem, reason.inOneLine(limit: 2000), node.health.status.tone)
                    )
                }
                add(node.children, under: node, prefix: prefix + below, said: said + [reason])
            }
        }
    }

    private func cells(of node: StatusNode, under parent: StatusNode?, behind prefix: String) -> [Cell] {
        let isNear = parent != nil && parent?.key.namespace == node.key.namespace
        let name = isNear ? node.key.inNamespace(nil) : node.key
        let status = node.health.status
        return [
            Cell(text: prefix + name.shortDescription),
            Cell(text: (node.variant == parent?.variant ? "" : node.variant ?? "").inOneLine(limit: 63)),
            Cell(text: node.replicas.map { "\($0.ready)/\($0.desired)" } ?? ""),
            Cell(text: node.share.map { "\($0) %" } ?? ""),
            Cell(text: style.sign(status) + status.rawValue, tone: status.tone),
            Cell(text: node.drift?.text ?? "", tone: node.drift?.tone ?? .plain),
            Cell(text: node.commit.map(\.shortCommit) ?? "", tone: .quiet),
            Cell(text: node.createdAt.map { now.age(since: $0) } ?? "", tone: .quiet),
        ]
    }
}

extension TextStyle {
    fileprivate func branch(isLast: Bool) -> String {
        isUnicode ? (isLast ? "└─ " : "├─ ") : (isLast ? "`- " : "|- ")
    }

    fileprivate func stem(isLast: Bool) -> String {
        isLast ? "   " : isUnicode ? "│  " : "|  "
    }

    /// The sign of a state with the space behind it, nothing where it cannot be shown.
    func sign(_ status: Health.Status) -> String {
        guard isUnicode else { return "" }
        return switch status {
        case .healthy: "✓ "
        case .progressing: "… "
        case .degraded: "✗ "
        case .suspended: "= "
        case .missing: "! "
        case .unknown: "? "
        }
    }
}

extension Health.Status {
    /// The colour of the state.
    var tone: TextStyle.Tone { tone(isQuiet: false) }

    fileprivate func tone(isQuiet: Bool) -> TextStyle.Tone {
        switch self {
        case .healthy: isQuiet ? .quiet : .good
        case .progressing, .suspended, .unknown: .waiting
        case .degraded, .missing: .bad
        }
    }
}

extension ObjectDrift {
    fileprivate var tone: TextStyle.Tone {
        switch self {
        case .inSync: .quiet
        case .variant: .plain
        case .differs, .notInGit: .waiting
        case .missing: .bad
        }
    }
}
