import Manifests

/// Loads an application whose manifests are plain files.
///
/// What is not plain, `templatingMethod(in:kustomizeDirectory:hasHelmChart:)` tells; `ManifestLoader` loads either.
package enum PlainFiles {
    /// Loads all manifests of an application.
    ///
    /// Every bad file and document is reported, not only the first. In a scan, documents of the API group `pipecd.dev` are
    /// left out: they are the configuration of other applications in the same directory.
    ///
    /// - Returns: The manifests, namespaces assigned, by `pipecd.dev/order` and then in the order of files and documents.
    /// - Throws: `ManifestSourceError` with one line for each reason.
    package static func load(_ request: LoadRequest) throws(ManifestSourceError) -> LoadedManifests {
        let directory = try ConfinedDirectory(request.directory, confinedTo: request.confinedTo)
        let isScan = request.manifests.isEmpty
        let names = isScan ? try directory.manifestNames(except: request.configFileName) : request.manifests
        var parsed = ParsedManifests()
        var size = 0
        for name in names {
            do throws(ManifestSourceError) {
                let bytes = try directory.read(name, limit: request.limits.bytes)
                size += bytes.count
                parsed.add(bytes, name: name, limits: request.limits, ignoredGroup: isScan ? "pipecd.dev" : nil)
            } catch {
                parsed.problems += error.problems
            }
            // Each of them may be small.
            guard size <= request.totalBytes else { throw .tooMuch("\(request.totalBytes) bytes", request) }
            guard parsed.manifests.count <= request.objects else { break }
        }
        return try LoadedManifests(parsed, for: request)
    }
}
