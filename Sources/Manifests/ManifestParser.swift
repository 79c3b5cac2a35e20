/// What the manifests of one text are, and all that is wrong with it.
public struct ParsedManifests: Sendable {
    /// The manifests in the order of the text, lists expanded.
    public var manifests: [Manifest] = []
    /// One error for each document or list item that is no manifest; the text is good only when there are none.
    public var problems: [ManifestError] = []
    /// What was read, but perhaps not as it was meant.
    public var warnings: [ManifestWarning] = []
}

/// Reads texts of Kubernetes manifests, YAML or JSON.
///
/// Documents that are blank or `null` are skipped. A `List` gives its items, and so does every object whose kind ends in
/// `List` and that has `items`.
public enum ManifestParser {
    /// Reads all manifests of a text, and goes on after a bad one.
    ///
    /// It stops after 100 mistakes; the last problem then says that there may be more.
    ///
    /// - Parameters:
    ///   - bytes: The text.
    ///   - file: What errors call the text.
    ///   - limits: What to refuse for its size.
    ///   - ignoredGroup: An API group whose documents are left out, such as that of configuration files.
    /// - Returns: What could be read, and what could not.
    public static func parse(
        _ bytes: [UInt8],
        file: String,
        limits: ReadLimits = .standard,
        ignoredGroup: String? = nil
    ) -> ParsedManifests {
        var collector = ManifestCollector()
        for result in YAML.read(bytes, file: file, limits: limits) where !collector.isFull {
            switch result {
            case .failure(let problem): collector.note(problem)
            case .success(let document):
                let apiVersion = document.value["apiVersion"]?.string ?? ""
                guard ignoredGroup == nil || GroupVersion(apiVersion: apiVersion)?.group != ignoredGroup else {
                    continue
                }
                collector.add(document)
            }
        }
        return collector.parsed
    }
}

/// Turns documents into manifests.
struct ManifestCollector {
    /// Beyond so many errors, the place of the object is told instead of that of the field: finding a field reads the
    /// document again.
    private static let mostExactPlaces = 20

    var parsed = ParsedManifests()

    /// After so many mistakes in one text nobody wants to read of the next one.
    private static let mostProblems = 100

    private static let mostWarnings = 20

    /// Whether nothing more is to be taken in.
    var isFull: Bool { parsed.problems.count > Self.mostProblems }

    mutating func note(_ problem: ManifestError) {
        guard parsed.problems.count < Self.mostProblems else {
            parsed.problems.append(
                ManifestError(.other("more mistakes follow; correct these first"), position: problem.position)
            )
            return
        }
        parsed.problems.append(problem)
    }

    private mutating func note(_ warning: ManifestWarning) {
        switch parsed.warnings.count {
        case ..<Self.mostWarnings: parsed.warnings.append(warning)
        case Self.mostWarnings:
            parsed.warnings.append(ManifestWarning("more like these follow", position: warning.position))
        default: return
        }
    }

    mutating func add(_ document: YAMLDocument) {
        for warning in document.warnings { note(warning) }
        add(document.value, at: "", position: document.position, in: document)
    }

    private mutating func add(_ object: Value, at path: String, position: SourcePosition, in document: YAMLDocument) {
        if let items = Self.items(of: object) {
            let places = path.isEmpty && !items.isEmpty ? document.elementPositions(of: "items") : []
            for (index, item) in items.enumerated() where !isFull {
                let place = index < places.count ? places[index] : position
                let itemPath = path.isEmpty ? "items[\(index)]" : "\(path).items[\(index)]"
                add(Self.inheriting(item, from: object), at: itemPath, position: place, in: document)
            }
            return
        }
        do {
            parsed.manifests.append(try Manifest(object, position: position))
        } catch {
            note(exact(error, at: path, in: document))
        }
    }

    /// The error with the place of the field that it names.
    private func exact(_ error: ManifestError, at path: String, in document: YAMLDocument) -> ManifestError {
        guard case .badField(let field, _, _) = error.reason, parsed.problems.count < Self.mostExactPlaces else {
            return error
        }
        let fieldPath = path.isEmpty ? field : "\(path).\(field)"
        guard let position = document.position(of: fieldPath) else { return error }
        return ManifestError(error.reason, position: position, resource: error.resource)
    }

    /// The items of a list object, `nil` when the object is none.
    private static func items(of object: Value) -> [Value]? {
        guard let kind = object["kind"]?.string, kind.hasSuffix("List") else { return nil }
        let items = object["items"] ?? .null
        return kind == "List" && items.isNull ? [] : items.array
    }

    /// The item of a list with the type that the list gives it.
    private static func inheriting(_ item: Value, from list: Value) -> Value {
        guard let fields = item.mapping else { return item }
        var typed = Mapping()
        typed["apiVersion"] = fields["apiVersion"] ?? list["apiVersion"]
        let kind = list["kind"]?.string?.dropLast("List".count) ?? ""
        typed["kind"] = fields["kind"] ?? (kind.isEmpty ? nil : .string(String(kind)))
        guard typed.count > fields.keys.count(where: { $0 == "apiVersion" || $0 == "kind" }) else { return item }
        return .mapping(Mapping((Array(typed) + Array(fields)).map { ($0.key, $0.value) }))
    }
}
