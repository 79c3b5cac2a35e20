/// Which deploy targets are meant: the one with a name, or all with certain labels.
public enum TargetSelector: Sendable, Hashable {
    /// The target with this name.
    case name(String)
    /// The targets that carry all of these labels; without any it selects nothing.
    case labels([String: String])

    /// The name, when the target is meant by it.
    public var name: String? {
        guard case .name(let name) = self else { return nil }
        return name
    }

    /// Whether a target is meant.
    public func selects(_ target: TargetSelection.Registered) -> Bool {
        switch self {
        case .name(let name): name == target.name
        case .labels(let labels): !labels.isEmpty && labels.allSatisfy { target.labels[$0.key] == $0.value }
        }
    }
}

extension TargetSelector: ExpressibleByStringLiteral, CustomStringConvertible {
    /// The target with a name.
    public init(stringLiteral name: String) { self = .name(name) }

    /// The name, or the labels as kubectl writes them: `labels region=eu,tier=a`.
    public var description: String {
        switch self {
        case .name(let name): name
        case .labels(let labels):
            "labels " + labels.sorted { $0.key < $1.key }.map { "\($0.key)=\($0.value)" }.joined(separator: ",")
        }
    }
}

extension ConfigurationFields {
    /// The block `target` of an entry: `{name: eu}` or `{labels: {region: eu}}`; `nil` when it selects nothing.
    ///
    /// A name alone decides, as for PipeCD, which reads no labels.
    func targetSelector() -> TargetSelector? {
        let target = fields("target")
        let (name, labels) = (target.string("name"), target.stringMap("labels"))
        target.finish()
        guard let name else { return labels.isEmpty ? nil : .labels(labels) }
        if !labels.isEmpty {
            problems.warning(target.path(of: "labels"), "have no effect beside the name; remove one of the two")
        }
        return .name(name)
    }
}
