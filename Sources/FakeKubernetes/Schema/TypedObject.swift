import Manifests

/// Brings a decoded object into the form that a typed server keeps: known fields of the right types, no empty ones.
struct TypedObject {
    private var unknown: [String] = []
    private let isCustom: Bool

    /// Shapes an object by the schema of its type.
    ///
    /// - Returns: A warning for each unknown field, when warnings are wanted.
    /// - Throws: 400 for a wrong type, and for an unknown field when the client wants strictness.
    static func normalize(
        _ object: inout Value,
        _ target: ResourceTarget,
        _ options: WriteOptions
    ) throws(APIStatus) -> [String] {
        var shaper = TypedObject(isCustom: target.type.custom != nil && target.subresource != "scale")
        do {
            object = try shaper.shaped(object, target.bodySchema, path: "")
        } catch {
            throw refusal(target, "json: cannot unmarshal \(error.problem) of \(error.path)")
        }
        if let flaw = SecretValidation.encodingFlaw(object, target.type) { throw refusal(target, flaw) }
        guard !shaper.unknown.isEmpty else { return [] }
        let texts = shaper.unknown.map { "unknown field \"\($0)\"" }
        switch options.validation {
        case .ignore: return []
        case .warn: return texts
        case .strict: throw refusal(target, "strict decoding error: \(texts.joined(separator: ", "))")
        }
    }

    private init(isCustom: Bool) {
        self.isCustom = isCustom
    }

    private static func refusal(_ target: ResourceTarget, _ problem: String) -> APIStatus {
        let kind = target.bodyKind
        return .badRequest("\(kind) in version \"\(target.version)\" cannot be handled as a \(kind): \(problem)")
    }

    private mutating func shaped(_ value: Value, _ schema: Schema, path: String) throws(TypedError) -> Value {
        switch schema.resolved {
        case .any, .named: return value
        case .scalar(let scalar):
            guard scalar.accepts(value) else {
                // Custom objects are checked against their own schema, with better words.
                if isCustom { return value }
                throw TypedError(path, "\(value.typeName) into a field of type \(scalar.rawValue): value")
            }
            guard isCustom || scalar != .quantity || Quantity(value) != nil else {
                throw TypedError(path, "\(value.jsonText()): quantities must match the regular expression: value")
            }
            return scalar.canonical(value)
        case .list(let element, _, _):
            guard let list = value.array else {
                if isCustom { return value }
                throw TypedError(path, "\(value.typeName) into a list: value")
            }
            var result: [Value] = []
            for (index, entry) in list.enumerated() {
                result.append(entry.isNull ? entry : try shaped(entry, element, path: "\(path)[\(index)]"))
            }
            return .array(result)
        case .map(let element, _):
            guard let fields = value.mapping else {
                if isCustom { return value }
                throw TypedError(path, "\(value.typeName) into a map: value")
            }
            var result: [(String, Value)] = []
            for member in fields {
                let step = path.isEmpty ? member.key : "\(path).\(member.key)"
                let blank: Value = if case .scalar(.string) = element.resolved { "" } else { .null }
                result.append((member.key, member.value.isNull ? blank : try shaped(member.value, element, path: step)))
            }
            return .mapping(Mapping(result))
        case .structure: return try fields(value, schema, path)
        }
    }

    private mutating func fields(_ value: Value, _ schema: Schema, _ path: String) throws(TypedError) -> Value {
        guard let fields = value.mapping else {
            if isCustom, !path.isEmpty { return value }
            throw TypedError(path, "\(value.typeName) into a structure: value")
        }
        var result: [(String, Value)] = []
        for member in fields {
            let step = path.isEmpty ? member.key : "\(path).\(member.key)"
            guard let field = schema.field(member.key) else {
                unknown.append(step)
                continue
            }
            guard !member.value.isNull else { continue }
            let shaped = try shaped(member.value, field.schema, path: step)
            if !isOmitted(shaped, member.key, field.schema) { result.append((member.key, shaped)) }
        }
        return .mapping(Mapping(result))
    }

    /// Whether a typed server leaves out such a value because it is empty.
    private func isOmitted(_ value: Value, _ key: String, _ schema: Schema) -> Bool {
        guard !isCustom else { return false }
        switch (schema.resolved, value) {
        case (.map, .mapping(let fields)): return fields.isEmpty
        case (.list, .array(let list)): return list.isEmpty
        case (.scalar(.string), .string(let text)): return text.isEmpty && !Self.keptWhenEmpty.contains(key)
        case (_, .bool(false)): return Self.omittedWhenFalse.contains(key)
        case (_, .int(0)): return Self.omittedWhenZero.contains(key)
        default: return false
        }
    }

    /// Texts that are pointers or always written: an empty one means something.
    private static let keptWhenEmpty: Set<String> = [
        "storageClassName", "ingressClassName", "schedule", "name", "key", "path", "mountPath", "holderIdentity",
        "serviceName", "host", "apiGroup", "runtimeClassName", "lastTransitionTime", "creationTimestamp",
    ]

    private static let omittedWhenFalse: Set<String> = [
        "hostNetwork", "hostPID", "hostIPC", "stdin", "stdinOnce", "tty", "readOnly", "paused",
        "publishNotReadyAddresses", "globalDefault", "unschedulable",
    ]

    private static let omittedWhenZero: Set<String> = [
        "minReadySeconds", "initialDelaySeconds", "hostPort", "nodePort", "healthCheckNodePort", "periodSeconds",
        "timeoutSeconds", "successThreshold", "failureThreshold", "observedGeneration", "readyReplicas",
        "availableReplicas", "unavailableReplicas", "updatedReplicas", "fullyLabeledReplicas", "active", "succeeded",
        "failed",
    ]
}

extension Schema.Scalar {
    /// The one form of a value, such as `100m` for `0.1`.
    func canonical(_ value: Value) -> Value {
        switch (self, value) {
        case (.quantity, _): Quantity(value)?.value ?? value
        case (.integer, .double(let number)): Int(exactly: number).map(Value.int) ?? value
        default: value
        }
    }
}
