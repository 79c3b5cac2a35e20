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
        let parsed = try read(names, in: directory, request)
        guard parsed.problems.isEmpty else { throw ManifestSourceError(parsed.problems) }
        var (manifests, notices) = NamespaceAssignment(to: parsed.manifests, configured: request.namespace).assign()
        let duplicates = manifests.duplicates()
        if !duplicates.isEmpty {
            guard request.allowsRepeatedObjects else { throw ManifestSourceError(lines(of: duplicates)) }
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

    /// Reads all files, and goes on after a bad one.
    ///
    /// - Throws: `ManifestSourceError` when they are too much together; each of them may be small.
    private static func read(
        _ names: [String],
        in directory: ConfinedDirectory,
        _ request: LoadRequest
    ) throws(ManifestSourceError) -> Parsed {
        let group = request.manifests.isEmpty ? "pipecd.dev" : nil
        var all = Parsed()
        var size = 0
        for name in names {
            do throws(ManifestSourceError) {
                let bytes = try directory.read(name, limit: request.limits.bytes)
                size += bytes.count
                guard size <= request.totalBytes else { break }
                let parsed = ManifestParser.parse(bytes, file: name, limits: request.limits, ignoredGroup: group)
                all.manifests += parsed.manifests
                all.problems += parsed.problems.map(\.description)
                all.warnings += parsed.warnings.map(\.description)
            } catch {
                all.problems += error.problems
            }
            guard all.manifests.count <= request.objects else { break }
        }
        if size > request.totalBytes { throw tooMuch("\(request.totalBytes) bytes", request) }
        if all.manifests.count > request.objects { throw tooMuch("\(request.objects) objects", request) }
        return all
    }

    private static func tooMuch(_ amount: String, _ request: LoadRequest) -> ManifestSourceError {
        ManifestSourceError(
            "\(request.directory): the manifests have more than \(amount) in all; split the application"
        )
    }

    /// The lines of the first hundred errors, and how many there are more.
    private static func lines(of errors: [ManifestError]) -> [String] {
        let shown = errors.prefix(100).map(\.description)
        return errors.count > shown.count
            ? shown + ["\(errors.count - shown.count) more objects are there twice"] : shown
    }
}
