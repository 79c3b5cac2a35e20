import Manifests

/// The types that one cluster serves at the moment: the built-in ones and those of its CustomResourceDefinitions.
struct TypeRegistry: Sendable {
    private(set) var types: [GroupResource: ResourceType]
    private var kinds: [GroupKind: GroupResource]
    /// Counts changes, so that documents made from the types can be kept until the next change.
    private(set) var changes = 0

    init() {
        types = BuiltInTypes.all.reduce(into: [:]) { $0[$1.groupResource] = $1 }
        kinds = BuiltInTypes.all.reduce(into: [:]) { $0[$1.groupKind] = $1.groupResource }
    }

    subscript(group: String, resource: String) -> ResourceType? {
        types[GroupResource(group: group, resource: resource)]
    }

    /// The type of a kind, in any version.
    func type(group: String, kind: String) -> ResourceType? {
        kinds[GroupKind(group: group, kind: kind)].flatMap { types[$0] }
    }

    func serves(group: String, version: String) -> Bool {
        types.values.contains { $0.group == group && $0.versions.contains(version) }
    }

    mutating func add(_ type: ResourceType) {
        types[type.groupResource] = type
        kinds[type.groupKind] = type.groupResource
        changes += 1
    }

    mutating func remove(_ groupResource: GroupResource) {
        guard let type = types.removeValue(forKey: groupResource) else { return }
        kinds[type.groupKind] = nil
        changes += 1
    }

    /// The groups with their types in the order of discovery: built-in groups as listed, then custom ones by name.
    var groups: [(name: String, types: [ResourceType])] {
        let byGroup = Dictionary(grouping: types.values, by: \.group)
        var order: [String] = []
        for type in BuiltInTypes.all where !order.contains(type.group) { order.append(type.group) }
        let custom = byGroup.keys.filter { !order.contains($0) }.sorted()
        return (order + custom).compactMap { name in
            byGroup[name].map { (name, $0.sorted { $0.plural < $1.plural }) }
        }
    }
}
