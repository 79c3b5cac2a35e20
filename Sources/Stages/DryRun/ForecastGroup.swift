import Manifests

/// Deploy targets in which a stage would do the same.
package struct ForecastGroup: Sendable {
    /// The names of the targets.
    package private(set) var targets: [String]
    /// What it would do, object by object, in the order of the plan.
    package let objects: [ObjectForecast]
    /// What the plan says beside that, one line each.
    package let notes: [String]

    /// The groups of a stage that the clusters were asked about, in the order of the first target of each.
    package static func groups(of forecast: StageForecast) -> [ForecastGroup] {
        let answers = Dictionary(forecast.answers.map { ($0.target, $0.answers) }) { first, _ in first }
        var groups: [ForecastGroup] = []
        var places: [Identity: Int] = [:]
        for plan in forecast.plan.clusters {
            let steps = Dictionary(
                plan.steps.filter { $0.action != "waitUntilReady" }.flatMap { step in
                    step.resources.map { ($0.normalized, step) }
                }
            ) { first, _ in first }
            let objects = (answers[plan.target] ?? []).map { answer in
                ObjectForecast(answer, to: steps[answer.resource.normalized], on: plan.target)
            }
            let notes = plan.notes + plan.problems
            let place = places[Identity(objects: objects, notes: notes)]
            if let place {
                groups[place].targets.append(plan.target)
            } else {
                places[Identity(objects: objects, notes: notes)] = groups.count
                groups.append(ForecastGroup(targets: [plan.target], objects: objects, notes: notes))
            }
        }
        return groups
    }

    private struct Identity: Hashable {
        let objects: [ObjectForecast]
        let notes: [String]
    }

    /// How many objects there are of each kind, those without any left out.
    package var counts: [(kind: ObjectForecast.Kind, count: Int)] {
        ObjectForecast.Kind.allCases.map { kind in (kind, objects.count { $0.kind == kind }) }.filter { $0.1 > 0 }
    }

    /// The counts in words: `2 created, 3 configured, 41 unchanged`.
    package var summary: String {
        counts.isEmpty ? "nothing to do" : counts.map { "\($0.count) \($0.kind.rawValue)" }.joined(separator: ", ")
    }

    /// The names of the targets, and that they are alike when there are several: `eu, us, ap (3 clusters: same change)`.
    package var heading: String {
        let isQuiet = objects.allSatisfy { [.unchanged, .marked].contains($0.kind) }
        guard targets.count > 1 else { return targets.joined() }
        return "\(targets.names) (\(targets.count) clusters\(isQuiet ? "" : ": same change"))"
    }

    /// The objects as a diff: a sign, the object, what there is to know of it, and the fields that differ.
    ///
    /// Objects of which nothing or only the marks differ are left out.
    ///
    /// - Parameters:
    ///   - showsBodies: Whether new objects are shown whole.
    ///   - isShown: Which of the others are shown.
    /// - Returns: The lines, each with a line feed at its end; nothing when nothing differs.
    package func text(showingBodies showsBodies: Bool, where isShown: (ObjectForecast) -> Bool = { _ in true })
        -> String
    {
        objects.filter { !$0.isQuiet && isShown($0) }.map { $0.text(showingBody: showsBodies) }.joined()
    }
}

extension [String] {
    /// The first names, and how many more there are.
    package var names: String {
        let rest = count > 10 ? " and \(count - 10) more" : ""
        return prefix(10).map { $0.inOneLine() }.joined(separator: ", ") + rest
    }
}

extension ObjectForecast {
    fileprivate func text(showingBody: Bool) -> String {
        let why = assumption.map { " (\($0))" } ?? ""
        let head = "\(sign) \(resource.shortDescription)\(word)\(why)\n"
        let lines = remarks.map { "    \($0)\n" }.joined()
        let whole = showingBody ? body.map(Self.added) ?? "" : ""
        let fields = differences.isEmpty ? "" : differences.text(indentation: 2)
        return head + lines + whole + fields
    }

    private var sign: String {
        switch kind {
        case .created: "+"
        case .configured, .marked, .unchanged: "~"
        case .deleted: "-"
        case .skipped: "="
        case .unknown: "?"
        case .refused: "!"
        }
    }

    private var word: String {
        switch kind {
        case .refused: " REFUSED"
        case .created, .configured, .deleted: ""
        case .skipped: " stays"
        case .unknown, .marked, .unchanged: " \(kind.rawValue)"
        }
    }

    private static func added(_ body: Value) -> String {
        let lines = body.yamlText().split(separator: "\n", omittingEmptySubsequences: false)
        return (lines.last == "" ? lines.dropLast() : lines).map { "+   \($0)\n" }.joined()
    }
}
