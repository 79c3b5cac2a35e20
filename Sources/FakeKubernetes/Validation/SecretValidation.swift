import Manifests

/// What the server refuses in the data of Secrets and ConfigMaps.
enum SecretValidation {
    /// What is missing or wrong for the type that a Secret says it has; its values are never shown.
    static func problems(_ secret: Value) -> [FieldProblem] {
        let data = secret["data"]?.mapping ?? [:]
        switch secret["type"]?.string {
        case "kubernetes.io/dockerconfigjson": return document(".dockerconfigjson", data)
        case "kubernetes.io/dockercfg": return document(".dockercfg", data)
        case "kubernetes.io/tls": return required(["tls.crt", "tls.key"], data)
        // The real server words these two paths just so.
        case "kubernetes.io/ssh-auth": return required(["ssh-privatekey"], data, path: "data[%s]")
        case "kubernetes.io/basic-auth":
            guard data["username"] == nil, data["password"] == nil else { return [] }
            return required(["username", "password"], data, path: "data[%s]")
        case "kubernetes.io/service-account-token":
            let name = "kubernetes.io/service-account.name"
            guard secret[path: "metadata", "annotations", name]?.string?.isEmpty != false else { return [] }
            return [.required("metadata.annotations[\(name)]")]
        default: return []
        }
    }

    private static func required(_ keys: [String], _ data: Mapping, path: String = "data") -> [FieldProblem] {
        keys.filter { data[$0] == nil }.map { .required("\(path)[\($0)]") }
    }

    private static func document(_ key: String, _ data: Mapping) -> [FieldProblem] {
        guard let text = data[key]?.string else { return required([key], data) }
        let bytes = (try? Base64.decode(text)) ?? []
        guard (try? Value(json: bytes, file: key)) == nil else { return [] }
        return [.invalid("data[\(key)]", "\"<secret contents redacted>\"", "the value is no JSON")]
    }

    /// Where the data of an object is not base64, in the words of the decoder; `nil` when it is.
    static func encodingFlaw(_ object: Value, _ type: ResourceType) -> String? {
        guard type.custom == nil, let field = ["Secret": "data", "ConfigMap": "binaryData"][type.kind],
            let data = object[field]?.mapping
        else { return nil }
        for member in data.sortedByKey() {
            do throws(Base64.Problem) {
                _ = try Base64.decode(member.value.string ?? "")
            } catch {
                return "illegal base64 data at input byte \(error.offset)"
            }
        }
        return nil
    }
}
