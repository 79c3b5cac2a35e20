import Manifests

/// Loads an application whose manifests are plain files.
///
/// What is not plain, `templatingMethod(in:kustomizeDirectory:hasHelmChart:)` tells.
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
        let parsed = read(names, in: directory, limits: request.limits, isScan: isScan)
        guard parsed.problems.isEmpty else { throw ManifestSourceError(parsed.problems) }
        var (manifests, notices) = NamespaceAssignment(to: parsed.manifests, configured: request.namespace).assign()
        let duplicates = manifests.duplicates()
        if !duplicates.isEmpty {
            guard request.allowsRepeatedObjects else { throw ManifestSourceError(duplicates.map(\.description)) }
            notices += duplicates.map { "\($0); the last one counts" }
            var seen: Set<ResourceKey> = []
            manifests = manifests.reversed().filter { seen.insert($0.key.normalized).inserted }.reversed()
        }
        return LoadedManifests(manifests: manifests.sortedByOrder(), warnings: parsed.warnings + notices)
    }

    private struct Parsed {
        var manifests: [Manifest] = []
        var problems: [String] = []
        var warnings: [String] = []
    }

    private static func read(
        _ names: [String],
        in directory: ConfinedDirectory,
        limits: ReadLimits,
        isScan: Bool
    ) -> Parsed {
        var all = Parsed()
        for name in names {
            do throws(ManifestSourceError) {
                let bytes = try directory.read(name, limit: limits.bytes)
                let group = isScan ? "pipecd.dev" : nil
                let parsed = ManifestParser.parse(bytes, file: name, limits: limits, ignoredGroup: group)
                all.manifests += parsed.manifests
                all.problems += parsed.problems.map(\.description)
                all.warnings += parsed.warnings.map(\.description)
            } catch {
                all.problems += error.problems
            }
        }
        return all
    }
}
