import Manifests

/// The part of JSONPath that printer columns use: fields, list indices, and filters for equality.
enum SimpleJSONPath {
    static func find(_ path: String, in object: Value) -> Value? {
        var rest = Substring(path)
        var node = object
        while let first = rest.popFirst() {
            if first == "[" {
                let content = rest.prefix { $0 != "]" }
                rest = rest.dropFirst(content.count + 1)
                guard let next = step(String(content), in: node) else { return nil }
                node = next
                continue
            }
            let name = (first == "." ? "" : String(first)) + takeName(&rest)
            guard !name.isEmpty else { continue }
            guard let next = node[name] else { return nil }
            node = next
        }
        return node
    }

    private static func takeName(_ rest: inout Substring) -> String {
        var name = ""
        while let next = rest.first, next != ".", next != "[" {
            rest.removeFirst()
            if next == "\\", let escaped = rest.popFirst() { name.append(escaped) } else { name.append(next) }
        }
        return name
    }

    /// An index, a quoted field, or a filter such as `?(@.type=="Ready")`.
    private static func step(_ content: String, in node: Value) -> Value? {
        if let index = Int(content) {
            guard let list = node.array, list.indices.contains(index) else { return nil }
            return list[index]
        }
        let quotes: Set<Character> = ["'", "\""]
        guard content.hasPrefix("?(@.") else { return node[content.filter { !quotes.contains($0) }] }
        let sides = content.dropFirst(4).dropLast().split(separator: "=", omittingEmptySubsequences: true)
        guard sides.count == 2 else { return nil }
        let wanted = sides[1].filter { !quotes.contains($0) && $0 != " " }
        let field = sides[0].filter { $0 != " " }
        return node.array?.first { $0[field]?.string == wanted }
    }
}
