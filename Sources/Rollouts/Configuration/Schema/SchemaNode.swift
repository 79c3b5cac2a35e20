import Manifests

/// A part of a JSON Schema, put together from the few forms that the configuration has.
///
/// A key may be written with nothing behind it, which means its default: every type but those of numbers takes `null`.
struct SchemaNode {
    private(set) var fields: Mapping

    init(_ description: String, _ fields: Mapping) {
        self.fields = ["description": .string(description)]
        for member in fields { self.fields[member.key] = member.value }
    }

    var value: Value { .mapping(fields) }

    /// The same with one more keyword.
    func adding(_ keyword: String, _ value: Value) -> SchemaNode {
        var copy = self
        copy.fields[keyword] = value
        return copy
    }

    /// A text; an empty one means the default, too.
    static func string(_ description: String, default value: String? = nil) -> SchemaNode {
        SchemaNode(description, ["type": ["string", "null"]]).defaulting(to: value.map(Value.string))
    }

    /// A text of a certain form.
    static func string(_ description: String, pattern: String) -> SchemaNode {
        SchemaNode(description, ["type": ["string", "null"], "pattern": .string(pattern)])
    }

    static func bool(_ description: String, default value: Bool = false) -> SchemaNode {
        SchemaNode(description, ["type": ["boolean", "null"], "default": .bool(value)])
    }

    static func integer(_ description: String, in range: ClosedRange<Int>, default value: Int) -> SchemaNode {
        SchemaNode(
            description,
            [
                "type": ["integer", "null"], "minimum": .int(range.lowerBound), "maximum": .int(range.upperBound),
                "default": .int(value),
            ]
        )
    }

    /// One of a few words; nothing means the default, too.
    static func word(_ description: String, _ words: [String], default value: String? = nil) -> SchemaNode {
        SchemaNode(description, ["enum": .array(words.map(Value.string) + [.null, ""])])
            .defaulting(to: value.map(Value.string))
    }

    /// One of a few words, where one must be written.
    static func requiredWord(_ description: String, _ words: [String]) -> SchemaNode {
        SchemaNode(description, ["enum": .array(words.map(Value.string))])
    }

    static func list(_ description: String, of element: SchemaNode) -> SchemaNode {
        SchemaNode(description, ["type": ["array", "null"], "items": element.value])
    }

    static func strings(_ description: String) -> SchemaNode {
        SchemaNode(description, ["type": ["array", "null"], "items": ["type": "string"]])
    }

    /// Names of files, none of them empty.
    static func paths(_ description: String) -> SchemaNode {
        SchemaNode(description, ["type": ["array", "null"], "items": ["type": "string", "minLength": 1]])
    }

    /// Texts by names that the user chooses.
    static func map(_ description: String) -> SchemaNode {
        SchemaNode(
            description,
            ["type": ["object", "null"], "additionalProperties": ["type": ["string", "null"]]]
        )
    }

    /// A block of ours: no other key may stand in it.
    static func block(_ description: String, _ keys: SchemaKeys) -> SchemaNode {
        SchemaNode(
            description,
            ["type": ["object", "null"], "additionalProperties": false, "properties": properties(keys)]
        )
    }

    /// A block that piped reads: other keys are its business, unless they look as if they chose targets.
    static func openBlock(_ description: String, _ keys: SchemaKeys) -> SchemaNode {
        SchemaNode(
            description,
            [
                "type": ["object", "null"], "properties": properties(keys),
                "patternProperties": noTargetFilters,
            ]
        )
    }

    /// Refuses the keys that look as if they chose targets.
    static let noTargetFilters: Value = ["^[mM][uU][lL][tT][iI][tT][aA][rR][gG][eE][tT]": false]

    /// A definition of the same schema.
    static func reference(_ name: String, _ description: String) -> SchemaNode {
        SchemaNode(description, ["$ref": .string("#/$defs/\(name)")])
    }

    private static func properties(_ keys: SchemaKeys) -> Value {
        .mapping(Mapping(keys.nodes.map { ($0, $1.value) }))
    }

    private func defaulting(to value: Value?) -> SchemaNode {
        value.map { adding("default", $0) } ?? self
    }
}

/// The keys of a block, in the order in which they are explained.
struct SchemaKeys: ExpressibleByDictionaryLiteral {
    let nodes: [(String, SchemaNode)]

    init(dictionaryLiteral elements: (String, SchemaNode)...) {
        nodes = elements
    }

    init(_ nodes: [(String, SchemaNode)]) {
        self.nodes = nodes
    }

    static func + (left: SchemaKeys, right: SchemaKeys) -> SchemaKeys {
        SchemaKeys(left.nodes + right.nodes)
    }
}
