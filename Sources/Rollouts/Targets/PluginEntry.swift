public import Manifests

/// The entry of a plugin in the piped file, as piped hands it to the plugin that it starts.
///
/// `decode` reads it. What only piped needs, such as where the program comes from, is left out.
public struct PluginEntry: Sendable, Hashable {
    /// The name that the operator chose; applications and deployments know the plugin by it.
    public let name: String
    /// The TCP port to listen on; 0, which no piped can call, is any free one.
    public let port: Int
    /// What holds for all applications.
    public let configuration: PluginConfiguration
    /// The clusters in the order of the file, at least one.
    public let targets: [DeployTargetConfiguration]

    /// Reads an entry.
    ///
    /// Fields of ours must be known; those of piped may be newer than Flotilla. As piped writes `null` for a target without
    /// `config`, that is no mistake here, only a warning.
    ///
    /// - Parameter value: The entry.
    /// - Returns: The entry, or every mistake.
    public static func decode(_ value: Value) -> Decoded<PluginEntry> {
        let problems = ConfigurationProblems(document: nil)
        let fields = ConfigurationFields(value, path: "", problems: problems)
        guard value.mapping != nil else { return problems.decoded(nil) }
        let name = fields.string("name") ?? ""
        if name.isEmpty, problems.problems.isEmpty { fields.problem("name", "must not be empty") }
        let port = fields.int("port", in: 0...65535)
        if fields.node("port") == nil { fields.problem("port", "is missing; it is the TCP port that piped calls") }
        let configuration = PluginConfiguration(fields.fields("config"))
        let list = fields.list("deployTargets")
        if list.isEmpty, (fields.node("deployTargets") ?? []).array != nil {
            fields.problem("deployTargets", "there are none; add the clusters to the plugin's entry in the piped file")
        }
        let targets = DeployTargetConfiguration.targets(list, path: "deployTargets", problems, from: .piped)
        return problems.decoded(
            PluginEntry(name: name, port: port ?? 0, configuration: configuration, targets: targets)
        )
    }
}
