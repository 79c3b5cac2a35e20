public import Manifests

/// What holds for all applications of a plugin: the block `config` of its entry in the piped file.
///
/// `decode` reads it.
public struct PluginConfiguration: Sendable, Hashable {
    /// The chart repositories that helm is told of.
    public var chartRepositories: [ChartRepository] = []
    /// The registries that helm logs in to.
    public var chartRegistries: [ChartRegistry] = []
    /// Where the tools are.
    public var tools = ToolPaths()

    /// No repositories, and tools where `PATH` says.
    public init() {}
}

/// A chart repository that is asked over HTTP.
public struct ChartRepository: Sendable, Hashable {
    /// The name that charts are asked for with.
    public var name: String
    /// The URL.
    public var address: String
    /// The user to log in as.
    public var username: String?
    /// The password of the user.
    public var password: Password?
    /// Whether any certificate of the server will do.
    public var insecure = false

    /// A repository without login.
    public init(name: String, address: String) {
        self.name = name
        self.address = address
    }
}

/// An OCI registry that holds charts.
public struct ChartRegistry: Sendable, Hashable {
    /// The host, with a port if need be.
    public var address: String
    /// The user to log in as.
    public var username: String?
    /// The password of the user.
    public var password: Password?

    /// A registry without login.
    public init(address: String) {
        self.address = address
    }
}

/// Paths of programs that render manifests; `nil` means the one that `PATH` finds.
public struct ToolPaths: Sendable, Hashable {
    /// The path of kustomize.
    public var kustomize: String?
    /// The path of helm.
    public var helm: String?
    /// The path of kubectl, which renders kustomizations where there is no kustomize.
    public var kubectl: String?

    /// No paths.
    public init() {}
}
