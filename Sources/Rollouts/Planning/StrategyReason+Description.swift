import Manifests

extension StrategyReason: CustomStringConvertible {
    /// What a person reads, in one line.
    public var description: String { text.inOneLine(limit: .max) }

    private var text: String {
        switch self {
        case .requested: "it is asked for"
        case .noPipeline: "the application file has no pipeline"
        case .alwaysUsePipeline: "planner.alwaysUsePipeline is set"
        case .commitMatched(let strategy, let pattern):
            "the commit message matches commitMatcher.\(strategy.rawValue) \"\(pattern)\""
        case .firstDeployment: "no running version is known"
        case .noRunningWorkload: "the running version has no workload to compare with"
        case .noNewWorkload: "the new version has no workload"
        case .diffError(let cause): "the two versions cannot be compared: \(cause)"
        case .imageChanged(let changes): "images change: \(changes.map(\.description).joined(separator: ", "))"
        case .templateChanged(let key): "the pod template of \(key.shortDescription) changes"
        case .configDeleted(let count): "\(Self.configs(count)) removed"
        case .configAdded(let count): "\(Self.configs(count)) added"
        case .configReplaced(let key): "\(key.shortDescription) is gone, and another ConfigMap or Secret is new"
        case .configUpdated(let key): "\(key.shortDescription) changes"
        case .scaled(let changes): "only numbers of pods change: \(changes.map(\.description).joined(separator: ", "))"
        case .nothingSpecial: "nothing changes that needs the pipeline"
        }
    }

    private static func configs(_ count: Int) -> String {
        count == 1 ? "1 ConfigMap or Secret is" : "\(count) ConfigMaps and Secrets are"
    }
}

extension ImageChange: CustomStringConvertible {
    /// `orders 1.4.0 -> 1.5.0`, with the names when these differ, and the whole references when nothing else does.
    public var description: String {
        guard before.name == after.name else { return "\(before.shortText) -> \(after.shortText)" }
        guard before.version == after.version else {
            let versions = [before.version, after.version].map { $0.isEmpty ? "no version" : $0 }
            return "\(before.name) \(versions.joined(separator: " -> "))"
        }
        return "\(before.text) -> \(after.text)"
    }
}

extension ReplicasChange: CustomStringConvertible {
    /// `Deployment/orders 4 -> 6`.
    public var description: String {
        let (old, new) = (before?.described ?? "unset", after?.described ?? "unset")
        return "\(workload.shortDescription) \(old) -> \(new)"
    }
}
