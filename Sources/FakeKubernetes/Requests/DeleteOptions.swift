import Manifests

/// The `DeleteOptions` of a request, from its body or its query.
struct DeleteOptions: Sendable {
    enum Propagation: String, Sendable {
        case background = "Background"
        case foreground = "Foreground"
        case orphan = "Orphan"
    }

    var propagation: Propagation?
    var uid: String?
    var resourceVersion: String?
    var isDryRun = false

    init(propagation: Propagation?) {
        self.propagation = propagation
    }

    init(_ request: APIRequest) throws(APIStatus) {
        let body: Value = request.body.isEmpty ? [:] : try RequestBody.node(request, kind: "DeleteOptions")
        try Self.checkType(body)
        let dryRun =
            body["dryRun"]?.array?.compactMap(\.string) ?? request.query.filter { $0.name == "dryRun" }.map(\.value)
        isDryRun = try WriteOptions.isDryRun(dryRun, kind: "DeleteOptions")
        uid = body["preconditions"]?["uid"]?.string
        resourceVersion = body["preconditions"]?["resourceVersion"]?.string
        if let text = body["propagationPolicy"]?.string ?? request.parameter("propagationPolicy"), !text.isEmpty {
            guard let policy = Propagation(rawValue: text) else {
                let known = ["Foreground", "Background", "Orphan", "nil"]
                throw WriteOptions.invalid("DeleteOptions", [.unsupported("propagationPolicy", "\"\(text)\"", known)])
            }
            propagation = policy
            guard body["orphanDependents"]?.bool == nil else {
                let detail = "orphanDependents and deletionPropagation cannot be both set"
                throw WriteOptions.invalid("DeleteOptions", [.invalid("propagationPolicy", "\"\(text)\"", detail)])
            }
        } else if body["orphanDependents"]?.bool == true {
            propagation = .orphan
        }
    }

    /// Refuses a body that says it is something else, such as the object itself.
    private static func checkType(_ body: Value) throws(APIStatus) {
        guard let kind = body["kind"]?.string, kind != "DeleteOptions" else { return }
        let scheme = "k8s.io/apimachinery/pkg/apis/meta/internalversion/scheme/register.go:27"
        let version = body["apiVersion"]?.string ?? ""
        throw APIStatus(
            500,
            "",
            "no kind \"\(kind)\" is registered for version \"\(version)\" in scheme \"\(scheme)\""
        )
    }
}
