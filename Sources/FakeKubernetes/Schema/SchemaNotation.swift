import Manifests

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
