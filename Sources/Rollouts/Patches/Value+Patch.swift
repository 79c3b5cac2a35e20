import Manifests

/// The exact place of a node: field names and indexes from the root.
enum NodeStep: Hashable {
    case field(String)
    case index(Int)
}

extension Value {
    /// The places of all nodes that a path matches, in the order of the tree, each once.
    ///
    /// A node that several ways lead to, as in `$..a..a`, is followed once after each step, so that no path takes long.
    func places(of steps: some Collection<PatchPath.Step>) -> [[NodeStep]] {
        steps.reduce([[]]) { places, step in
            var seen: Set<[NodeStep]> = []
            return places.flatMap { place in
                (node(at: place)?.places(of: step) ?? []).map { place + $0 }.filter { seen.insert($0).inserted }
            }
        }
    }

    /// The places of the nodes below this one that one step leads to.
    private func places(of step: PatchPath.Step) -> [[NodeStep]] {
        switch step {
        case .child(let name): self[name] == nil ? [] : [[.field(name)]]
        case .element(let index): array?.indices.contains(index) == true ? [[.index(index)]] : []
        case .descendants(let name):
            (self[name] == nil ? [] : [[.field(name)]])
                + children.flatMap { inner, child in child.places(of: step).map { [inner] + $0 } }
        }
    }

    /// The node at a place.
    func node(at place: some Collection<NodeStep>) -> Value? {
        guard let step = place.first else { return self }
        let child: Value? =
            switch step {
            case .field(let name): self[name]
            case .index(let index): array.flatMap { $0.indices.contains(index) ? $0[index] : nil }
            }
        return child?.node(at: place.dropFirst())
    }

    /// The tree with another node at a place; a place that is not there changes nothing.
    func replacing(_ place: ArraySlice<NodeStep>, with node: Value) -> Value {
        guard let step = place.first else { return node }
        var copy = self
        switch step {
        case .field(let name):
            guard let child = self[name] else { return self }
            copy[name] = child.replacing(place.dropFirst(), with: node)
        case .index(let index):
            guard var elements = array, elements.indices.contains(index) else { return self }
            elements[index] = elements[index].replacing(place.dropFirst(), with: node)
            copy = .array(elements)
        }
        return copy
    }

    private var children: [(NodeStep, Value)] {
        switch self {
        case .array(let elements): elements.enumerated().map { (.index($0.offset), $0.element) }
        case .mapping(let fields): fields.map { (.field($0.key), $0.value) }
        default: []
        }
    }
}

/// Why a scalar cannot be replaced.
struct PatchProblem: Error {
    let text: String
}

extension Value {
    /// The scalar that a text stands for in the place of this one: the type stays.
    ///
    /// - Throws: `PatchProblem` when this is no scalar or the text does not have its type. The old value is not told:
    ///   it may be secret.
    func retyped(_ text: String) throws(PatchProblem) -> Value {
        switch self {
        case .string:
            return .string(text)
        case .int:
            guard let number = Int(text) else { throw PatchProblem(text: "it is an integer, the new value is none") }
            return .int(number)
        case .double:
            guard let number = Double(text), number.isFinite else {
                throw PatchProblem(text: "it is a number, the new value is none")
            }
            return .double(number)
        case .bool:
            guard let flag = Bool(text) else {
                throw PatchProblem(text: "it is true or false, the new value is neither")
            }
            return .bool(flag)
        case .null:
            return Int(text).map(Value.int) ?? Bool(text).map(Value.bool) ?? .string(text)
        case .array, .mapping:
            throw PatchProblem(text: "it is \(typeNameWithArticle), only single values can be replaced")
        }
    }

    /// The tree with a text put into every node that a path matches, and the places where that was.
    func patched(_ operation: ManifestPatch.Operation) throws(PatchProblem) -> (value: Value, places: [[NodeStep]]) {
        let path: PatchPath
        do {
            path = try PatchPath(operation.path)
        } catch {
            throw PatchProblem(text: "\(error)")
        }
        let places = places(of: path.steps)
        guard !places.isEmpty else { throw PatchProblem(text: "there is nothing at this path") }
        var result = self
        for place in places {
            let old = result.node(at: place) ?? .null
            result = result.replacing(place[...], with: try old.retyped(operation.value))
        }
        return (result, places)
    }
}
