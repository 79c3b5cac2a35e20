public import Manifests

extension DeployTargetConfiguration {
    /// Reads the targets of a piped file, of a file with `deployTargets`, or of a file that is just the list.
    ///
    /// - Parameters:
    ///   - document: The file.
    ///   - plugin: Whose targets of a piped file are meant; `nil` will do when only one plugin has some.
    /// - Returns: The targets in the order of the file, at least one, or every mistake.
    public static func decode(
        _ document: YAMLDocument,
        plugin: String? = nil
    ) -> Decoded<[DeployTargetConfiguration]> {
        let problems = ConfigurationProblems(document: document)
        guard let (list, path) = list(in: document.value, plugin: plugin, problems) else {
            return problems.decoded(nil)
        }
        if list.isEmpty { problems.problem(path, "no deploy targets; add at least one") }
        return problems.decoded(targets(list, path: path, problems, from: .file))
    }

    /// Who wrote the text that is read.
    enum Writer {
        /// A person, who is told of every slip.
        case file
        /// Piped, which writes `null` for what is missing, and in time may write more than is known here.
        case piped
    }

    /// Reads the targets of a list.
    static func targets(
        _ list: [Value],
        path: String,
        _ problems: ConfigurationProblems,
        from writer: Writer
    ) -> [DeployTargetConfiguration] {
        var seen: Set<String> = []
        return list.enumerated().map { index, item in
            let fields = ConfigurationFields(item, path: "\(path)[\(index)]", problems: problems)
            let target = DeployTargetConfiguration(fields, from: writer)
            if !target.name.isEmpty, !seen.insert(target.name).inserted {
                fields.problem("name", "\"\(target.name)\" is there twice; names of deploy targets must differ")
            }
            return target
        }
    }

    private static func list(
        in value: Value,
        plugin: String?,
        _ problems: ConfigurationProblems
    ) -> (list: [Value], path: String)? {
        if let list = value.array { return (list, "") }
        guard value["deployTargets"] == nil else { return named("deployTargets", value["deployTargets"], problems) }
        guard let plugins = value[path: "spec", "plugins"]?.array else {
            problems.problem("", "no deployTargets found; expected a piped file, \"deployTargets:\" or a list")
            return nil
        }
        return PipedPlugins.entry(of: plugin, among: plugins, problems).flatMap { entry, path in
            named("\(path).deployTargets", entry["deployTargets"], problems)
        }
    }

    private static func named(
        _ path: String,
        _ value: Value?,
        _ problems: ConfigurationProblems
    ) -> (list: [Value], path: String)? {
        guard let list = value?.array else {
            problems.problem(path, "must be a list, found \(value?.typeNameWithArticle ?? "nothing")")
            return nil
        }
        return (list, path)
    }

    private init(_ fields: ConfigurationFields, from writer: Writer) {
        self.init(name: fields.string("name") ?? "")
        if name.isEmpty, fields.node("name")?.string ?? "" == "" { fields.problem("name", "must not be empty") }
        labels = fields.stringMap("labels")
        if fields.node("config") == nil {
            let text = "is missing; write {kubeConfigPath: FILE}, or {} for where kubectl would look"
            writer == .file ? fields.problem("config", text) : fields.warn("config", text)
        }
        let config = fields.fields("config")
        kubeConfigPath = config.string("kubeConfigPath")
        context = config.string("context")
        masterURL = config.string("masterURL")
        kubectlVersion = config.string("kubectlVersion")
        informer = AppStateInformer(config.fields("appStateInformer"))
        config.finish()
        writer == .file ? fields.finish() : fields.finishLeniently()
    }
}
