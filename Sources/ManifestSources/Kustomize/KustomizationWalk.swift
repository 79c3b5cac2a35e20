import Manifests

/// Looks through all kustomizations on disk that a build reads, before it is run.
///
/// kustomize itself keeps files below the directory of the kustomization that names them, but other kustomizations may lie
/// anywhere, and with charts or without its restriction so may all the rest. Here nothing may lie outside of the repository.
struct KustomizationWalk {
    /// What nothing may lie outside of, links resolved.
    private let root: String
    /// Where kustomize runs, links resolved.
    private let work: String
    /// Whether a kustomization may have more than kustomize allows by itself, so that nothing may be left unseen.
    private let isStrict: Bool
    private var pending: [Visit]
    private var seen: Set<Visit>
    private var places: Set<String> = []
    private var problems: [String] = []

    /// A directory of a kustomization, and whether what it names are plugins.
    private struct Visit: Hashable {
        let directory: String
        let ofPlugins: Bool
    }

    /// Looks through a kustomization and those that it names, and so on.
    ///
    /// - Parameters:
    ///   - work: The directory of the kustomization, links resolved.
    ///   - root: What nothing may lie outside of, links resolved.
    ///   - isStrict: Whether charts are rendered, or kustomize does not restrict what is read.
    /// - Returns: The directories that kustomizations are in, and those that helm may write to, which need not be there.
    /// - Throws: `ManifestSourceError` with one line for everything outside, and for a kustomization that cannot be read.
    static func directories(
        from work: String,
        in root: String,
        isStrict: Bool
    ) throws(ManifestSourceError) -> [String] {
        var walk = KustomizationWalk(root: root, work: work, isStrict: isStrict)
        while let next = walk.pending.popLast() {
            guard !Task.isCancelled else { throw .cancelled }
            try walk.visit(next)
        }
        guard walk.problems.isEmpty else { throw ManifestSourceError(walk.problems) }
        return walk.places.sorted()
    }

    private init(root: String, work: String, isStrict: Bool) {
        self.root = root
        self.work = work
        self.isStrict = isStrict
        let first = Visit(directory: work, ofPlugins: false)
        (pending, seen) = ([first], [first])
    }

    private mutating func visit(_ visit: Visit) throws(ManifestSourceError) {
        places.insert(visit.directory)
        for file in PlainFiles.kustomizationNames {
            let path = "\(visit.directory)/\(file)"
            guard ConfinedDirectory.exists(path) else { continue }
            for object in try objects(in: path) {
                let place = Place(file: name(of: path), directory: visit.directory, ofPlugins: visit.ofPlugins)
                check(object, KustomizationField.ofKustomization, place)
                if visit.ofPlugins, isStrict { checkKeys(of: object, place) }
            }
        }
    }

    /// Where a text stands.
    private struct Place {
        let file: String
        let directory: String
        var ofPlugins = false
    }

    private func objects(in path: String) throws(ManifestSourceError) -> [Value] {
        let resolved = try ConfinedDirectory.resolve(path, name: name(of: path))
        guard ConfinedDirectory.isInside(resolved, root) else { throw ManifestSourceError(outside(name(of: path))) }
        return try objects(try PlainFile(resolved, name: name(of: path)).read(limit: 16 << 20), name(of: path))
    }

    private func objects(_ bytes: [UInt8], _ name: String) throws(ManifestSourceError) -> [Value] {
        do {
            return try YAML.documents(in: bytes, file: name).map(\.value)
        } catch {
            throw ManifestSourceError(error.description)
        }
    }

    // MARK: Fields

    private mutating func check(_ object: Value, _ fields: [KustomizationField], _ place: Place) {
        for field in fields {
            for text in field.texts(in: object) {
                do throws(ManifestSourceError) {
                    try check(text, field.use, place)
                } catch {
                    problems += error.problems.map { "\(place.file): \(field.name): \($0)" }
                }
            }
        }
    }

