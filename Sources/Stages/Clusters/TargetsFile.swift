import KubernetesAPI
import ManifestSources
import Manifests
package import Rollouts

/// Reads deploy targets from what the user gives.
package enum TargetsFile {
    /// The targets of a piped file, of a file with `deployTargets`, or of a file that is just the list, in file order.
    ///
    /// The plugin says whose targets of a piped file are meant; `nil` will do when only one has targets. It throws an
    /// `ApplicationError` with every mistake in the file.
    package static func load(_ path: String, plugin: String?) throws -> [DeployTarget] {
        let decoded = DeployTargetConfiguration.decode(try document(path), plugin: plugin)
        guard let targets = decoded.value else {
            throw ApplicationError(problems: decoded.problems.map { "\($0)" })
        }
        return targets.map { DeployTarget($0, directory: directory(of: path)) }
    }

    /// What the file says about all applications of the plugin, and what is odd about that.
    ///
    /// Paths of tools are seen from the directory of the file. It throws an `ApplicationError` with every mistake.
    package static func configuration(
        _ path: String,
        plugin: String?
    ) throws -> (configuration: PluginConfiguration, warnings: [String]) {
        let decoded = PluginConfiguration.decode(try document(path), plugin: plugin)
        guard var configuration = decoded.value else {
            throw ApplicationError(problems: decoded.problems.map { "\($0)" })
        }
        for tool in [\ToolPaths.kustomize, \.helm, \.kubectl] {
            guard let given = configuration.tools[keyPath: tool], !given.hasPrefix("/") else { continue }
            configuration.tools[keyPath: tool] = "\(directory(of: path))/\(given)"
        }
        return (configuration, decoded.warnings.map { "\($0)" })
    }

    private static func document(_ path: String) throws -> YAMLDocument {
        do {
            let documents = try YAML.documents(in: try PlainFiles.read(path), file: path)
            guard let first = documents.first, documents.count == 1 else {
                throw ApplicationError(problems: [
                    "\(path): a targets file holds one document, found \(documents.count)"
                ])
            }
            return first
        } catch let error as ManifestError {
            throw ApplicationError(problems: ["\(error)"])
        }
    }

    /// The directory that paths in a file are seen from.
    private static func directory(of path: String) -> String {
        let directory = path.split(separator: "/", omittingEmptySubsequences: false).dropLast().joined(separator: "/")
        return directory.isEmpty ? "." : directory
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
}

extension DeployTarget {
    /// A target whose kubeconfig is seen from a directory, by default the one that the process runs in.
    package init(_ configuration: DeployTargetConfiguration, directory: String = ".") {
        let path = configuration.kubeConfigPath
        self.init(
            name: configuration.name,
            labels: configuration.labels,
            access: .cluster(
                path: path.map { $0.hasPrefix("/") ? $0 : "\(directory)/\($0)" },
                context: configuration.context,
                masterURL: configuration.masterURL
            ),
            kubectlVersion: configuration.kubectlVersion,
            informer: configuration.informer
        )
    }
}
