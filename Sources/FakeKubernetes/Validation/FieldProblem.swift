/// One thing that is wrong with one field.
struct FieldProblem: Sendable {
    let reason: String
    let field: String
    let message: String

    static func invalid(_ field: String, _ value: String, _ detail: String) -> FieldProblem {
        FieldProblem(reason: "FieldValueInvalid", field: field, message: "Invalid value: \(value): \(detail)")
    }

    static func required(_ field: String, _ detail: String = "") -> FieldProblem {
        let text = detail.isEmpty ? "Required value" : "Required value: \(detail)"
        return FieldProblem(reason: "FieldValueRequired", field: field, message: text)
    }

    static func forbidden(_ field: String, _ detail: String) -> FieldProblem {
        FieldProblem(reason: "FieldValueForbidden", field: field, message: "Forbidden: \(detail)")
    }

    static func unsupported(_ field: String, _ value: String, _ known: [String]) -> FieldProblem {
        let names = known.map { "\"\($0)\"" }.joined(separator: ", ")
        let message = "Unsupported value: \(value): supported values: \(names)"
        return FieldProblem(reason: "FieldValueNotSupported", field: field, message: message)
    }

    static func notFound(_ field: String, _ value: String) -> FieldProblem {
        FieldProblem(reason: "FieldValueNotFound", field: field, message: "Not found: \(value)")
    }

    static func duplicate(_ field: String, _ value: String) -> FieldProblem {
        FieldProblem(reason: "FieldValueDuplicate", field: field, message: "Duplicate value: \(value)")
    }
}
