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

/// The part of JSONPath that printer columns use: fields, list indices, and filters for equality.
enum SimpleJSONPath {
    static func find(_ path: String, in object: Value) -> Value? {
        var rest = Substring(path)
        var node = object
        while let first = rest.popFirst() {
            if first == "[" {
                let content = rest.prefix { $0 != "]" }
                rest = rest.dropFirst(content.count + 1)
                guard let next = step(String(content), in: node) else { return nil }
                node = next
                continue
            }
            let name = (first == "." ? "" : String(first)) + takeName(&rest)
            guard !name.isEmpty else { continue }
            guard let next = node[name] else { return nil }
            node = next
        }
        return node
    }

    private static func takeName(_ rest: inout Substring) -> String {
        var name = ""
        while let next = rest.first, next != ".", next != "[" {
            rest.removeFirst()
            if next == "\\", let escaped = rest.popFirst() { name.append(escaped) } else { name.append(next) }
        }
        return name
    }

    /// An index, a quoted field, or a filter such as `?(@.type=="Ready")`.
    private static func step(_ content: String, in node: Value) -> Value? {
        if let index = Int(content) {
            guard let list = node.array, list.indices.contains(index) else { return nil }
            return list[index]
        }
        let quotes: Set<Character> = ["'", "\""]
        guard content.hasPrefix("?(@.") else { return node[content.filter { !quotes.contains($0) }] }
        let sides = content.dropFirst(4).dropLast().split(separator: "=", omittingEmptySubsequences: true)
        guard sides.count == 2 else { return nil }
        let wanted = sides[1].filter { !quotes.contains($0) && $0 != " " }
        let field = sides[0].filter { $0 != " " }
        return node.array?.first { $0[field]?.string == wanted }
    }
}

/// How long ago something was, as people read it.
enum Age {
    static func text(since timestamp: String) -> String {
        guard let then = Timestamp(text: timestamp).seconds else { return "<unknown>" }
        return text(seconds: max(0, (Timestamp.now.seconds ?? then) - then))
    }

    /// The two largest units that matter: `90s`, `5m30s`, `3h`, `2d4h`, `400d`.
    static func text(seconds: Int) -> String {
        let (minutes, hours, days) = (seconds / 60, seconds / 3600, seconds / 86_400)
        switch seconds {
        case ..<120: return "\(seconds)s"
        case ..<600: return "\(minutes)m" + (seconds % 60 == 0 ? "" : "\(seconds % 60)s")
        case ..<10_800: return "\(minutes)m"
        case ..<28_800: return "\(hours)h" + (minutes % 60 == 0 ? "" : "\(minutes % 60)m")
        case ..<172_800: return "\(hours)h"
        case ..<691_200: return "\(days)d" + (hours % 24 == 0 ? "" : "\(hours % 24)h")
        default: return "\(days)d"
        }
    }
}
