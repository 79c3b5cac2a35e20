import Manifests

/// Checks an applied configuration against its schema: server-side apply is always strict.
enum TypedValidation {
    /// Everything that does not fit, in the words of structured merge and diff.
    static func errors(_ value: Value, _ schema: Schema, path: String = "") -> [TypedError] {
        guard !value.isNull else { return [] }
        switch schema.resolved {
        case .any, .named: return []
        case .scalar(let scalar): return scalar.accepts(value) ? [] : [mismatch(scalar, value, path)]
        case .list(let element, let kind, _):
            guard let list = value.array else { return [TypedError(path, "expected list, got \(shown(value))")] }
            return entries(list, element, kind, path)
        case .map(let element, _):
            guard let fields = value.mapping else { return [TypedError(path, "expected map, got \(shown(value))")] }
            return fields.flatMap { errors($0.value, element, path: "\(path).\($0.key)") }
        case .structure:
            guard let fields = value.mapping else { return [TypedError(path, "expected map, got \(shown(value))")] }
            return fields.flatMap { member in
                guard let field = schema.field(member.key) else {
                    return [TypedError("\(path).\(member.key)", "field not declared in schema")]
                }
                return errors(member.value, field.schema, path: "\(path).\(member.key)")
            }
        }
    }

    private static func entries(
        _ list: [Value],
        _ element: Schema,
        _ kind: Schema.ListKind,
        _ path: String
    ) -> [TypedError] {
        guard kind != .atomic else {
            return list.enumerated().flatMap { errors($1, element, path: "\(path)[\($0)]") }
        }
        do {
            let known = try ListEntries(list, element, kind)
            let twice = known.duplicates.map { TypedError.duplicate(path, $0.shown) }
            return twice
                + zip(known.order, list).flatMap { errors($1, element, path: path + $0.shown) }
        } catch {
            return [error.below(path)]
        }
    }

    private static func mismatch(_ scalar: Schema.Scalar, _ value: Value, _ path: String) -> TypedError {
        let expected =
            switch scalar {
            case .string: "string"
            case .boolean: "boolean"
            case .integer, .number: "numeric (int or float)"
            case .intOrString, .quantity: "scalar"
            }
        return TypedError(path, "expected \(expected), got \(shown(value))")
    }

    private static func shown(_ value: Value) -> String {
        "&value.valueUnstructured{Value:\(value.jsonText())}"
    }
}

extension Schema.Scalar {
    func accepts(_ value: Value) -> Bool {
        switch (self, value) {
        case (.string, .string), (.boolean, .bool), (.integer, .int), (.number, .int), (.number, .double): true
        case (.integer, .double(let number)): number.rounded() == number
        case (.intOrString, .int), (.intOrString, .string): true
        case (.quantity, .int), (.quantity, .double), (.quantity, .string): true
        default: false
        }
    }
}
