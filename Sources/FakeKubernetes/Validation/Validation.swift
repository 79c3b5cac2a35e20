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
        object.finalizers.enumerated().compactMap { index, name in
            let field = "metadata.finalizers[\(index)]"
            if let flaw = NameRules.flaw(ofLabelKey: name) { return .invalid(field, "\"\(name)\"", flaw) }
            let isKnown = name.contains("/") || ["orphan", "foregroundDeletion", "kubernetes"].contains(name)
            let detail = "name is neither a standard finalizer name nor is it fully qualified"
            return isKnown ? nil : .invalid(field, "\"\(name)\"", detail)
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
        case "Deployment":
            WorkloadValidation.problems(object, type.kind) + DeploymentValidation.problems(object)
        case "ReplicaSet", "StatefulSet", "DaemonSet", "Job", "ReplicationController":
            WorkloadValidation.problems(object, type.kind)
        case "CronJob": WorkloadValidation.cronJob(object)
        case "Service": ServiceValidation.problems(object)
        case "ConfigMap": data(object)
        case "Secret": data(object) + SecretValidation.problems(object)
        case "HorizontalPodAutoscaler": autoscaler(object)
        case "PersistentVolumeClaim": claim(object)
        case "Ingress": ingress(object)
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

    private static func claim(_ object: Value) -> [FieldProblem] {
        var problems: [FieldProblem] = []
        if object[path: "spec", "accessModes"]?.array?.isEmpty != false {
            problems.append(.required("spec.accessModes", "at least 1 access mode is required"))
        }
        if object[path: "spec", "resources", "requests", "storage"] == nil {
            problems.append(.required("spec.resources[storage]"))
        }
        return problems
    }

    private static func ingress(_ object: Value) -> [FieldProblem] {
        (object[path: "spec", "rules"]?.array ?? []).enumerated().flatMap { index, rule in
            let paths = rule[path: "http", "paths"]?.array ?? []
            return paths.enumerated().filter { $0.element["pathType"] == nil }.map { item in
                let field = "spec.rules[\(index)].http.paths[\(item.offset)].pathType"
                return FieldProblem.required(field, "pathType must be specified")
            }
        }
    }

    private static func autoscaler(_ object: Value) -> [FieldProblem] {
        let most = object["spec"]?["maxReplicas"]?.int ?? 0
        guard most < 1 else { return [] }
        return [.invalid("spec.maxReplicas", "\(most)", "must be greater than 0")]
    }
}
