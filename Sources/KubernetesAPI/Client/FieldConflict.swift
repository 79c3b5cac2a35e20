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

    /// A conflict over a field.
    public init(field: String, manager: String, subresource: String? = nil) {
        self.field = field
        self.manager = manager
        self.subresource = subresource
    }

    /// Reads a cause such as `conflict with "kube-controller-manager" with subresource "scale" using apps/v1`.
    init?(_ cause: APIStatus.Cause) {
        guard cause.reason == "FieldManagerConflict" else { return nil }
        let pieces = cause.message.split(separator: "\"", omittingEmptySubsequences: false)
        guard pieces.count >= 3 else { return nil }
        let isByParts = pieces.count >= 5 && pieces[2].hasSuffix("subresource ")
        self.init(field: cause.field, manager: String(pieces[1]), subresource: isByParts ? String(pieces[3]) : nil)
    }

    var text: String {
        let owner = "\"\(manager)\"" + (subresource.map { " through its subresource \"\($0)\"" } ?? "")
        return "\(field) is owned by \(owner)"
    }

    /// What somebody can do about it.
    var remedy: String {
        guard field == ".spec.replicas", subresource == "scale" else {
            return "drop it from the manifest, or take it over with the annotation pipecd.dev/force-conflicts: \"true\""
        }
        return "remove spec.replicas from Git when an autoscaler manages it"
    }
}
