import Manifests

/// Makes objects with every field that a server describes, filled with values of the right type that readers get wrong.
///
/// Each list of values is gone through in turn, so that the same description gives the same objects.
struct AwkwardObjects {
    /// The types of an OpenAPI 2 document by their names.
    private let definitions: [String: Value]
    /// How many values were made; it chooses the next one.
    private var count = 0
    /// The types that the value being made is inside of.
    private var path: [String] = []

    init(openAPI document: Value) {
        let members = document["definitions"]?.mapping?.members ?? []
        definitions = Dictionary(uniqueKeysWithValues: members.map { ($0.key, $0.value) })
    }

    /// The names of the types that are kinds of objects, sorted.
    var kinds: [String] {
        definitions.filter { $0.value["x-kubernetes-group-version-kind"] != nil }.keys.sorted()
    }

    /// Whether a kind is one of the server itself.
    static func isBuiltIn(_ kind: String) -> Bool {
        ["io.k8s.api.", "io.k8s.apimachinery.", "io.k8s.apiextensions-apiserver.", "io.k8s.kube-aggregator."].contains {
            kind.hasPrefix($0)
        }
    }

    /// An object of a kind.
    mutating func object(_ kind: String) -> Value {
        let type = definitions[kind]?["x-kubernetes-group-version-kind"]?.array?.first
        var object = value(of: ["$ref": .string("#/definitions/\(kind)")])
        let group = type?["group"]?.string ?? ""
        let version = type?["version"]?.string ?? ""
        object["apiVersion"] = .string(group.isEmpty ? version : "\(group)/\(version)")
        object["kind"] = type?["kind"]
        return object
    }

    private mutating func value(of schema: Value) -> Value {
        if let reference = schema["$ref"]?.string {
            return value(ofType: reference.replacing("#/definitions/", with: ""))
        }
        switch schema["type"]?.string {
        case "string": return string(format: schema["format"]?.string)
        case "integer": return next(schema["format"] == "int32" ? Self.smallIntegers : Self.integers)
        case "number": return next(Self.numbers)
        case "boolean": return next([true, false])
        case "array":
            let length = path.count < 3 ? 2 : 1
            return .array((0..<length).map { _ in value(of: schema["items"] ?? [:]) })
        case "object": return mapping(of: schema)
        default: return next(Self.anything)
        }
    }

    /// A value of a named type; one that is inside of itself gets nothing of its own.
    private mutating func value(ofType name: String) -> Value {
        guard !path.contains(name), let schema = definitions[name] else { return next(Self.anything) }
        path.append(name)
        defer { path.removeLast() }
        return value(of: schema)
    }

    private mutating func mapping(of schema: Value) -> Value {
        var fields = Mapping()
        for member in schema["properties"]?.mapping ?? [:] { fields[member.key] = value(of: member.value) }
        if let element = schema["additionalProperties"] {
            for _ in 0..<3 { fields[next(Self.strings).string ?? ""] = value(of: element) }
        }
        return fields.isEmpty ? next(Self.anything) : .mapping(fields)
    }

    private mutating func string(format: String?) -> Value {
        switch format {
        case "byte": next(["aGVsbG8=", "", "MDA3", "e30K"])
        case "date-time": next(["2001-12-14T21:59:43Z", "2026-01-01T00:00:00.000000Z"])
        case "int-or-string": next([80, "80", "http", "50%", "0x50"])
        default: next(Self.strings)
        }
    }

    private mutating func next(_ values: [Value]) -> Value {
        count += 1
        return values[count % values.count]
    }
}

extension AwkwardObjects {
    fileprivate static let strings: [Value] = [
        "yes", "0x1F", "1e3", "null", "first\nsecond\n", "trailing ", "a\tb", "🚢 é", "-", "- a", "\"", "'", "", "~",
        "y", "No",
        "0o17", "0777", "1_000", "1.10", ".5", ".inf", "2001-01-01", "12:30:45", "<<", "=", "a: b", "a #b", "# a", "&a",
        "*a", "!a",
        "%a", "@a", "`a", "{a", "[a", "|", ">", "?", ":", ",", "\\", "---", "...", "a\n---\nb", " leading", "\n",
        "\n\na", "a\n\n",
        " a\n  b\n", "a \nb", "a\r\nb", "a\u{85}b", "a\u{2028}b\u{2029}", "\u{FEFF}", "\u{0}\u{1}\u{7F}", "plain",
        "18446744073709551616",
        "true", "-0.0", "+1", "{{ .Values }}", "$(VAR)", "a\tb\nc\t", .string(String(repeating: "long ", count: 60)),
        "\u{FFFD}",
    ]
    fileprivate static let smallIntegers: [Value] = [0, -1, 2_147_483_647, -2_147_483_648, 8]
    fileprivate static let integers: [Value] = [
        .int(.max), .int(.min), 9_007_199_254_740_993, -9_007_199_254_740_993, 1_000_000, 0,
    ]
    fileprivate static let numbers: [Value] = [
        0.1, 1e21, -2.5e-8, 123_456_789.125, 1.7976931348623157e308, .double(.leastNonzeroMagnitude),
    ]
    fileprivate static let anything: [Value] = [
        [:], .null, ["yes": ["0x1F": .null, "": [[], [:], "no"]]], [[["- a", 1.5]], "x\ny\n"], "null", true, .int(.min),
        [],
    ]
}
