import Manifests

/// How stored objects go out: in the version and the shape that the client asked for.
struct Presentation: Sendable {
    let type: ResourceType
    let version: String
    let format: ResponseFormat

    init(_ target: ResourceTarget, _ format: ResponseFormat) {
        type = target.type
        version = target.version
        self.format = format
    }

    /// One object with its type.
    func object(_ stored: Value) -> Value {
        switch format {
        case .full: typed(stored)
        case .partial: metadataOnly(stored)
        case .table(let includeObject): table([stored], includeObject, metadata: listMetadata(stored.resourceVersion))
        }
    }

    /// A list; items of built-in types carry no type of their own, as on a real server.
    func list(_ items: [Value], metadata: Mapping) -> Value {
        switch format {
        case .full:
            let shown = type.custom == nil ? items.map { AutoscalerConversion.shown($0, self) } : items.map(typed)
            return [
                "kind": .string(type.listKind), "apiVersion": .string(type.apiVersion(version)),
                "metadata": .mapping(metadata), "items": .array(shown),
            ]
        case .partial:
            return [
                "kind": "PartialObjectMetadataList", "apiVersion": "meta.k8s.io/v1", "metadata": .mapping(metadata),
                "items": .array(items.map(metadataOnly)),
            ]
        case .table(let includeObject):
            return table(items, includeObject, metadata: metadata)
        }
    }

    /// An object of this type with nothing but a version, which tells a watch how far it is.
    func bookmark(_ revision: Int, initialEventsEnd: Bool) -> Value {
        var metadata: Mapping = ["resourceVersion": .string(String(revision)), "creationTimestamp": .null]
        if initialEventsEnd { metadata["annotations"] = ["k8s.io/initial-events-end": "true"] }
        if case .table = format {
            return ["kind": "Table", "apiVersion": "meta.k8s.io/v1", "metadata": .mapping(metadata), "rows": []]
        }
        let isPartial = format == .partial
        return [
            "kind": isPartial ? "PartialObjectMetadata" : .string(type.kind),
            "apiVersion": isPartial ? "meta.k8s.io/v1" : .string(type.apiVersion(version)),
            "metadata": .mapping(metadata),
        ]
    }

    private func listMetadata(_ resourceVersion: String) -> Mapping {
        ["resourceVersion": .string(resourceVersion)]
    }

    private func typed(_ stored: Value) -> Value {
        var fields: Mapping = ["kind": .string(type.kind), "apiVersion": .string(type.apiVersion(version))]
        for member in AutoscalerConversion.shown(stored, self).mapping ?? [:] { fields[member.key] = member.value }
        return .mapping(fields)
    }

    private func metadataOnly(_ stored: Value) -> Value {
        ["kind": "PartialObjectMetadata", "apiVersion": "meta.k8s.io/v1", "metadata": stored["metadata"] ?? [:]]
    }

    private func table(_ items: [Value], _ includeObject: ResponseFormat.TableObject, metadata: Mapping) -> Value {
        let columns = TableColumns(type: type, version: version)
        let rows: [Value] = items.map { item in
            var row: Mapping = ["cells": .array(columns.cells(item))]
            switch includeObject {
            case .none: break
            case .metadata: row["object"] = metadataOnly(item)
            case .object: row["object"] = typed(item)
            }
            return .mapping(row)
        }
        return [
            "kind": "Table", "apiVersion": "meta.k8s.io/v1", "metadata": .mapping(metadata),
            "columnDefinitions": columns.definitions, "rows": .array(rows),
        ]
    }
}
