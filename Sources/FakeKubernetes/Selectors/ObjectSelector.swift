import Manifests

/// Which objects of a type a request is about.
struct ObjectSelector: Sendable {
    var namespace: String?
    var name: String?
    var labels: LabelSelector
    var fields: FieldSelector

    init(target: ResourceTarget, request: APIRequest) throws(APIStatus) {
        namespace = target.namespace
        labels = try LabelSelector(query: request.parameter("labelSelector") ?? "")
        fields = try FieldSelector(
            query: request.parameter("fieldSelector") ?? "",
            type: target.type.groupResource,
            isBuiltIn: target.type.custom == nil
        )
        name = target.name ?? fields.name
    }

    /// Whether a condition makes the number of remaining objects unknown.
    var selects: Bool { !labels.requirements.isEmpty || !fields.isEmpty }

    func matches(_ object: Value) -> Bool {
        (namespace == nil || namespace == object.namespace)
            && (name == nil || name == object.name)
            && labels.matches(object.labels)
            && fields.matches(object)
    }
}
