/// The structure of the built-in types, from compact tables in files beside this one.
///
/// A line of a table is `Name: field:type …`, with continuation lines indented. Types are `s` text, `i` integer, `n`
/// number, `b` Boolean, `q` quantity, `p` integer or text, `*` anything, `Name` another structure, `[T]` a list, `{T}` a
/// map. Behind a list, `{a,b}` are the keys of its entries, `{}` marks a set, and `<a>` is the key of strategic merge
/// patch when it differs (`<->` for none). `!` marks what has one owner as a whole, `=` a structure that is always there,
/// `~` a patch that keeps only its own keys, `"x"` a default.
enum BuiltInSchemas {
    static let structures: [String: Schema.Structure] = {
        var structures: [String: Schema.Structure] = [:]
        for line in [core, pods, workloads, others].flatMap(definitions) {
            let structure = SchemaNotation.structure(line)
            structures[structure.name] = structure
        }
        return structures
    }()

    /// The same, ready to be handed out.
    static let schemas = structures.mapValues(Schema.structure)

    /// The schema of a type in one version.
    static func schema(kind: String, version: String) -> Schema {
        let versioned = "\(kind).\(version)"
        return .named(structures[versioned] == nil ? kind : versioned)
    }

    /// The lines of a table with their continuations.
    private static func definitions(_ table: String) -> [String] {
        table.split(separator: "\n").reduce(into: []) { lines, line in
            if line.hasPrefix(" "), let last = lines.popLast() {
                lines.append(last + " " + line.drop { $0 == " " })
            } else {
                lines.append(String(line))
            }
        }
    }
}
