public import Manifests

extension ApplicationConfiguration {
    /// Reads an application file and finds every mistake in it.
    ///
    /// Unknown fields in the plugin's block and in the options of our stages are mistakes; other unknown fields are
    /// warnings, because newer versions of piped may know them.
    ///
    /// - Parameters:
    ///   - document: The file.
    ///   - plugin: The name in `spec.plugins`. `nil` takes `kubernetes_multicluster`, else the only name there is.
    ///   - strictness: Which mistakes are only warnings.
    /// - Returns: The configuration, or every mistake.
    public static func decode(
        _ document: YAMLDocument,
        plugin: String?,
        strictness: Strictness = .deploying
    ) -> Decoded<ApplicationConfiguration> {
        decode(document, plugin: plugin, ConfigurationProblems(document: document, strictness: strictness))
    }

    static func decode(
        _ document: YAMLDocument,
        plugin: String?,
        _ problems: ConfigurationProblems
    ) -> Decoded<ApplicationConfiguration> {
        guard document.value.mapping != nil else {
            problems.problem("", "an application file must be a mapping, found \(document.value.typeNameWithArticle)")
            return problems.decoded(nil)
        }
        let root = ConfigurationFields(document.value, path: "", problems: problems)
        checkEnvelope(root)
        return problems.decoded(ApplicationConfiguration(root.fields("spec"), plugin: plugin))
    }

    private static func checkEnvelope(_ root: ConfigurationFields) {
        let version = root.node("apiVersion")
        if version?.string != apiVersion {
            root.problem("apiVersion", "must be \"\(apiVersion)\", found \(version?.described ?? "nothing")")
        }
        let kind = root.node("kind")
        if !kinds.contains(kind?.string ?? "") {
            let hint = ClosestName.hint(kind?.string ?? "", among: kinds)
            root.problem("kind", "must be \"\(kinds[0])\", found \(kind?.described ?? "nothing")\(hint)")
        }
        for key in ["metadata", "spec"] { _ = root.raw(key) }
        root.finishLeniently(vital: ["spec"])
    }

    private init(_ spec: ConfigurationFields, plugin: String?) {
        self.init()
        let plugins = spec.fields("plugins")
        pluginName = plugin ?? Self.choosePlugin(plugins)
        self.plugin = PluginSpec(plugins.fields(pluginName))
        spec.problems.minor {
            readDeployment(spec)
            let quickSync = "\(plugins.path(of: pluginName)).quickSync"
            checkTargets(self.plugin.quickSync.targets, at: quickSync, spec.problems)
            readPipeline(spec.fields("pipeline"))
            ignoredFields = [IgnoredField](spec.fields("driftDetection"))
            Self.foreignFields.forEach { _ = spec.raw($0) }
            warnAboutMisplaced(spec)
            spec.finishLeniently(vital: ["pipeline", "plugins"])
        }
    }

    /// Reads what is about deployments as a whole.
    private mutating func readDeployment(_ spec: ConfigurationFields) {
        name = spec.string("name")
        labels = spec.stringMap("labels")
        planner = Planner(spec.fields("planner"))
        commitMatcher = CommitMatcher(spec.fields("commitMatcher"))
        timeout = spec.limit("timeout") ?? timeout
    }

    private static func choosePlugin(_ plugins: ConfigurationFields) -> String {
        let names = plugins.mapping.keys
        if names.isEmpty || names.contains(defaultPluginName) { return defaultPluginName }
        if names.count > 1 {
            let listed = names.map { "\"\($0)\"" }.joined(separator: ", ")
            plugins.problems.problem(plugins.path, "none is \"\(defaultPluginName)\"; say which one to use: \(listed)")
        }
        return names[0]
    }

    /// PipeCD ignores a block of ours outside of `spec.plugins`; one that chooses targets must not be.
    private func warnAboutMisplaced(_ spec: ConfigurationFields) {
        for key in Self.misplacedFields {
            guard let block = spec.raw(key) else { continue }
            let text = "PipeCD ignores it here; move it to spec.plugins.\(pluginName)"
            let choosesTargets = block.mapping?.keys.contains(where: ConfigurationFields.isTargetFilter) == true
            choosesTargets ? spec.problem(key, text) : spec.warn(key, text)
        }
    }
}

extension ApplicationConfiguration.Planner {
    fileprivate init(_ fields: ConfigurationFields) {
        self.init()
        alwaysUsePipeline = fields.bool("alwaysUsePipeline") ?? alwaysUsePipeline
        autoRollback = fields.bool("autoRollback") ?? autoRollback
        fields.finishLeniently()
    }
}

extension ApplicationConfiguration.CommitMatcher {
    fileprivate init(_ fields: ConfigurationFields) {
        self.init()
        quickSync = fields.string("quickSync")
        pipeline = fields.string("pipeline")
        fields.finishLeniently()
    }
}

extension ConfigurationFields {
    /// A duration of which zero means the default, as for piped.
    func limit(_ key: String) -> Duration? {
        duration(key).flatMap { $0 == .zero ? nil : $0 }
    }
}
