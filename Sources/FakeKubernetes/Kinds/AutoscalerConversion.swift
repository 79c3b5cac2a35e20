import Manifests

/// HorizontalPodAutoscalers are stored as `autoscaling/v2`; clients of `v1` see the one number that it knows.
enum AutoscalerConversion {
    /// The stored form of what a client sent.
    static func stored(_ object: Value, _ target: ResourceTarget) -> Value {
        guard isOld(target.type, target.version), var spec = object["spec"] else { return object }
        var object = object
        if let target = spec["targetCPUUtilizationPercentage"] {
            spec["metrics"] = [
                [
                    "type": "Resource",
                    "resource": ["name": "cpu", "target": ["type": "Utilization", "averageUtilization": target]],
                ]
            ]
            spec["targetCPUUtilizationPercentage"] = nil
        }
        object["spec"] = spec
        return object
    }

    static func shown(_ object: Value, _ presentation: Presentation) -> Value {
        shown(object, presentation.type, version: presentation.version)
    }

    /// What a client of a version sees.
    static func shown(_ object: Value, _ type: ResourceType, version: String) -> Value {
        guard isOld(type, version), var spec = object["spec"] else { return object }
        var object = object
        let metric = spec["metrics"]?.array?.first { $0["resource"]?["name"]?.string == "cpu" }
        spec["targetCPUUtilizationPercentage"] = metric?["resource"]?["target"]?["averageUtilization"]
        spec["metrics"] = nil
        spec["behavior"] = nil
        object["spec"] = spec
        return object
    }

    private static func isOld(_ type: ResourceType, _ version: String) -> Bool {
        type.kind == "HorizontalPodAutoscaler" && type.custom == nil && version == "v1"
    }
}
