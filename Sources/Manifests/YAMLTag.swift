/// What a scalar with an explicit tag means, such as `!!str 123`.
enum YAMLTag {
    private static let prefix = "tag:yaml.org,2002:"

    /// The node of a tagged scalar; a tag that is not of YAML itself leaves the text alone.
    ///
    /// - Throws: The reason when the text is not what the tag says.
    static func resolve(_ text: String, tag: String) throws(ManifestError) -> Value {
        guard tag.hasPrefix(prefix) else { return .string(text) }
        let name = String(tag.dropFirst(prefix.count))
        let value = YAMLScalar.resolve(text)
        switch (name, value) {
        case ("binary", _): return .string(try decodeBase64(text))
        case ("int", .int(let number)?) where YAMLNumber.isInteger(text): return .int(number)
        case ("null", .null?), ("bool", .bool?), ("float", .int?), ("float", .double?): return value ?? .null
        case ("null", _), ("bool", _), ("int", _), ("float", _):
            throw ManifestError(.syntax("the text is not what its tag !!\(name) says"))
        default: return .string(text)
        }
    }

    private static func decodeBase64(_ text: String) throws(ManifestError) -> String {
        guard let bytes = try? Base64.decode(text.filter { !$0.isWhitespace }),
            let decoded = String(validating: bytes, as: UTF8.self)
        else {
            throw ManifestError(.syntax("the text of !!binary must be UTF-8 in base64"))
        }
        return decoded
    }
}
