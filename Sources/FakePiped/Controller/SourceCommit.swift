/// A commit of the repository that holds an application.
package struct SourceCommit: Sendable, Hashable {
    package let hash: String
    package let message: String
    /// A folder with the whole repository at that commit.
    package let directory: String

    package init(_ hash: String, directory: String, message: String = "change") {
        (self.hash, self.message, self.directory) = (hash, message, directory)
    }
}

/// An application as the control plane registered it.
package struct RegisteredApplication: Sendable {
    package let id: String
    package let name: String
    /// The folder of the application, relative to the root of the repository.
    package let path: String
    package let configFilename: String
    package let labels: [String: String]
    /// The names of the deploy targets, by plugin.
    package let deployTargets: [String: [String]]

    package init(
        id: String,
        name: String,
        path: String,
        configFilename: String = "app.pipecd.yaml",
        labels: [String: String] = [:],
        deployTargets: [String: [String]]
    ) {
        (self.id, self.name, self.path, self.configFilename) = (id, name, path, configFilename)
        (self.labels, self.deployTargets) = (labels, deployTargets)
    }
}
