import Manifests

/// The text of a ConfigMap or a Secret that enters the config hash: compact JSON with sorted keys.
struct ConfigEncoding {
    /// The text.
    let text: String

    init(_ config: Manifest, version: ConfigHash.Version) throws(RolloutError) {
        let encoder = Encoder(config: config, version: version)
        if config.isConfigMap {
            text = Self.json(try encoder.configMap())
        } else if config.isSecret {
            text = Self.json(try encoder.secret())
        } else {
            text = Self.json(config.object) + "\n"
        }
    }

    private static func json(_ value: Value) -> String { value.jsonText([.sortedKeys, .htmlEscaped]) }

    private struct Encoder {
        let config: Manifest
        let version: ConfigHash.Version

        func configMap() throws(RolloutError) -> Value {
            var value: Value = ["kind": "ConfigMap", "name": .string(config.name)]
            value["data"] = try map("data", text)
            value["immutable"] = try immutable()
            if let binary = try map("binaryData", base64).mapping, !binary.isEmpty {
                value["binaryData"] = .mapping(binary)
            }
            return value
        }

        func secret() throws(RolloutError) -> Value {
            var value: Value = ["kind": "Secret", "name": .string(config.name)]
            value["data"] = try secretData()
            value["immutable"] = try immutable()
            let type = config[path: "type"] ?? ""
            guard type.isNull || type.string != nil else { throw badField("type", "a string", type) }
            value["type"] = .string(type.string ?? "")
            return value
        }

        private func secretData() throws(RolloutError) -> Value {
            let data = try map("data", base64)
            guard version == .complete, let texts = try map("stringData", text).mapping, !texts.isEmpty else {
                return data
            }
            let encoded = texts.map { ($0.key, Value.string(Base64.encode(Array(($0.value.string ?? "").utf8)))) }
            return .mapping(Mapping((data.mapping ?? [:]).map { ($0.key, $0.value) } + encoded))
        }

        private func immutable() throws(RolloutError) -> Value? {
            guard let flag = config[path: "immutable"], !flag.isNull else { return nil }
            guard flag.bool != nil else { throw badField("immutable", "true or false", flag) }
            return flag
        }

        private func map(
            _ field: String,
            _ convert: (Value, String) throws(RolloutError) -> Value
        ) throws(RolloutError) -> Value {
            guard let node = config[path: field], !node.isNull else { return .null }
            guard let fields = node.mapping else { throw badField(field, "a mapping", node) }
            var result: [(String, Value)] = []
            for member in fields {
                result.append((member.key, try convert(member.value, "\(field).\(member.key)")))
            }
            return .mapping(Mapping(result))
        }

        /// A text; `null` is an empty one, as for Go.
        private func text(_ value: Value, _ path: String) throws(RolloutError) -> Value {
            if value.isNull { return "" }
            guard value.string != nil else {
                throw RolloutError(.notConvertible(path: path, type: value.goTypeName), in: config)
            }
            return value
        }

        /// Base64 in its usual form; `null` stays.
        private func base64(_ value: Value, _ path: String) throws(RolloutError) -> Value {
            if value.isNull { return .null }
            guard let text = value.string else { throw badField(path, "a base64 string", value) }
            do {
                return .string(Base64.encode(try Base64.decode(text)))
            } catch {
                throw RolloutError(.badBase64(path: path, offset: error.offset), in: config)
            }
        }

        private func badField(_ path: String, _ expected: String, _ found: Value) -> RolloutError {
            RolloutError(.badField(path: path, expected: expected, found: found.typeNameWithArticle), in: config)
        }
    }
}

extension Value {
    /// The name of the type as the error texts of PipeCD have it.
    fileprivate var goTypeName: String {
        switch self {
        case .null: "nil"
        case .bool: "bool"
        case .int: "int64"
        case .double: "float64"
        case .string: "string"
        case .array: "[]interface {}"
        case .mapping: "map[string]interface {}"
        }
    }
}
