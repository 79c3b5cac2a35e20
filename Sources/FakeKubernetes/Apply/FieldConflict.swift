import Manifests

/// A field that an apply would change although somebody else owns it.
struct FieldConflict: Sendable {
    let owner: ManagedFields.Writer
    let path: [PathElement]

    private var field: String { path.map(\.shown).joined() }

    /// The conflicts that count.
    ///
    /// One rule is for `kubectl` alone: values of its own last client-side apply are its own.
    static func remaining(
        _ conflicts: [FieldConflict],
        _ live: Value?,
        _ ownership: FieldOwnership,
        manager: String
    ) -> [FieldConflict] {
        guard manager == "kubectl", !conflicts.isEmpty,
            let text = live?.annotation("kubectl.kubernetes.io/last-applied-configuration"),
            let last = try? Value(json: Array(text.utf8), file: "last-applied-configuration"),
            let claimed = try? FieldSet(of: last, ownership.schema)
        else { return conflicts }
        let own = Comparison(last, live, ownership.schema)
        let same = claimed.subtracting(own.modified)
        return conflicts.filter { !same.contains($0.path) }
    }

    /// The refusal of an apply, in the words of the real server.
    static func status(_ conflicts: [FieldConflict]) -> APIStatus {
        let causes: [Value] = conflicts.map {
            [
                "reason": "FieldManagerConflict", "message": .string("conflict with \($0.owner.shown)"),
                "field": .string($0.field),
            ]
        }
        return APIStatus(409, "Conflict", message(conflicts), details: ["causes": .array(causes)])
    }

    private static func message(_ conflicts: [FieldConflict]) -> String {
        if conflicts.count == 1, let only = conflicts.first {
            return "Apply failed with 1 conflict: conflict with \(only.owner.shown): \(only.field)"
        }
        let owners = Dictionary(grouping: conflicts) { $0.owner.shown }
        let texts = owners.sorted { $0.key < $1.key }.map { owner, conflicts in
            "conflicts with \(owner):\n" + conflicts.map { "- \($0.field)" }.joined(separator: "\n")
        }
        return "Apply failed with \(conflicts.count) conflicts: " + texts.joined(separator: "\n")
    }
}
