/// How the manifests of an application are made.
package enum TemplatingMethod: Sendable, Hashable {
    /// The files are the manifests.
    case plain
    /// kustomize makes them, in this directory.
    case kustomize(directory: String)
    /// helm makes them.
    case helm
}

extension PlainFiles {
    /// How the manifests of an application are made.
    ///
    /// By helm when a chart is configured, else by kustomize when its directory has a kustomization file, else they are
    /// plain files.
    ///
    /// - Parameters:
    ///   - directory: The application directory; one that does not exist has no kustomization file.
    ///   - kustomizeDirectory: The configured directory, absolute or relative to the application directory.
    ///   - hasHelmChart: Whether a chart is configured at all, even with no field.
    ///   - root: What that directory may not lie outside of once links are resolved; `nil` is the application directory.
    /// - Returns: The method, with the directory that it works in.
    /// - Throws: `ManifestSourceError` when a kustomize directory lies outside, or is configured and has no kustomization
    ///   file.
    package static func templatingMethod(
        in directory: String,
        kustomizeDirectory: String? = nil,
        hasHelmChart: Bool = false,
        confinedTo root: String? = nil
    ) throws(ManifestSourceError) -> TemplatingMethod {
        guard !hasHelmChart else { return .helm }
        let configured = kustomizeDirectory.flatMap { $0.isEmpty ? nil : $0 }
        let effective = configured.map { $0.hasPrefix("/") ? $0 : "\(directory)/\($0)" } ?? directory
        if kustomizationNames.contains(where: { ConfinedDirectory.exists("\(effective)/\($0)") }) {
            _ = try ConfinedDirectory(effective, confinedTo: root ?? directory)
            return .kustomize(directory: effective)
        }
        guard let configured else { return .plain }
        let names = kustomizationNames.joined(separator: ", ")
        throw ManifestSourceError("the kustomize directory \"\(configured)\" has none of \(names)")
    }

    /// What kustomize looks for in a directory.
    static let kustomizationNames = ["kustomization.yaml", "kustomization.yml", "Kustomization"]
}
