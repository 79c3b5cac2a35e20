import Manifests

/// What the server refuses in one container, apart from its name and what must not be missing.
enum ContainerValidation {
    private static let pullPolicies = ["Always", "IfNotPresent", "Never"]
    private static let probes = ["livenessProbe", "readinessProbe", "startupProbe"]
    private static let handlers = ["exec", "httpGet", "tcpSocket", "grpc"]

    static func problems(_ container: Value, _ path: String) -> [FieldProblem] {
        var problems: [FieldProblem] = []
        for (index, variable) in (container["env"]?.array ?? []).enumerated() {
            problems += environment(variable["name"]?.string ?? "", "\(path).env[\(index)].name")
        }
        if let policy = container["imagePullPolicy"]?.string, !pullPolicies.contains(policy) {
            problems.append(.unsupported("\(path).imagePullPolicy", "\"\(policy)\"", pullPolicies))
        }
        for probe in probes {
            guard let fields = container[probe]?.mapping, !handlers.contains(where: { fields[$0] != nil }) else {
                continue
            }
            problems.append(.required("\(path).\(probe)", "must specify a handler type"))
        }
        return problems
    }

    private static func environment(_ name: String, _ field: String) -> [FieldProblem] {
        if name.isEmpty { return [.required(field)] }
        let isPrintable = name.utf8.allSatisfy { (32...126).contains($0) && $0 != UInt8(ascii: "=") }
        let detail = "a valid environment variable name must consist only of printable ASCII characters other than '='"
        return isPrintable ? [] : [.invalid(field, "\"\(name)\"", detail)]
    }
}
