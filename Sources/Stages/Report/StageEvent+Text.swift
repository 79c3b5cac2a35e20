import Manifests
import Rollouts

extension StageEvent.Kind {
    /// What a log says about the event.
    package var text: String {
        switch self {
        case .planning: "planning"
        case .planned(let steps): String.count(steps, "step")
        case .changed(let change): "\(change.resource.shortDescription) \(change.change.rawValue)"
        case .routed(let route, let shares): "\(route.shortDescription) routes \(shares.text)"
        case .waiting(let key, let reason): "waiting for \(key.shortDescription): \(reason)"
        case .waitStarted(let deadline): "waiting for at most \(deadline.text)"
        case .ready(let key): "\(key.shortDescription) is ready"
        case .note(let text): text
        case .finished(let report): "\(report.outcome.rawValue): \(report.error ?? report.changes.summary)"
        }
    }
}

extension [ResourceChange] {
    /// How many objects changed in which way: `2 created, 1 unchanged`.
    package var summary: String {
        let kinds: [Change] = [.created, .configured, .unchanged, .deleted, .skipped]
        let counts = kinds.map { kind in (kind, filter { $0.change == kind }.count) }.filter { $0.1 > 0 }
        return counts.isEmpty ? "no changes" : counts.map { "\($0.1) \($0.0.rawValue)" }.joined(separator: ", ")
    }
}

extension [Variant: Int] {
    /// The shares in the order primary, canary, baseline: `primary 90 %, canary 10 %`.
    package var text: String {
        Variant.allCases.compactMap { variant in self[variant].map { "\(variant) \($0) %" } }.joined(separator: ", ")
    }
}

extension String {
    /// A number with what it counts, `1 step` or `2 steps`.
    package static func count(_ number: Int, _ noun: String) -> String {
        "\(number) \(noun)\(number == 1 ? "" : "s")"
    }
}
