import Manifests

/// What the server refuses in objects that make pods.
enum WorkloadValidation {
    static func problems(_ object: Value, _ kind: String) -> [FieldProblem] {
        let spec = object["spec"] ?? [:]
        var problems = counts(spec)
        if kind != "ReplicationController" { problems += selector(spec) }
        let template = spec["template"] ?? [:]
        problems += Validation.labels(
            template["metadata"]?["labels"]?.mapping ?? [:],
            "spec.template.metadata.labels"
        )
        problems += PodValidation.problems(template["spec"] ?? [:], "spec.template.spec")
        let restart = template["spec"]?["restartPolicy"]?.string ?? "Always"
        let allowed = kind == "Job" ? ["OnFailure", "Never"] : ["Always"]
        if !allowed.contains(restart) {
            problems.append(.unsupported("spec.template.spec.restartPolicy", "\"\(restart)\"", allowed))
        }
        return problems
    }

    static func cronJob(_ object: Value) -> [FieldProblem] {
        let spec = object["spec"] ?? [:]
        var problems: [FieldProblem] = []
        if (spec["schedule"]?.string ?? "").isEmpty { problems.append(.required("spec.schedule")) }
        let path = "spec.jobTemplate.spec.template.spec"
        let pod = spec["jobTemplate"]?["spec"]?["template"]?["spec"] ?? [:]
        problems += PodValidation.problems(pod, path)
        let restart = pod["restartPolicy"]?.string ?? "Always"
        if !["OnFailure", "Never"].contains(restart) {
            problems.append(.unsupported("\(path).restartPolicy", "\"\(restart)\"", ["OnFailure", "Never"]))
        }
        return problems
    }

    private static func counts(_ spec: Value) -> [FieldProblem] {
        ["replicas", "minReadySeconds", "parallelism", "completions", "backoffLimit"].compactMap { field in
            guard let count = spec[field]?.int, count < 0 else { return nil }
            return .invalid("spec.\(field)", "\(count)", "must be greater than or equal to 0")
        }
    }

    private static func selector(_ spec: Value) -> [FieldProblem] {
        guard let selector = spec["selector"] else {
            return [.required("spec.selector"), mismatch(spec)]
        }
        let isEmpty =
            selector["matchLabels"]?.mapping?.isEmpty ?? true
            && selector["matchExpressions"]?.array?.isEmpty ?? true
        if isEmpty {
            let detail = "empty selector is invalid for deployment"
            return [.invalid("spec.selector", GoText.selector(selector), detail)]
        }
        let labels = spec["template"]?["metadata"]?["labels"]?.mapping ?? [:]
        return LabelSelector(object: selector).matches(labels) ? [] : [mismatch(spec)]
    }

    private static func mismatch(_ spec: Value) -> FieldProblem {
        let labels = spec["template"]?["metadata"]?["labels"]?.mapping ?? [:]
        let detail = "`selector` does not match template `labels`"
        return .invalid("spec.template.metadata.labels", GoText.map(labels), detail)
    }
}

/// Values as Go prints them, which the real server does in some messages.
enum GoText {
    static func map(_ labels: Mapping) -> String {
        let members = labels.sortedByKey().map { "\"\($0.key)\":\"\($0.value.string ?? "")\"" }
        return members.isEmpty ? "map[string]string(nil)" : "map[string]string{\(members.joined(separator: ", "))}"
    }

    static func selector(_ selector: Value) -> String {
        let expressions = selector["matchExpressions"]?.array ?? []
        let list =
            expressions.isEmpty
            ? "[]v1.LabelSelectorRequirement(nil)"
            : "[]v1.LabelSelectorRequirement{\(expressions.map { requirement($0) }.joined(separator: ", "))}"
        return "v1.LabelSelector{MatchLabels:\(map(selector["matchLabels"]?.mapping ?? [:])), MatchExpressions:\(list)}"
    }

    private static func requirement(_ expression: Value) -> String {
        let values = expression["values"]?.array?.compactMap(\.string) ?? []
        let list =
            values.isEmpty
            ? "[]string(nil)" : "[]string{\(values.map { "\"\($0)\"" }.joined(separator: ", "))}"
        let key = expression["key"]?.string ?? ""
        let sign = expression["operator"]?.string ?? ""
        return "v1.LabelSelectorRequirement{Key:\"\(key)\", Operator:\"\(sign)\", Values:\(list)}"
    }
}
