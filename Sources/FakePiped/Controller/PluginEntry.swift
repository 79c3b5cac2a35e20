package import Manifests

/// An entry of `spec.plugins` in piped's configuration file.
package struct PluginEntry: Sendable {
    /// A place to deploy to.
    package struct DeployTarget: Sendable {
        package let name: String
        package let labels: [String: String]
        package let config: Value?

        package init(_ name: String, labels: [String: String] = [:], config: Value? = nil) {
            (self.name, self.labels, self.config) = (name, labels, config)
        }
    }

    package let name: String
    package let url: String
    package let port: Int
    package let config: Value?
    package let deployTargets: [DeployTarget]

    package init(
        _ name: String,
        url: String = "file:///opt/plugin",
        port: Int,
        config: Value? = nil,
        deployTargets: [DeployTarget] = []
    ) {
        (self.name, self.url, self.port, self.config, self.deployTargets) = (name, url, port, config, deployTargets)
    }

    /// The text that piped gives the process, as Go's encoder writes it.
    ///
    /// An absent `config` and an empty list are left out, except that a target's `config` is `null` then; what comes from
    /// YAML has its keys sorted; `<`, `>` and `&` are written as escapes.
    package var json: String {
        var entry: Value = ["name": .string(name), "url": .string(url), "port": .int(port)]
        entry["config"] = config.map(Self.sorted)
        if !deployTargets.isEmpty { entry["deployTargets"] = .array(deployTargets.map(Self.target)) }
        return entry.jsonText(.htmlEscaped)
    }

    /// The arguments of the process: flag and value are two of them, and there are no other flags.
    package func arguments(pipedService: String) -> [String] {
        ["start", "--piped-plugin-service", pipedService, "--config", json]
    }

    private static func target(_ target: DeployTarget) -> Value {
        var value: Value = ["name": .string(target.name)]
        if !target.labels.isEmpty {
            value["labels"] = sorted(.mapping(Mapping(target.labels.map { ($0.key, .string($0.value)) })))
        }
        value["config"] = target.config.map(sorted) ?? .null
        return value
    }

    private static func sorted(_ value: Value) -> Value {
        switch value {
        case .array(let items): .array(items.map(sorted))
        case .mapping(let mapping):
            .mapping(Mapping(mapping.keys.sorted().map { ($0, sorted(mapping[$0] ?? .null)) }))
        default: value
        }
    }
}
