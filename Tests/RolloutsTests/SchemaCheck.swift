import Manifests

/// As much of JSON Schema as the schema of the application file uses; any other keyword is a problem.
final class SchemaCheck {
    private let root: Value
    private var patterns: [String: Regex<AnyRegexOutput>] = [:]

    init(root: Value) {
        self.root = root
    }

    /// What is wrong with a node, one line each.
    func problems(_ node: Value, _ schema: Value, at path: String = "") -> [String] {
        guard let keywords = schema.mapping else { return schema == true ? [] : ["\(path): is not allowed"] }
        return keywords.flatMap { problems(node, keyword: $0.key, $0.value, in: keywords, at: path) }
    }

    /// The schema with everything that it refers to and that holds for a node.
    func parts(of schema: Value, for node: Value?) -> [Value] {
        var parts = [schema]
        if let name = schema["$ref"]?.string { parts += self.parts(of: definition(name), for: node) }
        for part in schema["allOf"]?.array ?? [] {
            guard let condition = part["if"], let node, problems(node, condition).isEmpty else { continue }
            parts += self.parts(of: part["then"] ?? true, for: node)
        }
        for part in schema["anyOf"]?.array ?? [] where node.map({ problems($0, part).isEmpty }) == true {
            parts += self.parts(of: part, for: node)
        }
        return parts
    }

    private func definition(_ reference: String) -> Value {
        root["$defs"]?[String(reference.dropFirst("#/$defs/".count))] ?? false
    }

    private func problems(
        _ node: Value,
        keyword: String,
        _ value: Value,
        in schema: Mapping,
        at path: String
    ) -> [String] {
        switch keyword {
        case "$schema", "$defs", "title", "description", "default", "deprecated", "then": []
        case "$ref": problems(node, definition(value.string ?? ""), at: path)
        case "allOf": (value.array ?? []).flatMap { problems(node, $0, at: path) }
        case "anyOf": (value.array ?? []).contains { problems(node, $0).isEmpty } ? [] : ["\(path): fits no choice"]
        case "not": problems(node, value).isEmpty ? ["\(path): is not allowed"] : []
        case "if": problems(node, value).isEmpty ? problems(node, schema["then"] ?? true, at: path) : []
        case "properties": children(node, path) { value[$0] }
        case "patternProperties":
            children(node, path) { key in value.mapping?.first { matches(key, $0.key) }?.value }
        case "additionalProperties": children(node, path) { schema["properties"]?[$0] == nil ? value : nil }
        case "items":
            (node.array ?? []).enumerated().flatMap { problems($1, value, at: "\(path)[\($0)]") }
        default: fits(node, keyword, value) ? [] : ["\(path): breaks \(keyword)"]
        }
    }

    private func children(_ node: Value, _ path: String, _ schema: (String) -> Value?) -> [String] {
        (node.mapping ?? [:]).flatMap { member in
            schema(member.key).map { problems(member.value, $0, at: "\(path).\(member.key)") } ?? []
        }
    }

    private func fits(_ node: Value, _ keyword: String, _ value: Value) -> Bool {
        switch keyword {
        case "const": node == value
        case "enum": (value.array ?? []).contains(node)
        case "type": (value.array ?? [value]).contains { isOf(node, type: $0.string ?? "") }
        case "required":
            node.mapping.map { fields in (value.array ?? []).allSatisfy { fields[$0.string ?? ""] != nil } }
                ?? true
        case "minimum": node.int.map { $0 >= value.int ?? 0 } ?? true
        case "maximum": node.int.map { $0 <= value.int ?? 0 } ?? true
        case "minProperties": node.mapping.map { $0.count >= value.int ?? 0 } ?? true
        case "minLength": node.string.map { $0.count >= value.int ?? 0 } ?? true
        case "pattern": node.string.map { matches($0, value.string ?? "") } ?? true
        default: false
        }
    }

    private func isOf(_ node: Value, type: String) -> Bool {
        switch node {
        case .null: type == "null"
        case .bool: type == "boolean"
        case .int: type == "integer" || type == "number"
        case .double(let number): type == "number" || (type == "integer" && number == number.rounded())
        case .string: type == "string"
        case .array: type == "array"
        case .mapping: type == "object"
        }
    }

    private func matches(_ text: String, _ pattern: String) -> Bool {
        guard let regex = patterns[pattern] ?? (try? Regex(pattern)) else { return false }
        patterns[pattern] = regex
        return text.firstMatch(of: regex) != nil
    }
}
