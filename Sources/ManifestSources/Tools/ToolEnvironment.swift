/// The variables that a tool is run with.
///
/// A repository decides what tools do: which remote bases and charts are fetched, which templates are filled. So a tool gets
/// what it needs to find its own settings and the network, and nothing else of ours, which may hold tokens and passwords.
enum ToolEnvironment {
    /// Names that are handed on as they are; proxies are written in either case.
    private static let names: Set<String> = [
        "PATH", "HOME", "USER", "LOGNAME", "TMPDIR", "LANG", "TZ", "DOCKER_CONFIG", "SSH_AUTH_SOCK", "SSL_CERT_FILE",
        "SSL_CERT_DIR", "HTTP_PROXY", "HTTPS_PROXY", "NO_PROXY", "ALL_PROXY", "http_proxy", "https_proxy", "no_proxy",
        "all_proxy",
    ]

    /// The beginnings of names that are handed on: locale, and the settings of the tools themselves.
    private static let prefixes = [
        "LC_", "XDG_", "HELM_", "KUSTOMIZE_", "GIT_SSH", "GIT_CONFIG", "GIT_SSL_", "GIT_ASKPASS", "GIT_TERMINAL_PROMPT",
    ]

    /// What enables plugins of kustomize, which are programs, or a cluster, which is not asked.
    private static let refused: Set<String> = [
        "KUSTOMIZE_ENABLE_ALPHA_COMMANDS", "KUSTOMIZE_PLUGIN_HOME", "HELM_KUBETOKEN", "HELM_KUBEAPISERVER",
        "HELM_KUBECONTEXT",
    ]

    /// The part of an environment that tools get.
    static func clean(_ environment: [String: String]) -> [String: String] {
        environment.filter { name, _ in
            !refused.contains(name) && (names.contains(name) || prefixes.contains { name.hasPrefix($0) })
        }
    }

    /// The environment of a tool that may run Git: the clean one, and Git only fetches over the network.
    ///
    /// A repository may name another one on disk, which is not its own.
    static func of(_ environment: [String: String]) -> [String: String] {
        clean(environment).merging(["GIT_ALLOW_PROTOCOL": "https:ssh:git"]) { $1 }
    }
}
