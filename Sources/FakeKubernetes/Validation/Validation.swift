import FoundationEssentials
import Manifests

/// What the server refuses in an object by itself, whatever was there before.
enum Validation {
    static func problems(_ object: Value, _ type: ResourceType, apiVersion: String) -> [FieldProblem] {
        let problems = metadata(object, type)
        if let custom = type.custom {
            let version = apiVersion.split(separator: "/").last.map(String.init) ?? ""
            let schema = custom.versions[version]?.openAPI ?? [:]
            return problems + CustomValidation.problems(object, schema)
        }
        return problems + content(object, type)
    }

    private static func metadata(_ object: Value, _ type: ResourceType) -> [FieldProblem] {
        guard !object.name.isEmpty else {
            return [.required("metadata.name", "name or generateName is required")]
        }
        var problems: [FieldProblem] = []
        if let flaw = NameRules.flaw(ofName: object.name, type: type.groupResource) {
            problems.append(.invalid("metadata.name", "\"\(object.name)\"", flaw))
        }
        problems += labels(object.labels, "metadata.labels")
        for key in (object["metadata"]?["annotations"]?.mapping ?? [:]).keys.sorted() {
            guard let flaw = NameRules.flaw(ofLabelKey: key.lowercased()) else { continue }
            problems.append(.invalid("metadata.annotations", "\"\(key)\"", flaw))
        }
        problems += finalizers(object)
        for owner in object.ownerReferences {
            for field in ["apiVersion", "kind", "name", "uid"] where (owner[field]?.string ?? "").isEmpty {
                problems.append(
                    .invalid("metadata.ownerReferences.\(field)", "\"\"", "\(field) must not be empty")
                )
            }
        }
        return problems
    }

    private static func finalizers(_ object: Value) -> [FieldProblem] {
        let standard = ["foregroundDeletion", "orphan", "kubernetes"]
        return object.finalizers.enumerated().compactMap { index, name in
            guard !name.contains("/"), !standard.contains(name) else { return nil }
            let flaw = "name is neither a standard finalizer name nor is it fully qualified"
            return .invalid("metadata.finalizers[\(index)]", "\"\(name)\"", flaw)
        }
    }

    static func labels(_ labels: Mapping, _ field: String) -> [FieldProblem] {
        labels.sortedByKey().flatMap { label in
            let value = label.value.string ?? ""
            let flaws = [
                NameRules.flaw(ofLabelKey: label.key).map { FieldProblem.invalid(field, "\"\(label.key)\"", $0) },
                NameRules.flaw(ofLabelValue: value).map { FieldProblem.invalid(field, "\"\(value)\"", $0) },
            ]
            return flaws.compactMap { $0 }
        }
    }

    private static func content(_ object: Value, _ type: ResourceType) -> [FieldProblem] {
        switch type.kind {
        case "Pod": PodValidation.problems(object["spec"] ?? [:], "spec")
        case "Deployment", "ReplicaSet", "StatefulSet", "DaemonSet", "Job", "ReplicationController":
            WorkloadValidation.problems(object, type.kind)
        case "CronJob": WorkloadValidation.cronJob(object)
        case "Service": ServiceValidation.problems(object)
        case "ConfigMap", "Secret": data(object)
        case "HorizontalPodAutoscaler": autoscaler(object)
        default: []
        }
    }

    private static func data(_ object: Value) -> [FieldProblem] {
        ["data", "binaryData"].flatMap { field in
            (object[field]?.mapping ?? [:]).sortedByKey().compactMap { member in
                NameRules.flaw(ofDataKey: member.key).map {
                    FieldProblem.invalid("\(field)[\(member.key)]", "\"\(member.key)\"", $0)
                }
            }
        }
    }

    private static func autoscaler(_ object: Value) -> [FieldProblem] {
        let most = object["spec"]?["maxReplicas"]?.int ?? 0
        guard most < 1 else { return [] }
        return [.invalid("spec.maxReplicas", "\(most)", "must be greater than 0")]
    }
}
