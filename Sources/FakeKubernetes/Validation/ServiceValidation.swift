import Manifests

/// What the server refuses in a Service.
enum ServiceValidation {
    private static let types = ["ClusterIP", "ExternalName", "LoadBalancer", "NodePort"]

    static func problems(_ service: Value) -> [FieldProblem] {
        let spec = service["spec"] ?? [:]
        let ports = spec["ports"]?.array ?? []
        let type = spec["type"]?.string ?? "ClusterIP"
        guard types.contains(type) else { return [.unsupported("spec.type", "\"\(type)\"", types)] }
        if type == "ExternalName", (spec["externalName"]?.string ?? "").isEmpty {
            return [.required("spec.externalName")]
        }
        let isHeadless = spec["clusterIP"]?.string == "None"
        if ports.isEmpty { return isHeadless || type == "ExternalName" ? [] : [.required("spec.ports")] }
        var problems: [FieldProblem] = []
        var names: Set<String> = []
        var seen: Set<String> = []
        for (index, port) in ports.enumerated() {
            let field = "spec.ports[\(index)]"
            let name = port["name"]?.string ?? ""
            if name.isEmpty, ports.count > 1 { problems.append(.required("\(field).name")) }
            if !name.isEmpty, let flaw = NameRules.flaw(ofLabel: name) {
                problems.append(.invalid("\(field).name", "\"\(name)\"", flaw))
            }
            if !name.isEmpty, !names.insert(name).inserted {
                problems.append(.duplicate("\(field).name", "\"\(name)\""))
            }
            problems += PodValidation.port(port["port"], "\(field).port")
            problems += nodePort(port["nodePort"], "\(field).nodePort")
            let number = port["port"]?.int ?? 0
            let protocolName = port["protocol"]?.string ?? "TCP"
            if !seen.insert("\(number)/\(protocolName)").inserted {
                let value = "core.ServicePort{Name:\"\", Protocol:\"\(protocolName)\", Port:\(number)}"
                problems.append(.duplicate(field, value))
            }
        }
        return problems
    }

    private static func nodePort(_ port: Value?, _ field: String) -> [FieldProblem] {
        guard let number = port?.int, number != 0, !(30000...32767).contains(number) else { return [] }
        let detail = "provided port is not in the valid range. The range of valid ports is 30000-32767"
        return [.invalid(field, "\(number)", detail)]
    }
}
