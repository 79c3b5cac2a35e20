extension Value {
    /// The patterns of paths that mean the same as one with positions in lists, for this object.
    ///
    /// Differences name elements of lists by what tells them apart, where something does:
    /// `spec.containers.0.image` is `spec.containers[name=web].image` then.
    ///
    /// - Parameter pattern: A path; `*` stands for any one step.
    /// - Returns: The pattern as it is, and others that mean the same in this object.
    package func patterns(for pattern: String) -> Set<String> {
        Set(expanded(pattern[...])).union([pattern])
    }

    private func expanded(_ pattern: Substring) -> [String] {
        guard !pattern.isEmpty else { return [""] }
        switch self {
        case .mapping(let fields):
            return fields.flatMap { member in
                pattern.rests(after: member.key).flatMap { word, rest in
                    member.value.expanded(rest).map { Self.path(word, $0) }
                }
            }
        case .array(let elements):
            return elements.enumerated().flatMap { index, element in
                pattern.rests(after: String(index)).flatMap { word, rest in
                    let steps = word == "*" ? ["*"] : [word] + element.elementSteps.map(\.description)
                    return element.expanded(rest).flatMap { below in steps.map { Self.path($0, below) } }
                }
            }
        default: return [String(pattern)]
        }
    }

    private static func path(_ step: String, _ rest: String) -> String {
        rest.isEmpty || rest.hasPrefix("[") ? step + rest : "\(step).\(rest)"
    }
}

extension Substring {
    /// What is left of a pattern behind its first step, when that step may be this one.
    fileprivate func rests(after step: String) -> [(step: String, rest: Substring)] {
        [step, "*"].compactMap { word in
            guard hasPrefix(word) else { return nil }
            let rest = dropFirst(word.count)
            guard let separator = rest.first else { return (word, rest) }
            guard ".[".contains(separator) else { return nil }
            return (word, separator == "." ? rest.dropFirst() : rest)
        }
    }
}
