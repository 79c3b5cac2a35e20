import Manifests

/// What the server refuses because of what was there before.
enum UpdateValidation {
    static func problems(_ old: Value, _ object: Value, _ target: ResourceTarget) -> [FieldProblem] {
        guard target.subresource == nil, target.type.custom == nil else { return [] }
        switch target.type.kind {
        case "Deployment", "ReplicaSet", "DaemonSet": return selector(old, object)
        case "StatefulSet": return statefulSet(old, object)
        case "Job": return job(old, object)
        case "Service": return service(old, object)
        case "ConfigMap", "Secret": return data(old, object)
        case "Pod": return pod(old, object)
        case "PersistentVolumeClaim": return claim(old, object)
        case "RoleBinding", "ClusterRoleBinding":
            guard old["roleRef"] != object["roleRef"] else { return [] }
            return [.invalid("roleRef", object["roleRef"]?.jsonText() ?? "", "cannot change roleRef")]
        case "StorageClass":
            guard old["parameters"] != object["parameters"] || old["provisioner"] != object["provisioner"] else {
                return []
            }
            return [.forbidden("parameters", "updates to parameters are forbidden.")]
        default: return []
        }
    }

    private static func selector(_ old: Value, _ object: Value) -> [FieldProblem] {
        guard old["spec"]?["selector"] != object["spec"]?["selector"] else { return [] }
        let text = GoText.selector(object["spec"]?["selector"] ?? [:])
        return [.invalid("spec.selector", text, "field is immutable")]
    }

    private static func statefulSet(_ old: Value, _ object: Value) -> [FieldProblem] {
        let mutable = [
            "replicas", "ordinals", "template", "updateStrategy", "persistentVolumeClaimRetentionPolicy",
            "minReadySeconds",
        ]
        guard without(mutable, old) != without(mutable, object) else { return [] }
        let detail =
            "updates to statefulset spec for fields other than 'replicas', 'ordinals', 'template', 'updateStrategy', "
            + "'persistentVolumeClaimRetentionPolicy' and 'minReadySeconds' are forbidden"
        return [.forbidden("spec", detail)]
    }

    private static func without(_ fields: [String], _ object: Value) -> Value {
        var spec = object["spec"] ?? [:]
        for field in fields { spec[field] = nil }
        return spec
    }

    private static func job(_ old: Value, _ object: Value) -> [FieldProblem] {
        ["completions", "selector", "template"].compactMap { field in
            guard old["spec"]?[field] != object["spec"]?[field] else { return nil }
            return .invalid("spec.\(field)", object["spec"]?[field]?.jsonText() ?? "null", "field is immutable")
        }
    }

    private static func service(_ old: Value, _ object: Value) -> [FieldProblem] {
        guard let before = old["spec"]?["clusterIP"]?.string, object["spec"]?["type"]?.string != "ExternalName" else {
            return []
        }
        let after = object["spec"]?["clusterIP"]?.string
        guard before != after else { return [] }
        return [.invalid("spec.clusterIPs[0]", "[]string{\"\(after ?? "")\"}", "may not change once set")]
    }

    private static func data(_ old: Value, _ object: Value) -> [FieldProblem] {
        var problems: [FieldProblem] = []
        if let type = old["type"], type != object["type"] {
            problems.append(.invalid("type", object["type"]?.jsonText() ?? "", "field is immutable"))
        }
        guard old["immutable"]?.bool == true else { return problems }
        let detail = "field is immutable when `immutable` is set"
        for field in ["immutable", "data", "binaryData"] where old[field] != object[field] {
            problems.append(.forbidden(field, detail))
        }
        return problems
    }

    private static func pod(_ old: Value, _ object: Value) -> [FieldProblem] {
        guard shape(old) != shape(object) else { return [] }
        let detail =
            "pod updates may not change fields other than `spec.containers[*].image`,`spec.initContainers[*].image`,"
            + "`spec.activeDeadlineSeconds`,`spec.tolerations` (only additions to existing tolerations),"
            + "`spec.terminationGracePeriodSeconds` (allow it to be set to 1 if it was previously negative)"
        return [.forbidden("spec", detail)]
    }

    /// The part of a pod that cannot change.
    private static func shape(_ pod: Value) -> Value {
        var spec = without(["activeDeadlineSeconds", "tolerations", "ephemeralContainers"], pod)
        for list in ["containers", "initContainers"] { spec.editEach(list) { $0["image"] = nil } }
        return spec
    }

    private static func claim(_ old: Value, _ object: Value) -> [FieldProblem] {
        let mutable = ["resources", "volumeAttributesClassName", "volumeName"]
        guard without(mutable, old) != without(mutable, object) else { return [] }
        let detail =
            "spec is immutable after creation except resources.requests and volumeAttributesClassName for bound claims"
        return [.forbidden("spec", detail)]
    }
}
