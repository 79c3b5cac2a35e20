import Manifests

/// What the server refuses in a Deployment beside what it refuses in every workload.
enum DeploymentValidation {
    static func problems(_ deployment: Value) -> [FieldProblem] {
        guard let strategy = deployment[path: "spec", "strategy"] else { return [] }
        let rolling = strategy["rollingUpdate"]
        switch strategy["type"]?.string {
        case "Recreate":
            guard rolling != nil else { return [] }
            let detail = "may not be specified when strategy `type` is 'Recreate'"
            return [.forbidden("spec.strategy.rollingUpdate", detail)]
        case "RollingUpdate", nil:
            guard isZero(rolling?["maxSurge"]), isZero(rolling?["maxUnavailable"]) else { return [] }
            let value = "intstr.IntOrString{Type:0, IntVal:0, StrVal:\"\"}"
            let detail = "may not be 0 when `maxSurge` is 0"
            return [.invalid("spec.strategy.rollingUpdate.maxUnavailable", value, detail)]
        case let other?:
            return [.unsupported("spec.strategy", "\"\(other)\"", ["Recreate", "RollingUpdate"])]
        }
    }

    private static func isZero(_ value: Value?) -> Bool {
        value == 0 || value == "0" || value == "0%"
    }
}
