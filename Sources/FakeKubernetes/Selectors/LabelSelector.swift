import Manifests

/// Conditions on labels, all of which must hold.
struct LabelSelector: Sendable, Hashable {
    /// One condition on one label.
    struct Requirement: Sendable, Hashable {
        enum Condition: Sendable, Hashable {
            case isIn([String])
            case isNotIn([String])
            case exists
            case isMissing
        }

        let key: String
        let condition: Condition

        func holds(_ labels: Mapping) -> Bool {
            let value = labels[key]?.string
            return switch condition {
            case .isIn(let values): value.map(values.contains) ?? false
            case .isNotIn(let values): value.map { !values.contains($0) } ?? true
            case .exists: value != nil
            case .isMissing: value == nil
            }
        }
    }

    private(set) var requirements: [Requirement] = []

    init(matching labels: Mapping) {
        requirements = labels.map { Requirement(key: $0.key, condition: .isIn([$0.value.string ?? ""])) }
    }

    /// Reads the `selector` of a workload: `matchLabels` and `matchExpressions`.
    init(object: Value) {
        self.init(matching: object["matchLabels"]?.mapping ?? [:])
        for expression in object["matchExpressions"]?.array ?? [] {
            let values = expression["values"]?.array?.compactMap(\.string) ?? []
            let condition: Requirement.Condition =
                switch expression["operator"]?.string {
                case "In": .isIn(values)
                case "NotIn": .isNotIn(values)
                case "DoesNotExist": .isMissing
                default: .exists
                }
            requirements.append(Requirement(key: expression["key"]?.string ?? "", condition: condition))
        }
    }

    /// Reads the form of the query, such as `app=web,tier in (a,b),!old`.
    init(query: String) throws(APIStatus) {
        var parser = LabelSelectorParser(query)
        requirements = try parser.requirements()
    }

    func matches(_ labels: Mapping) -> Bool {
        requirements.allSatisfy { $0.holds(labels) }
    }
}
