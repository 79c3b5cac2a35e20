public import Manifests

extension PluginConfiguration {
    /// Reads the plugin-wide configuration out of a piped file.
    ///
    /// - Parameters:
    ///   - document: The file; one that has only deploy targets gives the defaults.
    ///   - plugin: Whose configuration is meant; `nil` will do when only one plugin has deploy targets.
    /// - Returns: The configuration, or every mistake.
    public static func decode(_ document: YAMLDocument, plugin: String? = nil) -> Decoded<PluginConfiguration> {
        let problems = ConfigurationProblems(document: document)
        let isListOfTargets = document.value.array != nil || document.value["deployTargets"] != nil
        guard !isListOfTargets, let plugins = document.value[path: "spec", "plugins"]?.array else {
            return problems.decoded(PluginConfiguration())
        }
        guard let (entry, path) = PipedPlugins.entry(of: plugin, among: plugins, problems) else {
            return problems.decoded(nil)
        }
        return problems.decoded(
            PluginConfiguration(ConfigurationFields(entry["config"], path: "\(path).config", problems: problems))
        )
    }

    init(_ fields: ConfigurationFields) {
        self.init()
        chartRepositories = fields.elements("chartRepositories").compactMap { ChartRepository($0) }
        chartRegistries = fields.elements("chartRegistries").compactMap { ChartRegistry($0) }
        tools = ToolPaths(fields.fields("tools"))
        var seen: Set<String> = []
        for name in chartRepositories.map(\.name) where !name.isEmpty && !seen.insert(name).inserted {
            fields.problem("chartRepositories", "\"\(name)\" is there twice; names of chart repositories must differ")
        }
        fields.finish()
    }
}

extension ChartRepository {
    /// `nil` for a type that Flotilla does not know, with a warning.
    fileprivate init?(_ fields: ConfigurationFields) {
        let isKnown = fields.isOfType("HTTP")
        self.init(
            name: fields.required("name", isNeeded: isKnown),
            address: fields.required("address", isNeeded: isKnown)
        )
        username = fields.string("username")
        password = fields.string("password").map { Password($0) }
        insecure = fields.bool("insecure") ?? false
        fields.finish()
        if !isKnown { return nil }
    }
}

extension ChartRegistry {
    /// `nil` for a type that Flotilla does not know, with a warning.
    fileprivate init?(_ fields: ConfigurationFields) {
        let isKnown = fields.isOfType("OCI")
        self.init(address: fields.required("address", isNeeded: isKnown))
        username = fields.string("username")
        password = fields.string("password").map { Password($0) }
        fields.finish()
        if !isKnown { return nil }
    }
}

extension ToolPaths {
    fileprivate init(_ fields: ConfigurationFields) {
        self.init()
        kustomize = fields.string("kustomize")
        helm = fields.string("helm")
        kubectl = fields.string("kubectl")
        fields.finish()
    }
}

extension ConfigurationFields {
    /// Whether an entry is of the only type that is used; PipeCD ignores the others, without a word.
    fileprivate func isOfType(_ used: String) -> Bool {
        guard let type = string("type"), type != used else { return true }
        let hint = ClosestName.hint(type, among: [used])
        warn("type", "\"\(type)\" is not known\(hint); the entry is left out, only those of type \(used) are used")
        return false
    }

    fileprivate func required(_ key: String, isNeeded: Bool) -> String {
        let text = string(key)
        if isNeeded, text == nil, node(key)?.string ?? "" == "" { problem(key, "must not be empty") }
        return text ?? ""
    }
}
