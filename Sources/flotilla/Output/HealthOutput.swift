import KubernetesAPI
import Manifests

/// The health of objects, in their order.
struct HealthReport {
    let rows: [(key: ResourceKey, health: Health)]

    /// Whether one of them is not as it should be; what nobody can tell does not count.
    var isUnwell: Bool { rows.contains { [.degraded, .progressing, .missing].contains($0.health.status) } }

    /// The stable form: `[{"resource", "health", "reason"}]`.
    var value: Value {
        .array(
            rows.map { key, health in
                [
                    "resource": .string("\(key)"), "health": .string(health.status.rawValue),
                    "reason": .string(health.reason),
                ]
            }
        )
    }

    /// The form for people: a line for each object.
    func text(_ style: TextStyle) -> String {
        guard !rows.isEmpty else { return "no objects\n" }
        let names = rows.map(\.key.shortDescription)
        let width = max("RESOURCE".count, names.map(\.count).max() ?? 0) + 2
        let statusWidth = "progressing".count + 2
        let header = "STATUS".padded(to: statusWidth) + "RESOURCE".padded(to: width) + "REASON"
        let lines = zip(names, rows).map { name, row in
            let status = row.health.status.rawValue.padded(to: statusWidth)
            let line = name.padded(to: width) + row.health.reason.inOneLine(limit: 1_000)
            return (style.paint(status, row.health.status.tone) + line).withoutTrailingSpaces
        }
        return ([header] + lines).map { $0 + "\n" }.joined()
    }
}

extension String {
    fileprivate var withoutTrailingSpaces: String {
        var end = endIndex
        while end > startIndex, self[index(before: end)] == " " { end = index(before: end) }
        return String(self[..<end])
    }
}
