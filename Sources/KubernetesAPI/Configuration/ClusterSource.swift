/// Where the way to a cluster is looked for, in this order.
///
/// An explicit path; the files that `KUBECONFIG` lists, those that exist, merged; the service account of the pod that we
/// run in; `.kube/config` at home. The first that is there counts, also when it turns out to be unusable. Nothing here
/// reads the environment: the caller passes it in.
public struct ClusterSource: Sendable {
    /// A kubeconfig file that must be there; nothing else is looked at.
    public var path: String?
    /// The context to use, `nil` for the current one; the pod's service account has none.
    public var context: String?
    /// The URL of the API server, when it is not the one found.
    public var masterURL: String?
    /// The environment of this process.
    public var environment: [String: String]
    /// The home directory of the user, when there is one.
    public var home: String?
    /// Where a pod finds its service account.
    public var serviceAccountDirectory = "/var/run/secrets/kubernetes.io/serviceaccount"

    /// A search with an environment, whose `HOME` is the home directory.
    public init(path: String? = nil, context: String? = nil, environment: [String: String]) {
        self.path = path
        self.context = context
        self.environment = environment
        home = environment["HOME"]
    }

    /// Reads the first source that is there.
    ///
    /// - Throws: `KubeconfigError` when it cannot be used, `ClusterSourceError` when there is none.
    public func load() throws -> ClusterConfiguration {
        let configuration = try found()
        guard let masterURL, !masterURL.isEmpty else { return configuration }
        return try configuration.withServer(masterURL)
    }

    /// How the files are that are looked at, in their order.
    ///
    /// Another answer means that `load` may find something else. Certificates and tokens in files of their own are not
    /// among them: a client looks at those itself.
    package var fileStates: [FileState] {
        if let path, !path.isEmpty { return [FileState(path)] }
        let atHome = home.flatMap { $0.isEmpty ? nil : FileContents.resolve(".kube/config", in: $0) }
        return (Self.files(environment["KUBECONFIG"] ?? "") + [atHome].compactMap { $0 }).map(FileState.init)
    }

    /// How a file is, only good for asking whether it has changed.
    package struct FileState: Sendable, Hashable {
        private let path: String
        private let identity: FileContents.Identity?

        init(_ path: String) {
            self.path = path
            identity = FileContents.identity(of: path)
        }
    }

    private func found() throws -> ClusterConfiguration {
        if let path, !path.isEmpty { return try Kubeconfig.load(path: path, context: context) }
        let listed = Self.files(environment["KUBECONFIG"] ?? "")
        let existing = listed.filter { FileContents.exists($0) }
        if !existing.isEmpty { return try Kubeconfig(paths: existing).configuration(context: context) }
        guard !listed.isEmpty else { return try accountOrHome(attempt: "KUBECONFIG is not set") }
        let attempt = "KUBECONFIG lists no file that exists (\(listed.joined(separator: ":")))".onOneLine()
        var configuration = try accountOrHome(attempt: attempt)
        configuration.warnings.append("\(attempt); \(configuration) is used instead")
        return configuration
    }

    /// What is there when no file was named, or none of those is there.
    private func accountOrHome(attempt: String) throws -> ClusterConfiguration {
        let account = ServiceAccount(directory: serviceAccountDirectory, environment: environment)
        guard let reason = account.absence else { return try account.configuration() }
        let attempts = ["no kubeconfig path is given", attempt, "no cluster around us: \(reason)"]
        guard let home, !home.isEmpty else { throw ClusterSourceError(.noneFound(attempts + ["HOME is not set"])) }
        let file = FileContents.resolve(".kube/config", in: home)
        guard FileContents.exists(file) else {
            throw ClusterSourceError(.noneFound(attempts + ["\"\(file)\" does not exist"]))
        }
        return try Kubeconfig.load(path: file, context: context)
    }

    /// The files of a list, each once.
    private static func files(_ list: String) -> [String] {
        var seen: Set<String> = []
        return list.split(separator: ":").map(String.init).filter { seen.insert($0).inserted }
    }
}

extension ClusterConfiguration {
    /// The same cluster under another URL; the name that its certificate was checked for goes with the old one.
    public func withServer(_ url: String) throws(ClusterSourceError) -> ClusterConfiguration {
        guard let server = ServerAddress(url) else { throw ClusterSourceError(.badServer(url)) }
        var copy = self
        copy.server = server
        copy.tls.serverName = nil
        return copy
    }
}

/// Why there is no way to a cluster.
public struct ClusterSourceError: Error, Hashable, CustomStringConvertible {
    /// What went wrong.
    public enum Reason: Sendable, Hashable {
        /// No source is there; what became of each.
        case noneFound([String])
        /// The master URL is none.
        case badServer(String)
        /// The service account is there but cannot be used.
        case serviceAccount(String)
    }

    /// What went wrong.
    public let reason: Reason

    init(_ reason: Reason) {
        self.reason = reason
    }

    /// What was tried, and what to do, in one line.
    public var description: String {
        switch reason {
        case .noneFound(let attempts):
            "no cluster is configured: \(attempts.joined(separator: "; ")); give the path of a kubeconfig".onOneLine()
        case .badServer(let url):
            "master URL \"\(url.onOneLine())\": must be https://HOST[:PORT][/PATH]"
        case .serviceAccount(let problem): "service account: \(problem)".onOneLine()
        }
    }
}
