/// One Kubernetes object as we want it.
///
/// A manifest always has a kind and a name, and its labels and annotations are strings. To read files of them go on with
/// `ManifestParser`; to change one, use `subscript(path:)`, `set(_:at:)` and the label functions: fields that nobody
/// mentions stay as they are.
public struct Manifest: Sendable, Hashable {
    /// The whole object.
    public private(set) var object: Value
    /// Where it was read from, when it was.
    public let position: SourcePosition?

    /// Takes an object after checking what every later step relies on.
    ///
    /// - Throws: `ManifestError` when the object is no mapping, `kind` or `metadata.name` is missing, or a label or an
    ///   annotation is no string (the API server refuses those too).
    public init(_ object: Value, position: SourcePosition? = nil) throws(ManifestError) {
        self.object = object
        self.position = position
        try validate()
    }

    /// The type; group and version are empty when the manifest has no `apiVersion`.
    public var groupVersionKind: GroupVersionKind {
        let version = GroupVersion(apiVersion: apiVersion) ?? GroupVersion(group: "", version: "")
        return GroupVersionKind(group: version.group, version: version.version, kind: kind)
    }

    /// The key, with the namespace exactly as written.
    public var key: ResourceKey {
        ResourceKey(group: groupVersionKind.group, kind: kind, namespace: namespace, name: name)
    }

    /// The `apiVersion` as written, empty when missing.
    public var apiVersion: String { object["apiVersion"]?.string ?? "" }

    /// The kind as written.
    public var kind: String { object["kind"]?.string ?? "" }

    /// The name; writing keeps everything else.
    public var name: String {
        get { object[path: "metadata", "name"]?.string ?? "" }
        set { setMetadata("name", .string(newValue)) }
    }

    /// The namespace as written, `nil` when missing or empty; writing `nil` removes it.
    public var namespace: String? {
        get { object[path: "metadata", "namespace"]?.string.flatMap { $0.isEmpty ? nil : $0 } }
        set { setMetadata("namespace", newValue.map(Value.string)) }
    }

    /// The labels of the object itself.
    public var labels: [String: String] { strings("labels") }

    /// The annotations of the object itself.
    public var annotations: [String: String] { strings("annotations") }

    /// Adds or replaces one label; others stay.
    public mutating func setLabel(_ key: String, _ value: String) { setString("labels", key, value) }

    /// Adds or replaces one annotation; others stay.
    public mutating func setAnnotation(_ key: String, _ value: String) { setString("annotations", key, value) }

    /// The node at a path of field names.
    public subscript(path path: String...) -> Value? { object.at(path) }

    /// Puts a node at a path of field names, making the mappings on the way.
    ///
    /// - Throws: `ManifestError` naming the object when a step is no mapping, or when the result is no valid manifest;
    ///   the manifest is then unchanged.
    public mutating func set(_ value: Value, at path: [String]) throws(ManifestError) {
        var copy = self
        do {
            try copy.object.set(value, at: path)
        } catch {
            throw ManifestError(error.reason, position: position, resource: key)
        }
        try copy.validate()
        self = copy
    }

    /// Removes the node at a path of field names, if it is there.
    ///
    /// - Precondition: The path is not `kind` or `metadata.name`, nor a parent of it.
    public mutating func remove(at path: [String]) {
        precondition(!["kind", "metadata", "metadata.name"].contains(path.joined(separator: ".")))
        object.remove(at: path)
    }

    /// Replaces a field of the object that no check is about.
    mutating func replaceObject(_ field: String, with value: Value) { object[field] = value }

    private func validate() throws(ManifestError) {
        guard object.mapping != nil else { throw failure(.notAnObject(found: object.typeNameWithArticle)) }
        try requireText(object["kind"], "kind")
        try requireString(object["apiVersion"], "apiVersion")
        guard GroupVersion(apiVersion: apiVersion) != nil else {
            let found = "\"\(apiVersion)\""
            throw failure(.badField(path: "apiVersion", expected: "VERSION or GROUP/VERSION", found: found))
        }
        try requireName()
        try requireString(object[path: "metadata", "namespace"], "metadata.namespace")
        for field in ["labels", "annotations"] { try requireStrings(field) }
    }

    private func requireName() throws(ManifestError) {
        let metadata = object["metadata"] ?? .null
        guard metadata["name"] != nil || metadata["generateName"] == nil else {
            let found = "only metadata.generateName"
            throw failure(.badField(path: "metadata.name", expected: "a name", found: found))
        }
        try requireText(metadata["name"], "metadata.name")
    }

    /// Requires that a field is a string when it is there.
    private func requireString(_ node: Value?, _ path: String) throws(ManifestError) {
        guard let node, !node.isNull, node.string == nil else { return }
        throw failure(.badField(path: path, expected: "a string (quote it)", found: node.typeNameWithArticle))
    }

    private func requireText(_ node: Value?, _ path: String) throws(ManifestError) {
        guard let text = node?.string, !text.isEmpty else {
            let found = node.map { $0.string == nil ? $0.typeNameWithArticle : "an empty string" } ?? "nothing"
            throw failure(.badField(path: path, expected: "a name", found: found))
        }
    }

    private func requireStrings(_ field: String) throws(ManifestError) {
        guard let node = object[path: "metadata", field], !node.isNull else { return }
        guard let fields = node.mapping else {
            throw failure(.badField(path: "metadata.\(field)", expected: "a mapping", found: node.typeNameWithArticle))
        }
        for member in fields where member.value.string == nil {
            let path = "metadata.\(field).\(member.key)"
            throw failure(
                .badField(path: path, expected: "a string (quote it)", found: member.value.typeNameWithArticle)
            )
        }
    }

    private func failure(_ reason: ManifestError.Reason) -> ManifestError {
        let known = !kind.isEmpty && !name.isEmpty
        return ManifestError(reason, position: position, resource: known ? key : nil)
    }

    private func strings(_ field: String) -> [String: String] {
        guard let fields = object[path: "metadata", field]?.mapping else { return [:] }
        return fields.reduce(into: [:]) { $0[$1.key] = $1.value.string }
    }

    private mutating func setString(_ field: String, _ key: String, _ value: String) {
        var fields = object[path: "metadata", field] ?? .null
        fields[key] = .string(value)
        setMetadata(field, fields)
    }

    private mutating func setMetadata(_ field: String, _ value: Value?) {
        var metadata = object["metadata"] ?? .null
        metadata[field] = value
        object["metadata"] = metadata
    }
}
