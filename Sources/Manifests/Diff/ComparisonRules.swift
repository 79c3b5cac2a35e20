/// What counts as a difference between two states of an object.
///
/// By default everything does, except what means the same to every API server: numbers are compared by value, quantities
/// by amount, two empty nodes (`null`, `""`, `0`, `false`, `[]`, `{}`) are equal whatever their types, and a field that
/// a type of Kubernetes leaves out when it is empty may be written or not.
public struct ComparisonRules: Sendable, Hashable {
    /// Whether an empty node is the same as none.
    public var equatesEmpty = false
    /// Whether fields that only the state before has do not matter, as those that a server fills in.
    ///
    /// Elements of lists still do.
    public var ignoresExtraFields = false
    /// Whether a number and a text of that number are the same.
    public var readsNumbers = false
    /// Whether a truth value and a text of it are the same.
    public var readsBooleans = false
    /// Whether elements of lists that have names, or other fields that tell them apart, are found by them.
    ///
    /// Those of other lists, and of lists whose order changes, are compared by position.
    public var matchesElements = false
    /// Paths that are not compared, nor what is below them; `*` stands for any one step.
    ///
    /// What stands below an added or removed node is cut out of what is shown of it; a node of which nothing is left then does not count.
    public var ignoredPaths: Set<String> = []
    /// What stands in place of a hidden value.
    public var mask = "*****"

    /// The rules as described above, everything else compared as it is.
    public init() {}

    /// The rules for what runs, on the left, against what is in Git: whatever only the cluster has may be there.
    public static var drift: ComparisonRules {
        var rules = ComparisonRules()
        rules.equatesEmpty = true
        rules.ignoresExtraFields = true
        rules.readsNumbers = true
        return rules
    }

    /// The rules for two versions of what is in Git.
    ///
    /// An empty value that is only on one side is a difference: `replicas: 0` is not the same as none.
    public static var versions: ComparisonRules {
        var rules = ComparisonRules()
        rules.readsNumbers = true
        rules.matchesElements = true
        return rules
    }
}

extension ComparisonRules {
    /// Whether a path, or one above it, is not compared.
    package func ignores(_ path: FieldPath) -> Bool {
        ignoredPaths.contains { pattern in Self.covers(pattern[...], path.steps[...]) }
    }

    /// What counts of a value.
    ///
    /// - Parameters:
    ///   - value: The value.
    ///   - path: Where it stands.
    /// - Returns: The value without what is ignored below it; `nil` when nothing else was in it.
    package func withoutIgnored(_ value: Value, at path: FieldPath) -> Value? {
        ignoredPaths.isEmpty ? value : withoutIgnored(value, at: [path])
    }

    /// The same for a value below lists, whose elements may be meant in more than one way.
    private func withoutIgnored(_ value: Value, at paths: [FieldPath]) -> Value? {
        switch value {
        case .mapping(let fields):
            let kept = fields.compactMap { member -> (String, Value)? in
                counting(member.value, at: paths, [.key(member.key)]).map { (member.key, $0) }
            }
            return kept.isEmpty && !fields.isEmpty ? nil : .mapping(Mapping(kept))
        case .array(let elements):
            let kept = elements.enumerated().compactMap { index, element in
                counting(element, at: paths, [.index(index)] + element.elementSteps)
            }
            return kept.isEmpty && !elements.isEmpty ? nil : .array(kept)
        default: return value
        }
    }

    private func counting(_ value: Value, at paths: [FieldPath], _ steps: [FieldPath.Step]) -> Value? {
        let places = paths.flatMap { path in steps.map { path.appending($0) } }
        return places.contains(where: ignores) ? nil : withoutIgnored(value, at: places)
    }

    private static func covers(_ pattern: Substring, _ steps: ArraySlice<FieldPath.Step>) -> Bool {
        guard !pattern.isEmpty else { return true }
        guard let step = steps.first else { return false }
        return ["*", step.description].contains { text in
            guard pattern.hasPrefix(text) else { return false }
            let rest = pattern.dropFirst(text.count)
            guard let separator = rest.first else { return true }
            return ".[".contains(separator)
                && covers(separator == "." ? rest.dropFirst() : rest, steps.dropFirst())
        }
    }

    /// Whether two nodes that are not equal mean the same.
    func areSame(_ before: Value, _ after: Value, at path: FieldPath) -> Bool {
        switch (before, after) {
        case (.int(let left), .double(let right)), (.double(let right), .int(let left)):
            return Double(left) == right
        case (.int, .string), (.double, .string), (.string, .int), (.string, .double):
            if readsNumbers, let left = before.number, let right = after.number, left == right { return true }
        case (.bool(let flag), .string(let text)), (.string(let text), .bool(let flag)):
            return readsBooleans && Self.truth[text] == flag
        default: break
        }
        guard path.isQuantity, let left = Quantity(before), let right = Quantity(after) else { return false }
        return left == right
    }

    /// How Go reads truth values.
    private static let truth: [String: Bool] = {
        let words = [
            true: ["1", "t", "T", "true", "TRUE", "True"], false: ["0", "f", "F", "false", "FALSE", "False"],
        ]
        return words.reduce(into: [:]) { truth, entry in for word in entry.value { truth[word] = entry.key } }
    }()
}

extension Value {
    /// The number, or the one that a text is of.
    fileprivate var number: Double? {
        switch self {
        case .int(let number): Double(number)
        case .double(let number): number
        case .string(let text): Double(text)
        default: nil
        }
    }
}

extension FieldPath {
    /// Whether Kubernetes reads the field as a quantity: in specifications it does so.
    fileprivate var isQuantity: Bool {
        let keys = lastKeys(2)
        guard keys.count == 2, steps.count > 2, steps.first == .key("spec") else { return false }
        return ["limits", "requests", "overhead", "hard", "capacity"].contains(keys[0])
            || [["emptyDir", "sizeLimit"], ["resourceFieldRef", "divisor"]].contains(keys)
    }
}
