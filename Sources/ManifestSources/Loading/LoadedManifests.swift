package import Manifests

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

extension LoadedManifests {
    /// Makes the manifests of a request out of what was read or rendered for it.
    ///
    /// Each gets its namespace, and none may be there twice unless the request allows it.
    init(_ parsed: ParsedManifests, for request: LoadRequest) throws(ManifestSourceError) {
        guard parsed.manifests.count <= request.objects else { throw .tooMuch("\(request.objects) objects", request) }
        guard parsed.problems.isEmpty else { throw ManifestSourceError(parsed.problems) }
        var (manifests, notices) = NamespaceAssignment(to: parsed.manifests, configured: request.namespace).assign()
        let duplicates = manifests.duplicates()
        if !duplicates.isEmpty {
            guard request.allowsRepeatedObjects else { throw ManifestSourceError(Self.lines(of: duplicates)) }
            notices += duplicates.map { "\($0); the last one counts" }
            var seen: Set<ResourceKey> = []
            manifests = manifests.reversed().filter { seen.insert($0.key.normalized).inserted }.reversed()
        }
        self.init(manifests: manifests.sortedByOrder(), warnings: parsed.warnings + notices)
    }

    /// The lines of the first hundred errors, and how many there are more.
    private static func lines(of errors: [ManifestError]) -> [String] {
        let shown = errors.prefix(100).map(\.description)
        let rest = errors.count - shown.count
        return rest > 0 ? shown + ["\(rest) more objects are there twice"] : shown
    }
}

extension ManifestSourceError {
    /// The manifests of an application are too much together.
    static func tooMuch(_ amount: String, _ request: LoadRequest) -> ManifestSourceError {
        ManifestSourceError(
            "\(request.directory): the manifests have more than \(amount) in all; split the application"
        )
    }
}

/// The documents of one or more texts, with every mistake in them.
struct ParsedManifests {
    private(set) var manifests: [Manifest] = []
    var problems: [String] = []
    var warnings: [String] = []

    /// Adds the documents of a text.
    ///
    /// - Parameters:
    ///   - bytes: The text.
    ///   - name: What mistakes in it call it.
    ///   - limits: What to refuse for its size.
    ///   - group: The API group whose documents are left out.
    mutating func add(_ bytes: [UInt8], name: String, limits: ReadLimits, ignoredGroup group: String? = nil) {
        let parsed = ManifestParser.parse(bytes, file: name, limits: limits, ignoredGroup: group)
        manifests += parsed.manifests
        problems += parsed.problems.map(\.description)
        warnings += parsed.warnings.map(\.description)
    }
}
