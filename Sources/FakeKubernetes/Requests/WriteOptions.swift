/// How a write is to be done: the parameters that all writing verbs share.
struct WriteOptions: Sendable {
    /// What happens to fields that the schema does not know.
    enum FieldValidation: String, Sendable {
        case ignore = "Ignore"
        case warn = "Warn"
        case strict = "Strict"
    }

    var manager: String
    var isDryRun = false
    var force: Bool?
    var validation = FieldValidation.warn
    var mayCreate = true
    /// Who owns which field after the write, when that is known before; else it follows from the changes.
    var managed: ManagedFields?

    /// Options of the server's own controllers.
    init(manager: String) {
        self.manager = manager
        validation = .ignore
    }

    init(_ request: APIRequest, kind: String, _ features: ServerFeatures) throws(APIStatus) {
        manager = try Self.manager(request, kind: kind)
        isDryRun = try Self.isDryRun(request.query.filter { $0.name == "dryRun" }.map(\.value), kind: kind)
        mayCreate = request.mayCreate
        force = request.parameter("force").map { _ in request.flag("force") }
        guard features.validatesFields else {
            validation = .ignore
            return
        }
        guard let text = request.parameter("fieldValidation"), !text.isEmpty else { return }
        guard let validation = FieldValidation(rawValue: text) else {
            let known = ["Ignore", "Strict", "Warn"]
            throw Self.invalid(kind, [.unsupported("fieldValidation", "\"\(text)\"", known)])
        }
        self.validation = validation
    }

    static func isDryRun(_ values: [String], kind: String) throws(APIStatus) -> Bool {
        let values = values.filter { !$0.isEmpty }
        guard let unknown = values.first(where: { $0 != "All" }) else { return !values.isEmpty }
        throw invalid(kind, [.unsupported("dryRun", "[]string{\"\(unknown)\"}", ["All"])])
    }

    /// A refusal of the options themselves.
    static func invalid(_ kind: String, _ problems: [FieldProblem]) -> APIStatus {
        let type = ResourceType(
            group: "meta.k8s.io",
            versions: ["v1"],
            kind: kind,
            plural: "",
            singular: "",
            isNamespaced: false
        )
        return .invalid(type, "", problems)
    }

    /// The name given, else the program's name in front of the slash of its user agent.
    private static func manager(_ request: APIRequest, kind: String) throws(APIStatus) -> String {
        if let name = request.parameter("fieldManager"), !name.isEmpty {
            guard name.utf8.count <= 128 else {
                throw invalid(
                    kind,
                    [
                        FieldProblem(
                            reason: "FieldValueTooLong",
                            field: "fieldManager",
                            message: "Too long: may not be more than 128 bytes"
                        )
                    ]
                )
            }
            return name
        }
        let program = request.header("user-agent")?.split(separator: "/", omittingEmptySubsequences: false).first ?? ""
        return program.isEmpty ? "unknown" : String(program.prefix(128))
    }
}
