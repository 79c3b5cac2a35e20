/// An application file (`app.pipecd.yaml`), read completely.
///
/// `decode` finds every mistake at once. Go on with `PluginSpec` for the settings and `PipelineStage` for the stages.
public struct ApplicationConfiguration: Sendable, Hashable {
    /// The block `planner`.
    public struct Planner: Sendable, Hashable {
        /// Whether every deployment runs the pipeline.
        public var alwaysUsePipeline = false
        /// Whether a failed deployment is rolled back.
        public var autoRollback = true

        /// The defaults.
        public init() {}
    }

    /// The block `commitMatcher`: regular expressions for commit messages.
    public struct CommitMatcher: Sendable, Hashable {
        /// Commits that are deployed by quick sync.
        public var quickSync: String?
        /// Commits that are deployed by the pipeline.
        public var pipeline: String?

        /// No expressions.
        public init() {}
    }

    /// The name of the application.
    public var name: String?
    /// The labels of the application.
    public var labels: [String: String] = [:]
    /// How the strategy is chosen.
    public var planner = Planner()
    /// Commit messages that fix the strategy.
    public var commitMatcher = CommitMatcher()
    /// The stages, those of other plugins included; empty means quick sync.
    public var pipeline: [PipelineStage] = []
    /// What keeps the pipeline from working as a whole; a single stage of it may still be run.
    public var pipelineProblems: [ConfigurationProblem] = []
    /// How long the whole deployment may take.
    public var timeout = Duration.seconds(6 * 3600)
    /// Fields whose differences from Git do not count.
    public var ignoredFields: [IgnoredField] = []
    /// The name under which the settings stand in `spec.plugins`.
    public var pluginName = Self.defaultPluginName
    /// The settings of the plugin.
    public var plugin = PluginSpec()

    /// The name of the plugin in PipeCD's examples.
    public static let defaultPluginName = "kubernetes_multicluster"
    /// The only `apiVersion` that is accepted.
    static let apiVersion = "pipecd.dev/v1beta1"
    /// The kinds of application files; they all mean the same.
    static let kinds = ["Application", "KubernetesApp", "TerraformApp", "LambdaApp", "CloudRunApp", "ECSApp"]
    /// Fields of `spec` that piped reads and we need not.
    static let foreignFields = [
        "description", "trigger", "postSync", "encryption", "attachment", "notification", "eventWatcher",
    ]
    /// Fields that belong into the block of the plugin, where some examples do not have them.
    static let misplacedFields = ["input", "quickSync", "workloads", "service", "variantLabel", "trafficRouting"]

    /// A configuration with every default.
    public init() {}

    /// Whether deployments of this configuration put the primary variant into selectors, by quick sync or in a stage.
    ///
    /// A rollback to this configuration must do so too, because selectors of live workloads cannot be changed.
    public var addsVariantLabelToSelector: Bool {
        plugin.quickSyncOptions.addVariantLabelToSelector
            || pipeline.contains { stage in
                switch stage.options?.details {
                case .sync(let options): options.addVariantLabelToSelector
                case .primaryRollout(let options): options.addVariantLabelToSelector
                default: false
                }
            }
    }
}
