import Manifests

/// What the path of a request names: a type in one version, perhaps a namespace, an object and a part of it.
struct ResourceTarget: Sendable {
    let type: ResourceType
    let version: String
    var namespace: String?
    var name: String?
    var subresource: String?

    var apiVersion: String { type.apiVersion(version) }

    private var isScale: Bool { subresource == "scale" }

    /// The kind of the objects that are sent to and come from this path.
    var bodyKind: String { isScale ? Scale.kind : type.kind }

    /// The `apiVersion` of the objects that are sent to and come from this path.
    var bodyAPIVersion: String { isScale ? Scale.apiVersion : apiVersion }

    /// The version of these objects as error messages write it: `apps/v1`, `/v1`.
    var bodyGroupVersion: String { isScale ? Scale.apiVersion : "\(type.group)/\(version)" }

    /// The schema of the objects that are sent to and come from this path.
    var bodySchema: Schema { isScale ? .named(Scale.kind) : type.schema(version) }

    var groupResource: GroupResource { type.groupResource }

    /// The place of the named object; the name is empty when the path names none.
    var reference: ObjectReference { reference(named: name ?? "") }

    func reference(named name: String) -> ObjectReference {
        ObjectReference(groupResource, namespace: namespace ?? "", name: name)
    }

    /// Reads the part of a path behind the group and the version.
    ///
    /// `nil` when no served type fits.
    init?(registry: TypeRegistry, group: String, version: String, path: [String]) {
        var rest = path[...]
        var namespace: String?
        if path.count >= 3, path[0] == "namespaces", registry[group, path[2]]?.isNamespaced == true {
            namespace = path[1]
            rest = rest.dropFirst(2)
        }
        guard let plural = rest.popFirst(), let type = registry[group, plural], type.versions.contains(version),
            rest.count <= 2, !type.isNamespaced || namespace != nil || rest.isEmpty
        else { return nil }
        self.type = type
        self.version = version
        self.namespace = namespace
        name = rest.popFirst()
        subresource = rest.popFirst()
    }

    /// A type in its first version, for writes of the server itself.
    init(_ type: ResourceType, namespace: String? = nil, name: String? = nil, subresource: String? = nil) {
        self.type = type
        version = type.versions.first ?? ""
        self.namespace = type.isNamespaced ? namespace : nil
        self.name = name
        self.subresource = subresource
    }
}
