import Manifests

/// Types that come from CustomResourceDefinitions.
enum CustomTypes {
    static let definitions = GroupResource(group: "apiextensions.k8s.io", resource: "customresourcedefinitions")

    /// The type that a definition describes, with the versions that are served.
    static func type(_ definition: Value) -> ResourceType? {
        guard let spec = definition["spec"], let group = spec["group"]?.string, let names = spec["names"],
            let kind = names["kind"]?.string, let plural = names["plural"]?.string
        else { return nil }
        let versions = spec["versions"]?.array ?? []
        let served = versions.filter { $0["served"]?.bool == true }.compactMap { $0["name"]?.string }
        let storage = versions.first { $0["storage"]?.bool == true }?["name"]?.string ?? served.first ?? ""
        let parts = versions.first { $0["name"]?.string == storage }?["subresources"]
        var type = ResourceType(
            group: group,
            versions: served.sorted { Discovery.rank($0) > Discovery.rank($1) },
            kind: kind,
            plural: plural,
            singular: names["singular"]?.string ?? kind.lowercased(),
            isNamespaced: spec["scope"]?.string == "Namespaced"
        )
        type.shortNames = names["shortNames"]?.array?.compactMap(\.string) ?? []
        type.categories = names["categories"]?.array?.compactMap(\.string) ?? []
        type.subresources = ["status", "scale"].filter { parts?[$0] != nil }
        type.custom = CustomType(
            listKind: names["listKind"]?.string ?? "\(kind)List",
            storageVersion: storage,
            versions: versions.reduce(into: [:]) { $0[$1["name"]?.string ?? ""] = version($1) },
            scale: parts?["scale"]
        )
        return type
    }

    private static func version(_ version: Value) -> CustomType.Version {
        let schema = version["schema"]?["openAPIV3Schema"] ?? ["type": "object"]
        return CustomType.Version(
            schema: CustomSchema.root(schema),
            openAPI: schema,
            columns: version["additionalPrinterColumns"]?.array ?? []
        )
    }
}

extension ClusterState {
    /// Serves the type of a new definition, and no longer that of a deleted one, whose objects go with it.
    mutating func updateCustomType(_ event: StoreEvent) {
        guard let type = CustomTypes.type(event.object) else { return }
        if event.change == .deleted {
            for object in store.objects(type.groupResource) {
                erase(ObjectReference(type.groupResource, namespace: object.namespace, name: object.name))
            }
            watchers.end(type: type.groupResource)
            registry.remove(type.groupResource)
            return
        }
        let spec = event.object["spec"]
        if event.change == .added || event.previous?["spec"] != spec { registry.add(type) }
    }

    /// Gives a definition the conditions that say its type is served.
    mutating func establish(_ reference: ObjectReference) {
        guard var definition = store[reference], !definition.isBeingDeleted,
            definition["status"]?["conditions"] == nil
                || definition["status"]?["acceptedNames"] != definition["spec"]?["names"]
        else { return }
        let now = Value.string(Timestamp.now.text)
        definition.put(definition["spec"]?["names"], "status", "acceptedNames")
        let conditions: [(String, String, String)] = [
            ("NamesAccepted", "NoConflicts", "no conflicts found"),
            ("Established", "InitialNamesAccepted", "the initial names have been accepted"),
        ]
        definition.put(
            .array(
                conditions.map { type, reason, message in
                    [
                        "type": .string(type), "status": "True", "lastTransitionTime": now, "reason": .string(reason),
                        "message": .string(message),
                    ]
                }
            ),
            "status",
            "conditions"
        )
        writeStatus(definition, at: reference, manager: "kube-apiserver")
    }

    /// Refuses a definition whose name does not follow from its plural and group.
    func admitCustomType(_ object: Value, _ target: ResourceTarget) throws(APIStatus) {
        guard target.groupResource == CustomTypes.definitions else { return }
        let plural = object["spec"]?["names"]?["plural"]?.string ?? ""
        let group = object["spec"]?["group"]?.string ?? ""
        let storing = (object["spec"]?["versions"]?.array ?? []).filter { $0["storage"]?.bool == true }
        var problems: [FieldProblem] = []
        if object.name != "\(plural).\(group)" {
            let detail = "must be spec.names.plural+\".\"+spec.group"
            problems.append(.invalid("metadata.name", "\"\(object.name)\"", detail))
        }
        if storing.count != 1 {
            problems.append(.invalid("spec.versions", "[]", "must have exactly one version marked as storage version"))
        }
        guard problems.isEmpty else { throw .invalid(target.type, object.name, problems) }
    }
}
