import Manifests

/// Goes through the routes of an object, and changes those that may be changed.
struct RouteEdit {
    /// One route of the object.
    struct Route {
        /// What Git says.
        let value: Value
        /// Its name, or its place in the list: how it is called in texts.
        let title: String
        /// Its path in the object.
        let path: String
    }

    /// What becomes of a route.
    enum Outcome {
        /// It gets this content; the weights of the variants in it, and a text about them.
        case edited(Value, weights: TrafficPercentages, text: String)
        /// It stays, and why.
        case skipped(String)
        /// It stays though it leads to us, because none of its traffic does; why.
        case withoutShare(String)
    }

    /// What a route is called: `route`, `rule`.
    let word: String
    /// Where the routes are in the object.
    let path: [String]
    /// Names of the routes that may be changed; empty means all.
    let editable: [String]
    /// What was changed and what was left alone, and why, one line each.
    private(set) var notes: [String] = []
    /// The variants that have a weight above zero in some route.
    private(set) var receivers: Set<Variant> = []
    /// The notes on the routes that lead to us and have no traffic to move.
    private(set) var withoutShare: [String] = []

    init(_ word: String, at path: [String], editable: [String]) {
        self.word = word
        self.path = path
        self.editable = editable
    }

    /// The object with changed routes, `nil` when there was none to change.
    mutating func apply(
        to original: Manifest,
        _ edit: (Route) throws(RolloutError) -> Outcome
    ) throws(RolloutError) -> Manifest? {
        let entries = try original.list(original.object.at(path), path.joined(separator: "."))
        var result: [Value] = []
        var isChanged = false
        for (index, entry) in entries.enumerated() {
            let changed = try self.changed(entry, index, edit)
            isChanged = isChanged || changed != nil
            result.append(changed ?? entry)
        }
        guard isChanged else { return nil }
        var manifest = original
        try manifest.edit(.array(result), at: path)
        return manifest
    }

    private mutating func changed(
        _ entry: Value,
        _ index: Int,
        _ edit: (Route) throws(RolloutError) -> Outcome
    ) throws(RolloutError) -> Value? {
        let title = entry["name"]?.string.map { "\"\($0)\"" } ?? "[\(index)]"
        let isEditable = entry.isEditable(editable)
        let route = Route(value: entry, title: title, path: "\(path.joined(separator: "."))[\(index)]")
        switch isEditable ? try edit(route) : .skipped("it is not among the editable \(word)s") {
        case .edited(let value, let weights, let text):
            receivers.formUnion(Variant.allCases.filter { weights[$0] > 0 })
            notes.append("\(word) \(title) updated: \(text)".inOneLine(limit: 4096))
            return value
        case .skipped(let why):
            notes.append("\(word) \(title) skipped: \(why)".inOneLine(limit: 4096))
            return nil
        case .withoutShare(let why):
            notes.append("\(word) \(title) skipped: \(why)".inOneLine(limit: 4096))
            withoutShare += notes.suffix(1)
            return nil
        }
    }
}

extension Value {
    /// Whether a route is among those with these names; without any, all are.
    func isEditable(_ names: [String]) -> Bool {
        names.isEmpty || self["name"]?.string.map(names.contains) == true
    }
}

extension RolloutError.Reason {
    /// The routes that lead to us have no traffic; a note on each.
    static func noShare(_ notes: [String]) -> Self {
        .traffic("no traffic can be moved: \(notes.joined(separator: ", "))")
    }
}

extension Manifest {
    /// A list in the object; missing and `null` are an empty one.
    func list(_ node: Value?, _ path: String) throws(RolloutError) -> [Value] {
        guard let node, !node.isNull else { return [] }
        guard let list = node.array else {
            let found = node.typeNameWithArticle
            throw RolloutError(.badField(path: path, expected: "a list", found: found), in: self)
        }
        return list
    }
}

extension TrafficPercentages {
    /// All three together.
    var sum: Int { primary + canary + baseline }
}
