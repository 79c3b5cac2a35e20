import KubernetesAPI
import ManifestSources
import Manifests
import Rollouts

/// Reads deploy targets from what the user gives.
package enum TargetsFile {
    /// The targets of a piped file, of a file with `deployTargets`, or of a file that is just the list, in file order.
    ///
    /// The plugin says whose targets of a piped file are meant; `nil` will do when only one has targets. It throws an
    /// `ApplicationError` with every mistake in the file.
    package static func load(_ path: String, plugin: String?) throws -> [DeployTarget] {
        let document: YAMLDocument
        do {
            let documents = try YAML.documents(in: try PlainFiles.read(path), file: path)
            guard let first = documents.first, documents.count == 1 else {
                throw ApplicationError(problems: [
                    "\(path): a targets file holds one document, found \(documents.count)"
                ])
            }
            document = first
        } catch let error as ManifestError {
            throw ApplicationError(problems: ["\(error)"])
        }
        let (list, base) = try list(in: document, path: path, plugin: plugin)
        guard !list.isEmpty else { throw ApplicationError(problems: ["\(path): no deploy targets; add at least one"]) }
        var problems: [String] = []
        let directory = path.split(separator: "/", omittingEmptySubsequences: false).dropLast().joined(separator: "/")
        let targets = list.enumerated().compactMap { index, item -> DeployTarget? in
            let place = document.position(of: "\(base)[\(index)]").map { "\($0)" } ?? path
            let entry = TargetEntry(item: item, place: place, directory: directory.isEmpty ? "." : directory)
            problems += entry.problems
            return entry.target
        }
        guard problems.isEmpty else { throw ApplicationError(problems: problems) }
        return try distinct(targets)
    }

    /// The target that a `FILE[:CONTEXT]` names; without a context the file's current one.
    package static func target(kubeconfig text: String) throws -> DeployTarget {
        let parts = text.split(separator: ":", maxSplits: 1).map(String.init)
        guard let path = parts.first else {
            throw ApplicationError(problems: ["--kubeconfig needs FILE or FILE:CONTEXT, found \"\(text)\""])
        }
        let context = parts.count == 2 ? parts[1] : nil
        guard let name = try context ?? Kubeconfig(path: path).currentContext else {
            throw ApplicationError(problems: [
                "\(path): no current context; say which with --kubeconfig \(path):CONTEXT"
            ])
        }
        return DeployTarget(name: name, access: .cluster(path: path, context: context))
    }

    /// The same targets, when no name is there twice.
    package static func distinct(_ targets: [DeployTarget]) throws -> [DeployTarget] {
        var seen: Set<String> = []
        for target in targets where !seen.insert(target.name).inserted {
            throw ApplicationError(problems: ["target \"\(target.name)\" is given twice; names of targets must differ"])
        }
        return targets
    }

    private static func list(
        in document: YAMLDocument,
        path: String,
        plugin: String?
    ) throws -> (list: [Value], base: String) {
        let value = document.value
        if let list = value.array { return (list, "") }
        if let list = value["deployTargets"]?.array { return (list, "deployTargets") }
        let plugins = (value[path: "spec", "plugins"]?.array ?? []).enumerated().filter { _, entry in
            plugin.map { entry["name"]?.string == $0 } ?? !(entry["deployTargets"]?.array ?? []).isEmpty
        }
        guard plugins.count == 1, let (index, entry) = plugins.first, let list = entry["deployTargets"]?.array else {
            let names = plugins.compactMap { $0.element["name"]?.string }
            let hint =
                names.count > 1
                ? "several plugins have targets (\(names.joined(separator: ", "))); say which with --plugin"
                : "no deployTargets found; expected a piped file, \"deployTargets:\" or a list"
            throw ApplicationError(problems: ["\(path): \(hint)"])
        }
        return (list, "spec.plugins[\(index)].deployTargets")
    }
}

/// One entry of a `deployTargets` list.
private struct TargetEntry {
    let target: DeployTarget?
    let problems: [String]

    init(item: Value, place: String, directory: String) {
        var problems: [String] = []
        let name = item["name"]?.string ?? ""
        if name.isEmpty { problems.append("\(place): a deploy target needs a name") }
        problems += Self.unknown(item, ["name", "labels", "config"], place)
        problems += Self.unknown(item["config"] ?? [:], Self.configKeys, place)
        for key in ["kubeConfigPath", "masterURL", "context"] {
            guard let value = item[path: "config", key], value.string == nil, !value.isNull else { continue }
            problems.append("\(place): config.\(key) must be a string, found \(value.typeName)")
        }
        if item["config"]?.mapping == nil { problems.append("\(place): target \"\(name)\" needs a config") }
        let path = item[path: "config", "kubeConfigPath"]?.string.flatMap { $0.isEmpty ? Optional.none : $0 }
        let masterURL = item[path: "config", "masterURL"]?.string.flatMap { $0.isEmpty ? Optional.none : $0 }
        let labels = item["labels"]?.mapping?.reduce(into: [String: String]()) { $0[$1.key] = $1.value.string } ?? [:]
        let access = DeployTarget.Access.cluster(
            path: path.map { $0.hasPrefix("/") ? $0 : "\(directory)/\($0)" },
            context: item[path: "config", "context"]?.string,
            masterURL: masterURL
        )
        target = problems.isEmpty ? DeployTarget(name: name, labels: labels, access: access) : nil
        self.problems = problems
    }

    private static let configKeys = ["masterURL", "kubeConfigPath", "kubectlVersion", "appStateInformer", "context"]

    /// Keys that nobody knows: a slip in one of them would choose another cluster.
    private static func unknown(_ value: Value, _ known: [String], _ place: String) -> [String] {
        (value.mapping?.keys ?? []).filter { !known.contains($0) }.map { key in
            "\(place): unknown field \"\(key)\"\(ClosestName.hint(key, among: known))"
        }
    }
}
