/// The variables that a tool is run with.
///
/// A repository decides what tools do: which remote bases and charts are fetched, which templates are filled. So a tool gets
/// what it needs to find its own settings and the network, and nothing else of ours, which may hold tokens and passwords.
enum ToolEnvironment {
    /// Names that are handed on as they are; proxies are written in either case.
    private static let names: Set<String> = [
        "PATH", "HOME", "USER", "LOGNAME", "TMPDIR", "LANG", "TZ", "DOCKER_CONFIG", "SSH_AUTH_SOCK", "SSL_CERT_FILE",
        "SSL_CERT_DIR", "HTTP_PROXY", "HTTPS_PROXY", "NO_PROXY", "ALL_PROXY", "http_proxy", "https_proxy", "no_proxy",
        "all_proxy", "XDG_CACHE_HOME", "XDG_CONFIG_HOME", "XDG_DATA_HOME", "XDG_RUNTIME_DIR",
    ]

    /// Where helm has its files; its other variables are about a cluster, or hold passwords.
    private static let helm: Set<String> = [
        "HELM_CACHE_HOME", "HELM_CONFIG_HOME", "HELM_DATA_HOME", "HELM_PLUGINS", "HELM_REGISTRY_CONFIG",
        "HELM_REPOSITORY_CACHE", "HELM_REPOSITORY_CONFIG",
    ]

    /// How git, which kustomize and helm may run too, reaches a server: the programs and tokens that some of these hold
    /// are the operator's, and no repository can choose or read them.
    private static let git: Set<String> = [
        "GIT_ASKPASS", "GIT_CONFIG_COUNT", "GIT_CONFIG_GLOBAL", "GIT_CONFIG_NOSYSTEM", "GIT_CONFIG_SYSTEM", "GIT_SSH",
        "GIT_SSH_COMMAND", "GIT_SSH_VARIANT", "GIT_SSL_CAINFO", "GIT_SSL_CAPATH", "GIT_SSL_CERT", "GIT_SSL_KEY",
        "GIT_SSL_NO_VERIFY", "GIT_SSL_VERSION",
    ]

    /// The beginnings of names that are handed on: locale, and the settings of git that `GIT_CONFIG_COUNT` counts.
    private static let prefixes = ["LC_", "GIT_CONFIG_KEY_", "GIT_CONFIG_VALUE_"]

    /// What is the same on every machine: there is no cluster, `default` is its namespace unless one is configured, and nobody
    /// is there to answer a question of Git's.
    private static let fixed = ["KUBECONFIG": "/dev/null", "HELM_NAMESPACE": "default", "GIT_TERMINAL_PROMPT": "0"]

    /// The part of an environment that is handed on.
    static func clean(_ environment: [String: String]) -> [String: String] {
        environment.filter { name, _ in
            names.contains(name) || helm.contains(name) || git.contains(name)
                || prefixes.contains { name.hasPrefix($0) }
        }
    }

    /// The environment of a tool: the clean one, what is the same everywhere, and Git only fetches over the network.
    ///
    /// A repository may name another one on disk, which is not its own.
    ///
    /// - Parameters:
    ///   - environment: The variables of the process.
    ///   - git: Whether Git may fetch at all.
    /// - Returns: The variables.
    static func of(_ environment: [String: String], git: GitAccess = .network) -> [String: String] {
        clean(environment).merging(fixed) { $1 }.merging(["GIT_ALLOW_PROTOCOL": git.rawValue]) { $1 }
    }
}

/// What Git may fetch, as `GIT_ALLOW_PROTOCOL` has it.
enum GitAccess: String, Sendable {
    /// From anywhere: for what Flotilla itself asks of the user's own repository, which Git reads as one on disk.
    case everywhere = "file:https:ssh:git"
    /// From servers.
    case network = "https:ssh:git"
    /// Nothing.
    case none = ""
}
