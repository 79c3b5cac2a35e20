package import Manifests

extension TargetDrift {
    /// The stable form: `{"name", "verdict", "deletes", "adds", "changes", "variants", "notes", "problems"}`.
    ///
    /// The verdict is `synced`, `outOfSync`, `unknown` or `invalidConfiguration`; `changes` are
    /// `{"resource", "differences": [{"path", "live", "git", "manager", "since"}], "notes"}`, where a side that has no such field is
    /// left out. Objects are resource keys. The values of Secrets are hidden.
    package var value: Value {
        [
            "name": .string(target),
            "verdict": .string(verdict.word),
            "deletes": .array((comparison?.deleted ?? []).map { .string("\($0)") }),
            "adds": .array((comparison?.added ?? []).map { .string("\($0)") }),
            "changes": .array((comparison?.changed ?? []).map(\.value)),
            "variants": .array(variants.map { .string("\($0)") }),
            "notes": .array(notes.map(Value.string)),
            "problems": .array(problems.map(Value.string)),
        ]
    }
}

extension TargetDrift.Verdict {
    /// The word for it in stable output.
    package var word: String {
        switch self {
        case .synced: "synced"
        case .outOfSync: "outOfSync"
        case .unknown: "unknown"
        case .invalidConfiguration: "invalidConfiguration"
        }
    }
}

extension ManifestComparison.Changed {
    fileprivate var value: Value {
        [
            "resource": .string("\(key)"),
            "differences": .array(differences.map(\.value)),
            "notes": .array(notes.map(Value.string)),
        ]
    }
}

extension Difference {
    fileprivate var value: Value {
        var value: Value = ["path": .string("\(path)")]
        if let before { value["live"] = before }
        if let after { value["git"] = after }
        if let owner { value["manager"] = .string(owner.manager) }
        if let time = owner?.time { value["since"] = .string(time) }
        return value
    }
}
