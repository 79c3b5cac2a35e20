/// How kustomize makes the manifests of an application.
package struct KustomizeOptions: Sendable, Hashable {
    /// The directory of the kustomization, absolute or relative to the application directory, which it is when `nil`.
    package var directory: String?
    /// The wanted version of kustomize, such as `5.4.3`.
    package var version: String?
    /// The wanted version of the helm that renders the charts of a kustomization.
    package var helmVersion: String?
    /// Extra flags without their dashes; an empty value means a flag alone.
    package var options: [String: String]

    /// The defaults are those of kustomize.
    package init(directory: String? = nil, version: String? = nil, options: [String: String] = [:]) {
        self.directory = directory
        self.version = version
        self.options = options
    }
}
