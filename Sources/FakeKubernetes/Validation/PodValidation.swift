import Manifests

/// What the server refuses in the specification of a pod.
enum PodValidation {
    static func problems(_ spec: Value, _ path: String) -> [FieldProblem] {
        let containers = spec["containers"]?.array ?? []
        guard !containers.isEmpty else { return [.required("\(path).containers")] }
        var names: Set<String> = []
        let volumes = Set(spec["volumes"]?.array?.compactMap { $0["name"]?.string } ?? [])
        var problems = self.volumes(spec, path)
        for list in ["containers", "initContainers"] {
            for (index, container) in (spec[list]?.array ?? []).enumerated() {
                problems += self.container(container, "\(path).\(list)[\(index)]", &names, volumes)
            }
        }
        return problems
    }

    private static func volumes(_ spec: Value, _ path: String) -> [FieldProblem] {
        var names: Set<String> = []
        return (spec["volumes"]?.array ?? []).enumerated().flatMap { index, volume in
            let field = "\(path).volumes[\(index)].name"
            let name = volume["name"]?.string ?? ""
            if name.isEmpty { return [FieldProblem.required(field)] }
            let sources = [("configMap", "name"), ("secret", "secretName"), ("persistentVolumeClaim", "claimName")]
            let unnamed = sources.filter { volume[$0.0] != nil && (volume[$0.0]?[$0.1]?.string ?? "").isEmpty }
            let problems = unnamed.map { FieldProblem.required("\(path).volumes[\(index)].\($0.0).\($0.1)") }
            return problems + (names.insert(name).inserted ? [] : [.duplicate(field, "\"\(name)\"")])
        }
    }

    private static func container(
        _ container: Value,
        _ path: String,
        _ names: inout Set<String>,
        _ volumes: Set<String>
    ) -> [FieldProblem] {
        var problems: [FieldProblem] = []
        let name = container["name"]?.string ?? ""
        if name.isEmpty {
            problems.append(.required("\(path).name"))
        } else {
            if let flaw = NameRules.flaw(ofLabel: name) {
                problems.append(.invalid("\(path).name", "\"\(name)\"", flaw))
            }
            if !names.insert(name).inserted { problems.append(.duplicate("\(path).name", "\"\(name)\"")) }
        }
        if (container["image"]?.string ?? "").isEmpty { problems.append(.required("\(path).image")) }
        for (index, port) in (container["ports"]?.array ?? []).enumerated() {
            problems += self.port(port["containerPort"], "\(path).ports[\(index)].containerPort")
        }
        problems += ContainerValidation.problems(container, path)
        for (index, mount) in (container["volumeMounts"]?.array ?? []).enumerated() {
            let volume = mount["name"]?.string ?? ""
            let field = "\(path).volumeMounts[\(index)]"
            if !volumes.contains(volume) { problems.append(.notFound("\(field).name", "\"\(volume)\"")) }
            if (mount["mountPath"]?.string ?? "").isEmpty { problems.append(.required("\(field).mountPath")) }
        }
        return problems
    }

    static func port(_ port: Value?, _ field: String) -> [FieldProblem] {
        guard let number = port?.int else { return [.required(field)] }
        let detail = "must be between 1 and 65535, inclusive"
        return (1...65535).contains(number) ? [] : [.invalid(field, "\(number)", detail)]
    }
}
