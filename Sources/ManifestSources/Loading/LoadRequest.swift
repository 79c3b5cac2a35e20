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
    /// The root of the repository, which no file may lie outside of once links are resolved.
    ///
    /// `nil` is the application directory.
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

/// The manifests of an application, ready to be marked and planned with.
package struct LoadedManifests: Sendable {
    /// The manifests, sorted by `pipecd.dev/order`.
    package var manifests: [Manifest]
    /// What was loaded, but perhaps not as it was meant; one line each.
    package var warnings: [String]

    /// Manifests with what there is to say about them.
    package init(manifests: [Manifest] = [], warnings: [String] = []) {
        self.manifests = manifests
        self.warnings = warnings
    }
}
