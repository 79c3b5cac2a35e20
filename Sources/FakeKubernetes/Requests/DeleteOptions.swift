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
        let body: Value = request.body.isEmpty ? [:] : try RequestBody.node(request.body, kind: "DeleteOptions")
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
        } else if body["orphanDependents"]?.bool == true {
            propagation = .orphan
        }
    }
}
