import Manifests

/// [JSON patch](https://www.rfc-editor.org/rfc/rfc6902): a list of operations, all or none.
enum JSONPatch {
    /// What a patch cannot do.
    struct Failure: Error {
        let problem: String
    }

    static func apply(_ patch: Value, to target: Value) throws(APIStatus) -> Value {
        guard let operations = patch.array else {
            throw .badRequest("json: cannot unmarshal object into Go value of type jsonpatch.Patch")
        }
        var result = target
        for operation in operations {
            do {
                try perform(operation, on: &result)
            } catch {
                let message = "the server rejected our request due to an error in our request"
                throw APIStatus(422, "Invalid", message, details: [:])
            }
        }
        return result
    }

    private static func perform(_ operation: Value, on target: inout Value) throws(Failure) {
        let path = try pointer(operation["path"])
        switch operation["op"]?.string {
        case "add": try add(try value(operation), to: &target, at: path[...])
        case "remove": _ = try remove(from: &target, at: path[...])
        case "replace":
            _ = try find(target, path[...])
            if path.isEmpty {
                target = try value(operation)
            } else {
                try replace(try value(operation), in: &target, at: path[...])
            }
        case "move":
            let moved = try remove(from: &target, at: try pointer(operation["from"])[...])
            try add(moved, to: &target, at: path[...])
        case "copy": try add(try find(target, try pointer(operation["from"])[...]), to: &target, at: path[...])
        case "test":
            guard try find(target, path[...]) == operation["value"] ?? .null else {
                throw Failure(problem: "testing value \(operation["path"]?.string ?? "") failed")
            }
        default: throw Failure(problem: "unexpected kind: \(operation["op"]?.string ?? "")")
        }
    }

    private static func value(_ operation: Value) throws(Failure) -> Value {
        guard let value = operation["value"] else { throw Failure(problem: "value is missing") }
        return value
    }

    private static func pointer(_ path: Value?) throws(Failure) -> [String] {
        guard let text = path?.string, text.isEmpty || text.hasPrefix("/") else {
            throw Failure(problem: "path is missing or does not begin with \"/\"")
        }
        return text.split(separator: "/", omittingEmptySubsequences: false).dropFirst().map { step in
            step.split(separator: "~1", omittingEmptySubsequences: false).joined(separator: "/")
                .split(separator: "~0", omittingEmptySubsequences: false).joined(separator: "~")
        }
    }

    private static func missing(_ step: String) -> Failure {
        Failure(problem: "doc is missing key: \(step): missing value")
    }

    private static func find(_ target: Value, _ path: ArraySlice<String>) throws(Failure) -> Value {
        guard let step = path.first else { return target }
        switch target {
        case .mapping(let fields):
            guard let child = fields[step] else { throw missing(step) }
            return try find(child, path.dropFirst())
        case .array(let list):
            guard let index = Int(step), list.indices.contains(index) else { throw missing(step) }
            return try find(list[index], path.dropFirst())
        default: throw missing(step)
        }
    }

    /// Changes the container that the last step of a path is in.
    private static func change(
        _ target: inout Value,
        _ path: ArraySlice<String>,
        _ body: (inout Value, String) throws(Failure) -> Void
    ) throws(Failure) {
        guard let step = path.first else { throw missing("") }
        guard path.count > 1 else { return try body(&target, step) }
        var child = try find(target, [step])
        try change(&child, path.dropFirst(), body)
        try put(child, in: &target, at: step)
    }

    private static func put(_ value: Value, in container: inout Value, at step: String) throws(Failure) {
        switch container {
        case .mapping: container[step] = value
        case .array(var list):
            guard let index = Int(step), list.indices.contains(index) else { throw missing(step) }
            list[index] = value
            container = .array(list)
        default: throw missing(step)
        }
    }

    private static func replace(_ value: Value, in target: inout Value, at path: ArraySlice<String>) throws(Failure) {
        try change(&target, path) { container, step throws(Failure) in try put(value, in: &container, at: step) }
    }

    private static func add(_ value: Value, to target: inout Value, at path: ArraySlice<String>) throws(Failure) {
        guard !path.isEmpty else {
            target = value
            return
        }
        try change(&target, path) { container, step throws(Failure) in
            guard case .array(var list) = container else { return try put(value, in: &container, at: step) }
            let index = step == "-" ? list.count : Int(step) ?? -1
            guard (0...list.count).contains(index) else { throw missing(step) }
            list.insert(value, at: index)
            container = .array(list)
        }
    }

    private static func remove(from target: inout Value, at path: ArraySlice<String>) throws(Failure) -> Value {
        let removed = try find(target, path)
        try change(&target, path) { container, step throws(Failure) in
            guard case .array(var list) = container else {
                container[step] = nil
                return
            }
            guard let index = Int(step), list.indices.contains(index) else { throw missing(step) }
            list.remove(at: index)
            container = .array(list)
        }
        return removed
    }
}
