/// A field that a server-side apply may not change because somebody else owns it.
///
/// [Conflicts](https://kubernetes.io/docs/reference/using-api/server-side-apply/#conflicts)
public struct FieldConflict: Sendable, Hashable {
    /// The path of the field, such as `.spec.replicas`.
    public let field: String
    /// The name of the field manager that owns it.
    public let manager: String
    /// The subresource by which it was written, such as `scale`.
    public let subresource: String?
    /// When the owner changed it last, as the server writes times; `nil` when the server does not say.
    public let changedAt: String?

    /// A conflict over a field.
    public init(field: String, manager: String, subresource: String? = nil, changedAt: String? = nil) {
        self.field = field
        self.manager = manager
        self.subresource = subresource
        self.changedAt = changedAt
    }

    /// Reads a cause such as
    /// `conflict with "kube-controller-manager" with subresource "scale" using apps/v1 at 2026-01-02T03:04:05Z`.
    init?(_ cause: APIStatus.Cause) {
        guard cause.reason == "FieldManagerConflict" else { return nil }
        let pieces = cause.message.split(separator: "\"", omittingEmptySubsequences: false)
        guard pieces.count >= 3 else { return nil }
        let isByParts = pieces.count >= 5 && pieces[2].hasSuffix("subresource ")
        let words = (pieces.last ?? "").split(separator: " ")
        self.init(
            field: cause.field,
            manager: String(pieces[1]),
            subresource: isByParts ? String(pieces[3]) : nil,
            changedAt: words.dropLast().last == "at" ? words.last.map { String($0) } : nil
        )
    }

    var text: String {
        let owner = "\"\(manager)\"" + (subresource.map { " through its subresource \"\($0)\"" } ?? "")
        return "\(field) is owned by \(owner)" + (changedAt.map { " since \($0)" } ?? "")
    }

    /// What somebody can do about it.
    ///
    /// The controller manager writes replicas for autoscalers only; servers before 1.22 do not say by which subresource.
    var remedy: String {
        guard field == ".spec.replicas", subresource == "scale" || manager == "kube-controller-manager" else {
            return "drop it from the manifest, or take it over with the annotation pipecd.dev/force-conflicts: \"true\""
        }
        return "remove spec.replicas from Git when an autoscaler manages it"
    }
}

extension [FieldConflict] {
    /// Every field with its owner, and after fields with the same remedy that remedy.
    var text: String {
        var remedies: [String] = []
        for conflict in self where !remedies.contains(conflict.remedy) { remedies.append(conflict.remedy) }
        let groups = remedies.map { remedy in
            let fields = filter { $0.remedy == remedy }.map(\.text)
            return
                "\(fields.joined(separator: ", ")); \(fields.count == 1 ? remedy : remedy.replacing(" it ", with: " them "))"
        }
        return groups.joined(separator: "; ")
    }
}
