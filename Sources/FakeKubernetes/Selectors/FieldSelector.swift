import Manifests

/// Conditions on a few fields, all of which must hold.
struct FieldSelector: Sendable, Hashable {
    private struct Requirement: Sendable, Hashable {
        let path: [String]
        let value: String
        let isEqual: Bool
    }

    /// What can be selected beside name and namespace.
    private static let fields: [GroupResource: [String]] = [
        GroupResource(group: "", resource: "pods"): [
            "spec.nodeName", "spec.restartPolicy", "spec.schedulerName", "spec.serviceAccountName", "status.phase",
            "status.podIP", "status.nominatedNodeName",
        ],
        GroupResource(group: "", resource: "namespaces"): ["status.phase"],
        GroupResource(group: "", resource: "secrets"): ["type"],
        GroupResource(group: "", resource: "nodes"): ["spec.unschedulable"],
        GroupResource(group: "", resource: "events"): [
            "involvedObject.kind", "involvedObject.namespace", "involvedObject.name", "involvedObject.uid",
            "involvedObject.apiVersion", "involvedObject.resourceVersion", "involvedObject.fieldPath", "reason",
            "reportingComponent", "source", "type",
        ],
        GroupResource(group: "apps", resource: "replicasets"): ["status.replicas"],
        GroupResource(group: "batch", resource: "jobs"): ["status.successful"],
    ]

    private var requirements: [Requirement] = []

    init(query: String, type: GroupResource, isBuiltIn: Bool) throws(APIStatus) {
        for part in query.split(separator: ",") {
            let isEqual = !part.contains("!=")
            let sides = part.split(omittingEmptySubsequences: false) { $0 == "=" || $0 == "!" }
            guard sides.count >= 2, let name = sides.first, let value = sides.last else {
                throw .badRequest("invalid selector: '\(query)'; can't understand '\(part)'")
            }
            let known = ["metadata.name", "metadata.namespace"] + (Self.fields[type] ?? [])
            guard known.contains(String(name)) else {
                let standard = "is not a known field selector: only \"metadata.name\", \"metadata.namespace\""
                throw .badRequest(
                    isBuiltIn && Self.fields[type] == nil
                        ? "\"\(name)\" \(standard)" : "field label not supported: \(name)"
                )
            }
            let path = name.split(separator: ".").map(String.init)
            requirements.append(Requirement(path: path, value: String(value), isEqual: isEqual))
        }
    }

    var isEmpty: Bool { requirements.isEmpty }

    /// The only name that can match.
    var name: String? {
        requirements.first { $0.path == ["metadata", "name"] && $0.isEqual }?.value
    }

    func matches(_ object: Value) -> Bool {
        requirements.allSatisfy { requirement in
            let value =
                switch object.at(requirement.path) {
                case .string(let text): text
                case .int(let number): String(number)
                case .bool(let flag): String(flag)
                default: ""
                }
            return (value == requirement.value) == requirement.isEqual
        }
    }
}
