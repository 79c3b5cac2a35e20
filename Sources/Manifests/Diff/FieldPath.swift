/// Where in an object a field stands.
public struct FieldPath: Sendable, Hashable {
    /// One step on the way from the root of an object.
    public enum Step: Sendable, Hashable {
        /// The field of a mapping.
        case key(String)
        /// The element of a list at a position.
        case index(Int)
        /// The element of a list in which a field says which one it is, as `name` does for containers.
        case element(field: String, id: String)
    }

    /// The steps from the root.
    public let steps: [Step]

    /// A path; without steps it is the root.
    public init(_ steps: [Step] = []) {
        self.steps = steps
    }

    /// The path of something one step further on.
    package func appending(_ step: Step) -> FieldPath { FieldPath(steps + [step]) }

    /// The names of the last fields of mappings, the nearest one last; a list or its element ends them.
    func lastKeys(_ count: Int) -> [String] {
        let keys = steps.suffix(count).compactMap { step -> String? in
            guard case .key(let key) = step else { return nil }
            return key
        }
        return keys.count == min(count, steps.count) ? keys : []
    }
}

extension FieldPath: CustomStringConvertible {
    /// The steps with points between, such as `spec.template.spec.containers[name=web].image` or `spec.rules.0.host`.
    ///
    /// Keys stand as they are, those with points in them too.
    public var description: String {
        steps.reduce(into: "") { text, step in
            if !text.isEmpty, !step.isElement { text += "." }
            text += step.description
        }
    }
}

extension FieldPath.Step: CustomStringConvertible {
    /// The key, the position counted from 0, or what tells the element apart: `[name=web]`.
    public var description: String {
        switch self {
        case .key(let key): key.inOneLine(limit: .max)
        case .index(let index): String(index)
        case .element(let field, let id): "[\(field)=\(id.inOneLine(limit: .max))]"
        }
    }

    fileprivate var isElement: Bool {
        guard case .element = self else { return false }
        return true
    }
}
