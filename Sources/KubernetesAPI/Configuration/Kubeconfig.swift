import Manifests

/// A kubeconfig: clusters, users, and the contexts that pair them, from one file or several.
///
/// [Organizing cluster access](https://kubernetes.io/docs/concepts/configuration/organize-cluster-access-kubeconfig/)
/// explains the file. Unknown fields are ignored, an empty file is an empty configuration. `ClusterSource` says which
/// files are read.
public struct Kubeconfig: Sendable {
    /// The file as the user named it, or several with a colon between; relative paths are seen from their directories.
    public let path: String
    /// The context that the files themselves choose.
    public let currentContext: String?
    /// The names of all contexts, in order.
    public let contextNames: [String]

    private let clusters: KubeconfigList
    private let users: KubeconfigList
    private let contexts: KubeconfigList

    /// Reads a file and gives what one of its contexts says, `nil` being its current context.
    public static func load(path: String, context: String? = nil) throws(KubeconfigError) -> ClusterConfiguration {
        try Kubeconfig(path: path).configuration(context: context)
    }

    /// Reads a file.
    public init(path: String) throws(KubeconfigError) {
        let text: [UInt8]
        do {
            text = try FileContents.read(path)
        } catch {
            throw KubeconfigError(path: path, [.unreadable(cause: error.cause)])
        }
        try self.init(text: text, path: path)
    }

    /// Reads a text that stands, or could stand, in a file.
    public init(text: [UInt8], path: String) throws(KubeconfigError) {
        self.path = path
        let root = try Self.root(of: text, path: path)
        var problems: [KubeconfigError.Problem] = []
        clusters = KubeconfigList(root, list: "clusters", field: "cluster", file: path, &problems)
        users = KubeconfigList(root, list: "users", field: "user", file: path, &problems)
        contexts = KubeconfigList(root, list: "contexts", field: "context", file: path, &problems)
        contextNames = contexts.names
        currentContext = root["current-context"]?.string.flatMap { $0.isEmpty ? nil : $0 }
        guard problems.isEmpty else { throw KubeconfigError(path: path, problems) }
    }

    /// Reads several files as one: of entries with the same name the first counts, and nothing of the others.
    ///
    /// - Throws: `KubeconfigError` with the problems of all files.
    public init(paths: [String]) throws(KubeconfigError) {
        var files: [Kubeconfig] = []
        var failures: [KubeconfigError] = []
        for path in paths {
            do throws(KubeconfigError) {
                files.append(try Kubeconfig(path: path))
            } catch {
                failures.append(error)
            }
        }
        let path = paths.joined(separator: ":")
        if let failure = failures.first {
            guard paths.count > 1 else { throw failure }
            throw KubeconfigError(path: path, failures.map { .file($0.path, $0.problems) })
        }
        self.path = path
        currentContext = files.lazy.compactMap(\.currentContext).first
        clusters = KubeconfigList(merging: files.map(\.clusters))
        users = KubeconfigList(merging: files.map(\.users))
        contexts = KubeconfigList(merging: files.map(\.contexts))
        contextNames = contexts.names
    }

    /// What a context says, `nil` being the current one; files that it names are read now.
    ///
    /// - Throws: `KubeconfigError` with every problem of the context, its cluster and its user.
    public func configuration(context: String? = nil) throws(KubeconfigError) -> ClusterConfiguration {
        guard let name = context ?? currentContext else {
            throw KubeconfigError(path: path, [.noCurrentContext(available: contextNames)])
        }
        guard let fields = contexts[name]?.fields else {
            throw KubeconfigError(path: path, [.unknownContext(name, available: contextNames)])
        }
        var reader = ContextReader(path: path, context: name)
        let cluster = reader.choose(fields["cluster"], from: clusters, list: "clusters")
        let user = reader.isGiven(fields["user"]) ? reader.choose(fields["user"], from: users, list: "users") : nil
        let namespace = reader.namespace(fields["namespace"])
        let configuration = reader.configuration(cluster: cluster, user: user, namespace: namespace)
        guard let configuration, reader.problems.isEmpty else { throw KubeconfigError(path: path, reader.problems) }
        return configuration
    }

    private static func root(of text: [UInt8], path: String) throws(KubeconfigError) -> Value {
        let documents: [Value]
        do {
            documents = try YAML.documents(in: text, file: path).map(\.value).filter { !$0.isNull }
        } catch {
            throw KubeconfigError(path: path, [.syntax("\(error)")])
        }
        guard documents.count <= 1 else {
            throw KubeconfigError(path: path, [.syntax("holds \(documents.count) documents instead of one")])
        }
        let root = documents.first ?? .mapping([:])
        guard root.mapping != nil, [nil, .null, "", "Config"].contains(root["kind"]) else {
            throw KubeconfigError(path: path, [.syntax("is no kubeconfig: kind must be \"Config\"")])
        }
        guard [nil, .null, "", "v1"].contains(root["apiVersion"]) else {
            throw KubeconfigError(path: path, [.syntax("is of another version: apiVersion must be \"v1\"")])
        }
        return root
    }
}
