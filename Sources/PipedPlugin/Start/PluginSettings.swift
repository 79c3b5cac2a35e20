package import Rollouts
package import Stages

/// What piped tells the plugin when it starts it: the JSON behind `--config`.
package struct PluginSettings: Sendable {
    /// The name that the operator gave the plugin; targets, metadata and applications' settings are found by it.
    package let name: String
    /// The TCP port to listen on; 0 for any free one.
    package let port: Int
    /// What holds for all applications.
    package let configuration: PluginConfiguration
    /// The clusters, in the order of the piped file.
    package let targets: [DeployTarget]

    package init(name: String, port: Int, configuration: PluginConfiguration, targets: [DeployTarget]) {
        self.name = name
        self.port = port
        self.configuration = configuration
        self.targets = targets
    }
}
