import Manifests

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

/// Reads the notation of the tables.
struct SchemaNotation {
    private var rest: Substring

    static func structure(_ line: String) -> Schema.Structure {
        var words = line.split(separator: " ")[...]
        var structure = Schema.Structure()
        let head = words.popFirst()?.dropLast() ?? ""
        structure.isAtomic = head.hasSuffix("!")
        structure.name = String(structure.isAtomic ? head.dropLast() : head)
        for word in words {
            guard let colon = word.firstIndex(of: ":") else { continue }
            var notation = SchemaNotation(rest: word[word.index(after: colon)...])
            structure.fields[String(word[..<colon])] = notation.field()
        }
        return structure
    }

    private mutating func field() -> Schema.Field {
        var field = Schema.Field(schema: type())
        while let flag = rest.popFirst() {
            switch flag {
            case "=": field.isAlwaysPresent = true
            case "~": field.retainsKeys = true
            case "\"": field.defaultValue = .string(take(until: "\""))
            default: break
            }
        }
        return field
    }

    private mutating func type() -> Schema {
        switch rest.popFirst() {
        case "s": return .scalar(.string)
        case "i": return .scalar(.integer)
        case "n": return .scalar(.number)
        case "b": return .scalar(.boolean)
        case "q": return .scalar(.quantity)
        case "p": return .scalar(.intOrString)
        case "[":
            let element = type()
            skip("]")
            return list(of: element)
        case "{":
            let element = type()
            skip("}")
            return .map(of: element, isAtomic: skip("!"))
        case let first? where first.isUppercase:
            var name = String(first)
            while let next = rest.first, next.isLetter || next.isNumber || next == "." {
                name.append(next)
                rest.removeFirst()
            }
            return .named(name)
        default: return .any
        }
    }

    private mutating func list(of element: Schema) -> Schema {
        var kind = Schema.ListKind.atomic
        var patchKey = Schema.PatchKey.replace
        if skip("{") {
            let keys = take(until: "}").split(separator: ",").map(String.init)
            kind = keys.isEmpty ? .set : .map(keys: keys)
            patchKey = keys.first.map { .merge(key: $0) } ?? .mergeValues
        }
        if skip("<") {
            let key = take(until: ">")
            patchKey = key == "-" ? .replace : key.isEmpty ? .mergeValues : .merge(key: key)
        }
        return .list(of: element, kind, patchKey: patchKey)
    }

    @discardableResult
    private mutating func skip(_ character: Character) -> Bool {
        guard rest.first == character else { return false }
        rest.removeFirst()
        return true
    }

    private mutating func take(until end: Character) -> String {
        let text = rest.prefix { $0 != end }
        rest = rest.dropFirst(text.count + 1)
        return String(text)
    }
}
