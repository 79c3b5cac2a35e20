import Manifests

/// Carries the owners of the number of pods between an object and its scale.
///
/// The server does so [from version 1.22 on](https://github.com/kubernetes/kubernetes/pull/98377); before, writes of a
/// scale left no trace.
struct ScaleOwnership {
    private static let pathInScale = ["spec", "replicas"]

    private let parent: ManagedFields
    private let path: [PathElement]
    private let field: FieldSet
    private let apiVersion: String
    private let isRecorded: Bool

    init(_ object: Value, _ target: ResourceTarget, _ features: ServerFeatures) {
        parent = ManagedFields(object["metadata"]?["managedFields"]) ?? ManagedFields()
        path = Scale.replicasPath(target).map(PathElement.field)
        field = Self.set(path)
        apiVersion = target.apiVersion
        isRecorded = features.recordsSubresources
    }

    /// Who owns the number, as owners of the scale.
    var ofScale: ManagedFields {
        var scale = ManagedFields()
        guard isRecorded else { return scale }
        for entry in parent.entries where entry.fields.contains(path) {
            scale[entry.writer.through(Scale.apiVersion)] = Self.set(Self.pathInScale.map(PathElement.field))
        }
        return scale
    }

    /// The owners of the object after its scale got these owners.
    func ofObject(after scale: ManagedFields) -> ManagedFields {
        guard isRecorded else { return parent }
        let owners = scale.entries.filter { $0.fields.contains(Self.pathInScale.map(PathElement.field)) }
        var result = parent
        for entry in parent.entries where entry.fields.contains(path) {
            let stays = owners.contains { $0.writer.isSame(as: entry.writer.through(Scale.apiVersion)) }
            if !stays { result[entry.writer] = entry.fields.subtracting(field) }
        }
        for owner in owners {
            let known = parent.entries.contains {
                $0.fields.contains(path) && $0.writer.through(Scale.apiVersion).isSame(as: owner.writer)
            }
            let writer = owner.writer.through(apiVersion)
            if !known { result[writer] = field }
        }
        return result
    }

    private static func set(_ path: [PathElement]) -> FieldSet {
        path.reversed().reduce(FieldSet.leaf) { below, element in
            var set = FieldSet()
            set[element] = below
            return set
        }
    }
}

extension ManagedFields.Writer {
    /// The same writer, writing through another version.
    fileprivate func through(_ apiVersion: String) -> ManagedFields.Writer {
        ManagedFields.Writer(manager: manager, operation: operation, apiVersion: apiVersion, subresource: subresource)
    }
}
