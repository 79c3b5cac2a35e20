/// How much the readers of YAML and JSON take before they refuse a text.
public struct ReadLimits: Sendable, Hashable {
    /// The most lists and mappings that may stand inside each other.
    public var depth: Int
    /// The longest text, in bytes.
    public var bytes: Int
    /// The most nodes that the aliases of one YAML document may stand for; a long string counts once for every 64 bytes.
    ///
    /// A few lines of aliases to aliases can stand for billions of nodes.
    public var expandedNodes: Int
    /// The most nodes of one text; a long string counts once for every 64 bytes.
    ///
    /// A byte or two make a node that takes fifty in memory.
    public var nodes: Int
    /// The most documents of one YAML text.
    public var documents: Int
    /// Whether a key may stand twice in one mapping; the last one then wins, as for every program written in Go.
    ///
    /// A person who writes a key twice has made a mistake, and it is refused.
    public var allowsRepeatedKeys = false

    /// Limits that no sane set of manifests reaches, where the caller does not ask for others.
    public init(
        depth: Int = 200,
        bytes: Int = 64 << 20,
        expandedNodes: Int = 1_000_000,
        nodes: Int = 5_000_000,
        documents: Int = 100_000
    ) {
        self.depth = depth
        self.bytes = bytes
        self.expandedNodes = expandedNodes
        self.nodes = nodes
        self.documents = documents
    }

    /// 200 levels, 64 MiB, 5 million nodes, of them a million by alias, and 100,000 documents.
    public static let standard = ReadLimits()

    /// The standard limits for what programs write, such as the answers of a server: keys may stand twice, and only the
    /// bytes are counted.
    public static let machineWritten: ReadLimits = {
        var limits = ReadLimits(nodes: .max)
        limits.allowsRepeatedKeys = true
        return limits
    }()

    func check(size: Int, file: String) throws(ManifestError) {
        guard size > bytes else { return }
        throw ManifestError(.limit("bytes", bytes), position: SourcePosition(file: file, line: 1))
    }
}
