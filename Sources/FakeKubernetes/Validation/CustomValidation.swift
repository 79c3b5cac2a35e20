import Manifests

/// Checks custom objects against the OpenAPI schema of their CustomResourceDefinition.
enum CustomValidation {
    static func problems(_ object: Value, _ schema: Value) -> [FieldProblem] {
        (schema["properties"]?.mapping ?? [:]).flatMap { member -> [FieldProblem] in
            guard !["metadata", "apiVersion", "kind"].contains(member.key), let value = object[member.key] else {
                return []
            }
            return check(value, member.value, member.key)
        } + missing(object, schema, "")
    }

    private static func check(_ value: Value, _ schema: Value, _ path: String) -> [FieldProblem] {
        if schema["x-kubernetes-int-or-string"]?.bool == true { return [] }
        if value.isNull { return schema["nullable"]?.bool == true ? [] : [wrongType(value, "object", path)] }
        let type = schema["type"]?.string ?? ""
        guard fits(value, type) else { return [wrongType(value, type, path)] }
        switch value {
        case .mapping(let fields):
            let others = schema["additionalProperties"].flatMap { $0.mapping == nil ? Value?.none : $0 }
            let problems = fields.flatMap { member -> [FieldProblem] in
                guard let below = schema["properties"]?[member.key] ?? others else { return [] }
                return check(member.value, below, "\(path).\(member.key)")
            }
            return problems + missing(value, schema, path)
        case .array(let list):
            guard let items = schema["items"] else { return [] }
            return list.enumerated().flatMap { check($1, items, "\(path)[\($0)]") }
        default:
            return enumeration(value, schema, path) + range(value, schema, path)
        }
    }

    private static func fits(_ value: Value, _ type: String) -> Bool {
        switch (type, value) {
        case ("string", .string), ("boolean", .bool), ("integer", .int), ("number", .int), ("number", .double),
            ("array", .array), ("object", .mapping), ("", _):
            true
        case ("integer", .double(let number)): number.rounded() == number
        default: false
        }
    }

    private static func wrongType(_ value: Value, _ type: String, _ path: String) -> FieldProblem {
        let found =
            value.isNull
            ? "null" : value.typeName == "list" ? "array" : value.typeName == "mapping" ? "object" : value.typeName
        return .invalid(path, "\"\(found)\"", "\(path) in body must be of type \(type): \"\(found)\"")
    }

    private static func missing(_ value: Value, _ schema: Value, _ path: String) -> [FieldProblem] {
        (schema["required"]?.array ?? []).compactMap(\.string).filter { value[$0] == nil }.map {
            .required(path.isEmpty ? $0 : "\(path).\($0)")
        }
    }

    private static func enumeration(_ value: Value, _ schema: Value, _ path: String) -> [FieldProblem] {
        guard let allowed = schema["enum"]?.array, !allowed.contains(value) else { return [] }
        return [.unsupported(path, value.jsonText(), allowed.compactMap(\.string))]
    }

    private static func range(_ value: Value, _ schema: Value, _ path: String) -> [FieldProblem] {
        guard let number = value.number else { return [] }
        var problems: [FieldProblem] = []
        if let least = schema["minimum"]?.number, number < least {
            let bound = schema["minimum"]?.jsonText() ?? ""
            problems.append(
                .invalid(path, value.jsonText(), "\(path) in body should be greater than or equal to \(bound)")
            )
        }
        if let most = schema["maximum"]?.number, number > most {
            let bound = schema["maximum"]?.jsonText() ?? ""
            problems.append(
                .invalid(path, value.jsonText(), "\(path) in body should be less than or equal to \(bound)")
            )
        }
        return problems
    }
}

extension Value {
    /// The number, whatever its form.
    fileprivate var number: Double? {
        switch self {
        case .int(let number): Double(number)
        case .double(let number): number
        default: nil
        }
    }
}
