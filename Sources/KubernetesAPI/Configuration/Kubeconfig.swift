import Manifests

/// A kubeconfig file: clusters, users, and the contexts that pair them.
///
/// [Organizing cluster access](https://kubernetes.io/docs/concepts/configuration/organize-cluster-access-kubeconfig/)
/// explains the file. Unknown fields are ignored, an empty file is an empty configuration.
public struct Kubeconfig: Sendable {
    /// The file as the user named it; relative paths inside are seen from its directory.
    public let path: String
    /// The context that the file itself chooses.
    public let currentContext: String?
    /// The names of all contexts, in order.
    public let contextNames: [String]

    private let clusters: [String: Value]
    private let users: [String: Value]
    private let contexts: [String: Value]

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
        (clusters, _) = Self.entries(root, list: "clusters", field: "cluster", &problems)
        (users, _) = Self.entries(root, list: "users", field: "user", &problems)
        (contexts, contextNames) = Self.entries(root, list: "contexts", field: "context", &problems)
        currentContext = root["current-context"]?.string.flatMap { $0.isEmpty ? nil : $0 }
        guard problems.isEmpty else { throw KubeconfigError(path: path, problems) }
    }

    /// What a context says, `nil` being the current one; files that it names are read now.
    ///
    /// - Throws: `KubeconfigError` with every problem of the context, its cluster and its user.
    public func configuration(context: String? = nil) throws(KubeconfigError) -> ClusterConfiguration {
        guard let name = context ?? currentContext else {
            throw KubeconfigError(path: path, [.noCurrentContext(available: contextNames)])
        }
        guard let fields = contexts[name] else {
            throw KubeconfigError(path: path, [.unknownContext(name, available: contextNames)])
        }
        var reader = ContextReader(directory: FileContents.directory(of: path), context: name)
        let cluster = reader.choose(fields["cluster"], from: clusters, list: "clusters")
        let user =
            fields["user"] == nil
            ? (name: "", fields: .null) : reader.choose(fields["user"], from: users, list: "users")
        let configuration = reader.configuration(cluster: cluster, user: user, namespace: fields["namespace"]?.string)
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
        guard root.mapping != nil, root["kind"].map({ $0 == "Config" }) ?? true else {
            throw KubeconfigError(path: path, [.syntax("is no kubeconfig: kind must be \"Config\"")])
        }
        return root
    }

    /// The named entries of a list; the names in order.
    private static func entries(
        _ root: Value,
        list: String,
        field: String,
        _ problems: inout [KubeconfigError.Problem]
    ) -> ([String: Value], [String]) {
        var entries: [String: Value] = [:]
        var names: [String] = []
        for entry in root[list]?.array ?? [] {
            guard let name = entry["name"]?.string else {
                problems.append(.field(entry: "an entry of \(list)", field: "name", why: "is missing or no string"))
                continue
            }
            if entries.updateValue(entry[field] ?? .null, forKey: name) != nil {
                problems.append(.duplicate(list: list, name: name))
            }
            names.append(name)
        }
        return (entries, names)
    }
}
