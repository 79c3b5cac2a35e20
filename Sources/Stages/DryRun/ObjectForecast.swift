package import Manifests
import Rollouts

/// What a stage would do to one object, as it is shown.
package struct ObjectForecast: Sendable, Hashable {
    /// What becomes of the object.
    package enum Kind: String, Sendable, CaseIterable {
        case refused, unknown, created, configured, deleted, skipped
        /// Only the marks of the commit and of the target differ.
        case marked = "unchanged except marks"
        case unchanged
    }

    /// The object.
    package let resource: ResourceKey
    /// What becomes of it.
    package let kind: Kind
    /// What differs afterwards, the marks left out; the values of Secrets are hidden.
    package let differences: [Difference]
    /// The object as it is sent, when it is created; the values of Secrets are hidden.
    package let body: Value?
    /// Why this is concluded and not the cluster's answer.
    package let assumption: String?
    /// What there is to know beside that, one line each; of a refusal, why.
    package let remarks: [String]

    /// Takes the answer to a step.
    init(_ answer: DryRunAnswer, to step: Step?, on target: String) {
        resource = answer.resource
        assumption = answer.assumption
        var remarks = [step?.shares].compactMap { $0 } + answer.notes
        var shown: [Difference] = []
        switch answer.outcome {
        case .refused(let reason):
            kind = .refused
            remarks.insert(reason.withoutPrefix("\(target): "), at: 0)
        case .unknown(let reason):
            kind = .unknown
            remarks.insert(reason.withoutPrefix("\(target): "), at: 0)
        case .change(let change, let differences):
            shown = differences.filter { !$0.isMark }.map(\.difference)
            switch change {
            case .created: kind = .created
            case .configured: kind = shown.isEmpty && !differences.isEmpty ? .marked : .configured
            case .unchanged: kind = .unchanged
            case .deleted: kind = .deleted
            case .skipped: kind = .skipped
            }
            if change == .unchanged { shown = [] }
        }
        differences = shown
        body = kind == .created ? step?.manifest?.redacted.object.withoutWrittenMarks : nil
        self.remarks = remarks.map { $0.inOneLine(limit: 2000) }
    }

    /// Whether nothing but marks would differ.
    package var isQuiet: Bool { (kind == .unchanged || kind == .marked) && remarks.isEmpty }
}

extension FieldDifference {
    /// Whether it is only the mark of the commit, which every object carries twice, or that of the target.
    package var isMark: Bool { [MarkKey.commitHash, MarkKey.deployTarget].contains(where: path.hasSuffix) }
}

extension Step {
    /// How a route shares the traffic.
    fileprivate var shares: String? {
        guard case .route(_, let weights) = self else { return nil }
        return "shares: \(weights.text)"
    }
}

extension String {
    fileprivate func withoutPrefix(_ prefix: String) -> String {
        hasPrefix(prefix) ? String(dropFirst(prefix.count)) : self
    }
}
