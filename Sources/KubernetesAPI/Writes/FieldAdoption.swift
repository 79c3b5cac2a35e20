import Manifests

/// A change of `metadata.managedFields` that makes the fields of a client-side apply ours.
///
/// Without it, a field that the manifest no longer has stays for ever: whoever wrote it before still owns it. Kubernetes
/// describes the same for kubectl in
/// [migrating to server-side apply](https://kubernetes.io/docs/reference/using-api/server-side-apply/#upgrading-from-client-side-apply-to-server-side-apply).
struct FieldAdoption: Sendable, Hashable {
    /// The managers that lose their entry, each once.
    let managers: [String]
    /// The fields of the entries that became ours.
    let fields: Value
    /// The fields of all other entries.
    let otherFields: Value
    /// Fields that nobody owns any more, because they were written in another version of the type.
    let orphans: [String]
    /// The list as it is to be.
    let managedFields: [Value]

    /// What is to be done for an object, `nil` when nobody has to lose anything.
    init?(of object: LiveResource, by manager: FieldManager) {
        let entries = object.managedFields
        let old = entries.indices.filter { entries[$0].isAdoptable(by: manager) }
        let newest = old.max { (entries[$0].time, $0) < (entries[$1].time, $1) }
        guard let newest else { return nil }
        let place = entries.firstIndex { $0.isApply(of: manager.name) } ?? newest
        var target = entries[place]
        target["manager"] = .string(manager.name)
        target["operation"] = "Apply"
        var adopted: Value = [:]
        var orphans: [String] = []
        for entry in old.map({ entries[$0] }) {
            let fields = entry["fieldsV1"] ?? [:]
            if entry["apiVersion"] == target["apiVersion"] {
                adopted = adopted.united(with: fields)
            } else {
                orphans += fields.fieldPaths
            }
        }
        target["fieldsV1"] = (target["fieldsV1"] ?? [:]).united(with: adopted)
        let dropped = Set(old).subtracting([place])
        managedFields = entries.indices.filter { !dropped.contains($0) }.map { $0 == place ? target : entries[$0] }
        managers = old.compactMap { entries[$0].manager }.reduce(into: []) { if !$0.contains($1) { $0.append($1) } }
        fields = adopted
        otherFields = entries.indices.filter { !old.contains($0) }.reduce([:]) { fields, index in
            fields.united(with: entries[index]["fieldsV1"] ?? [:])
        }
        self.orphans = orphans
    }

    /// The patch; it fails when the object is not as it was read any more.
    func patch(of object: LiveResource) -> Value {
        [
            ["op": "replace", "path": "/metadata/managedFields", "value": .array(managedFields)],
            ["op": "replace", "path": "/metadata/resourceVersion", "value": .string(object.resourceVersion)],
        ]
    }

    /// The adopted fields that an object does not have any more.
    ///
    /// A field stays when the manifest has it, when others own it too, and when the server fills it in.
    func dropped(from object: LiveResource) -> [String] {
        fields.fieldPaths(missingIn: object.object)
    }
}

extension LiveResource {
    /// Whether somebody else owns a field, and goes on owning it when a manager applies the object without it.
    ///
    /// What a client-side apply wrote does not count: the manager takes it over.
    ///
    /// - Parameters:
    ///   - path: The names of the fields from the root.
    ///   - manager: Who is about to apply.
    /// - Returns: `false` also for a field that nobody owns.
    public func isOwnedByOthers(_ path: [String], than manager: FieldManager) -> Bool {
        managedFields.contains { entry in
            entry.at(["fieldsV1"] + path.map { "f:\($0)" }) != nil && !entry.isApply(of: manager.name)
                && !entry.isAdoptable(by: manager)
        }
    }
}

extension Value {
    private static let lastApplied = "f:kubectl.kubernetes.io/last-applied-configuration"
    private static let clientSideManagers: Set = [
        "kubectl-client-side-apply", "before-first-apply", "kubectl-create", "kubectl-replace",
    ]

    fileprivate var manager: String? { self["manager"]?.string }
    fileprivate var time: String { self["time"]?.string ?? "" }

    fileprivate func isApply(of name: String) -> Bool {
        manager == name && self["operation"] == "Apply" && (self["subresource"]?.string ?? "").isEmpty
    }

    /// Whether this entry of `managedFields` is what a client-side apply, or an earlier way of ours to write, left behind.
    ///
    /// Names alone do not decide: a person uses kubectl, too. An entry under such a name counts when our ownership marks
    /// are among its fields.
    fileprivate func isAdoptable(by ours: FieldManager) -> Bool {
        guard let manager, (self["subresource"]?.string ?? "").isEmpty, !Self.isController(manager) else {
            return false
        }
        switch self["operation"] {
        case "Update":
            return manager == ours.name || ownsLastApplied
                || (Self.clientSideManagers.contains(manager) && ownsMarks)
        case "Apply":
            return manager != ours.name
                && (manager == "kubectl-last-applied" || (["kubectl", "piped"].contains(manager) && ownsMarks))
        default: return false
        }
    }

    private var ownsLastApplied: Bool {
        at(["fieldsV1", "f:metadata", "f:annotations", Self.lastApplied]) != nil
    }

    private var ownsMarks: Bool {
        ["f:labels", "f:annotations"].contains { place in
            ["managed-by", "application", "commit-hash"].contains { mark in
                at(["fieldsV1", "f:metadata", place, "f:pipecd.dev/\(mark)"]) != nil
            }
        }
    }

    /// Whether a manager writes on its own account, and only looks like kubectl.
    private static func isController(_ manager: String) -> Bool {
        let name = manager.lowercased()
        return ["helm", "argocd", "flux", "kustomize-controller"].contains { name.hasPrefix($0) }
            || ["-controller", "-controller-manager", "-operator"].contains { name.hasSuffix($0) }
    }
}
