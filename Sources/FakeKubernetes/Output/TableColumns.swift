import Manifests

/// The columns that `kubectl get` shows for a type.
struct TableColumns: Sendable {
    /// One column: its head, and how to fill it from an object.
    struct Column: Sendable {
        let name: String
        var type = "string"
        /// 0 is always shown, 1 only with `-o wide`.
        var priority = 0
        let cell: @Sendable (Value) -> Value
    }

    private let columns: [Column]

    init(type: ResourceType, version: String) {
        let name = Column(name: "Name") { .string($0.name) }
        guard let custom = type.custom else {
            columns = [name] + (BuiltInColumns.columns(type.groupKind) ?? [Self.age])
            return
        }
        let own = custom.versions[version]?.columns.map(Self.custom) ?? []
        columns = [name] + (own.isEmpty ? [Self.age] : own)
    }

    var definitions: Value {
        .array(
            columns.enumerated().map { index, column in
                [
                    "name": .string(column.name), "type": .string(column.type), "format": index == 0 ? "name" : "",
                    "description": "", "priority": .int(column.priority),
                ]
            }
        )
    }

    func cells(_ object: Value) -> [Value] {
        columns.map { $0.cell(object) }
    }

    static let age = Column(name: "Age") { .string(Age.text(since: $0.metadata("creationTimestamp"))) }

    private static func custom(_ definition: Value) -> Column {
        let path = definition["jsonPath"]?.string ?? ""
        let type = definition["type"]?.string ?? "string"
        let priority = definition["priority"]?.int ?? 0
        return Column(name: definition["name"]?.string ?? "", type: type, priority: priority) { object in
            guard let value = SimpleJSONPath.find(path, in: object) else { return .null }
            if type == "date" { return .string(Age.text(since: value.string ?? "")) }
            return value.array == nil && value.mapping == nil ? value : .string(value.jsonText())
        }
    }
}
