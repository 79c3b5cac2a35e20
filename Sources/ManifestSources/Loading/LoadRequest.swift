package import Manifests

/// Which manifests to load.
package struct LoadRequest: Sendable, Hashable {
    /// The application directory.
    package var directory: String
    /// The name of the application's configuration file, which a scan of the directory leaves out.
    package var configFileName: String
    /// The files to load, relative to the directory and in this order; with none the directory is scanned.
    package var manifests: [String]
    /// The namespace that every namespaced object gets, whatever its own.
    package var namespace: String?
    /// How kustomize makes them, where there is a kustomization.
    package var kustomize = KustomizeOptions()
    /// The release that helm makes them of; its presence switches to helm.
    package var helm: HelmRelease?
    /// What no file may lie outside of once links are resolved.
    ///
    /// `nil` is the application directory for manifests and files of values, and the repository for a kustomization.
    package var confinedTo: String?
    /// What to refuse for its size, of each file.
    package var limits: ReadLimits
    /// The most bytes that all files may have together.
    package var totalBytes = 256 << 20
    /// The most objects.
    package var objects = 100_000
    /// Whether an object may be there twice; the last one then wins, as when they are applied one after the other.
    package var allowsRepeatedObjects = false

    /// A request; only the directory is needed.
    package init(
        directory: String,
        configFileName: String = "app.pipecd.yaml",
        manifests: [String] = [],
        namespace: String? = nil,
        confinedTo: String? = nil
    ) {
        self.directory = directory
        self.configFileName = configFileName
        self.manifests = manifests
        self.namespace = namespace
        self.confinedTo = confinedTo
        limits = .standard
    }
}