    private mutating func check(
        _ text: String,
        _ use: KustomizationField.Use,
        _ place: Place
    ) throws(ManifestSourceError) {
        switch use {
        case .file: _ = try inside(text, from: place.directory)
        case .fileOfHelm: for directory in [place.directory, work] { _ = try inside(text, from: directory) }
        case .fileWithKey:
            if let end = text.firstIndex(of: "=") {
                _ = try inside(String(text[end...].dropFirst()), from: place.directory)
            }
            _ = try inside(text, from: place.directory)
        case .fileOrText:
            if !text.mayBeYAML { _ = try inside(text, from: place.directory) }
        case .resources: try follow(text, place, asPlugins: place.ofPlugins)
        case .plugins where text.mayBeYAML: try checkPlugins(objects(Array(text.utf8), "inline"), place)
        case .plugins: try follow(text, place, asPlugins: true)
        case .directory: places.insert(try inside(text, from: place.directory, mayBeAbsolute: false))
        case .directoryOfHelm: places.insert(try inside(text, from: work, mayBeAbsolute: false))
        case .chart where text.split(separator: "/").contains(".."):
            throw ManifestSourceError("\"\(text)\" must not lead out of where the charts are")
        case .chart, .argument:
            guard !text.hasPrefix("-") else { throw ManifestSourceError("\"\(text)\" must not begin with a dash") }
        case .program: throw ManifestSourceError("is not allowed, because it decides which program runs; remove it")
        }
    }

    /// Remembers another kustomization, and looks into a file of plugins.
    private mutating func follow(_ path: String, _ place: Place, asPlugins: Bool) throws(ManifestSourceError) {
        let target = try inside(path, from: place.directory)
        switch FileType(of: target) {
        case .directory:
            let next = Visit(directory: target, ofPlugins: asPlugins)
            if seen.insert(next).inserted { pending.append(next) }
        case .file where asPlugins:
            try checkPlugins(objects(in: target), Place(file: name(of: target), directory: place.directory))
        case .other where isStrict && (asPlugins || !path.isAddressOfFile):
            throw ManifestSourceError("\"\(path)\" is not there, and may not be fetched with \(Self.options)")
        case .file, .other: return
        }
    }

    private mutating func checkPlugins(_ objects: [Value], _ place: Place) {
        var rest = objects
        while let object = rest.popLast() {
            check(object, KustomizationField.ofPlugin, place)
            rest += object.mapping?.members.filter { $0.key.isField("items") }.flatMap { $0.value.array ?? [] } ?? []
        }
    }

    /// Refuses what could change a plugin after it was looked at.
    private mutating func checkKeys(of object: Value, _ place: Place) {
        let harmless = ["apiVersion", "kind", "metadata", "resources", "bases"]
        for key in object.mapping?.keys ?? [] where !harmless.contains(where: key.isField) {
            problems.append("\(place.file): \(key): may not be used for generators with \(Self.options)")
        }
    }

    private static let options = "enable-helm or another load-restrictor"

    // MARK: Paths

    /// Where a path leads, links resolved as far as it is there.
    private func inside(
        _ path: String,
        from directory: String,
        mayBeAbsolute: Bool = true
    ) throws(ManifestSourceError) -> String {
        let isAbsolute = path.hasPrefix("/")
        guard mayBeAbsolute || !isAbsolute else { throw ManifestSourceError("\"\(path)\" must be a relative path") }
        let joined = isAbsolute ? path : "\(directory)/\(path)"
        let normal = ConfinedDirectory.normalized(joined) ?? "/"
        let resolved = ConfinedDirectory.resolvedAsFarAsThere(normal)
        // kustomize resolves links after `..`, helm before.
        let others = [isAbsolute ? nil : normal, try? ConfinedDirectory.resolve(joined)].compactMap(\.self)
        guard ([resolved] + others).allSatisfy({ ConfinedDirectory.isInside($0, root) }) else {
            throw ManifestSourceError(outside("\"\(path)\""))
        }
        return resolved
    }

    private func outside(_ name: String) -> String {
        "\(name) lies outside of \(root), links resolved; move it inside"
    }

    private func name(of path: String) -> String {
        root == "/" ? path : String(path.dropFirst(root.count + 1))
    }
}

extension String {
    /// Whether kustomize may take a text for the content of a file, not for its path.
    fileprivate var mayBeYAML: Bool { contains("{") || contains(where: \.isNewline) }

    /// Whether a text looks like the address of one file on the web; what it is, kustomize finds out by fetching it.
    fileprivate var isAddressOfFile: Bool {
        guard let scheme = ["https://", "http://"].first(where: hasPrefix) else { return false }
        return !dropFirst(scheme.count).contains("//") && !contains("ref=")
    }
}

/// What there is at a path.
private enum FileType {
    case file
    case directory
    case other

    init(of path: String) {
        self =
            if ConfinedDirectory.isDirectory(path) { .directory } else if ConfinedDirectory.exists(path) { .file } else
            { .other }
    }
}
