package import Manifests

extension LiveResource {
    /// The nodes that only people have written, by way of their tools.
    ///
    /// An apply leaves them where they are, since whoever applies does not own them. Not among them are fields that a controller or
    /// another tool owns, too; what the object was made with, which is mostly defaults; what goes through a subresource, such as a
    /// number of pods; and the traces that tools leave: kubectl's copy of what it applied, and the time of a restart.
    ///
    /// - Parameter stored: The object as it is kept, when this is what a dry run made of it: that says when we applied it first.
    /// - Returns: The paths of the nodes and who wrote them, each for everything below it, in the order of `managedFields`.
    package func fieldsByHand(stored: LiveResource? = nil) -> [(path: FieldPath, owner: FieldOwner?)] {
        let hands = managedFields.filter { $0.isByHand && !$0.made(stored ?? self) }
        guard !hands.isEmpty else { return [] }
        let others = managedFields.filter { !hands.contains($0) }.map { $0["fieldsV1"] ?? [:] }
        let theirs = others.reduce(Value.mapping([:])) { $0.united(with: $1) }
        let fields = hands.map { $0["fieldsV1"] ?? [:] }.reduce(Value.mapping([:])) { $0.united(with: $1) }
        var search = OwnSearch()
        search.look(at: fields, theirs, object, FieldPath())
        return search.found.map { ($0, owner(of: $0)) }
    }

    /// Who wrote the node at a path last, other than by an apply of ours; the node may hold others.
    ///
    /// It is `nil` when nobody says so.
    package func owner(of path: FieldPath) -> FieldOwner? {
        let owners = managedFields.filter { entry in
            !(entry["manager"]?.string == FieldManager.flotilla.name && entry["operation"] == "Apply")
                && (entry["fieldsV1"] ?? .null).owns(path.steps[...], in: object)
        }
        // Times have one form, in which the earlier one is the smaller text.
        let last = owners.max { ($0["time"]?.string ?? "") < ($1["time"]?.string ?? "") }
        return last.map { FieldOwner(manager: $0["manager"]?.string ?? "", time: $0["time"]?.string) }
    }
}

/// The search for nodes that are in one set of fields and not in another.
private struct OwnSearch {
    private(set) var found: [FieldPath] = []

    mutating func look(at fields: Value, _ others: Value?, _ node: Value, _ path: FieldPath) {
        for member in fields.mapping ?? [:] where member.key != "." {
            guard !(path.steps.isEmpty && member.key == "f:status"),
                let (step, child) = node.member(member.key)
            else { continue }
            let place = path.appending(step)
            let theirs = others?[member.key]
            guard !place.isTrace else { continue }
            let isWhole = member.value["."] != nil && !place.isOfTexts || member.value.mapping?.isEmpty == true
            if theirs == nil, isWhole {
                found.append(place)
            } else if member.value.mapping?.isEmpty == false {
                look(at: member.value, theirs, child, place)
            }
        }
    }
}

extension FieldPath {
    /// Whether the field holds labels or annotations, of which each is a field of its own, whoever made the first.
    fileprivate var isOfTexts: Bool {
        guard case .key(let key)? = steps.last else { return false }
        return ["labels", "annotations"].contains(key)
    }

    /// Whether tools leave the field behind when they do something else.
    fileprivate var isTrace: Bool {
        guard case .key(let key)? = steps.last else { return false }
        return [
            "kubectl.kubernetes.io/last-applied-configuration", "kubectl.kubernetes.io/restartedAt",
            "kubernetes.io/change-cause",
        ].contains(key)
    }
}

extension Value {
    /// The names, or their beginnings, under which tools in a person's hands write; none of them changes anything by itself.
    private static let hands = ["kubectl", "oc", "k9s", "Lens", "OpenLens", "Mozilla", "dashboard", "headlamp", "curl"]

    /// Whether an entry of `managedFields` is of a person, not through a subresource.
    fileprivate var isByHand: Bool {
        guard (self["subresource"]?.string ?? "").isEmpty, let manager = self["manager"]?.string else { return false }
        return Self.hands.contains { manager == $0 || manager.hasPrefix("\($0)-") }
    }

    /// Whether an entry of `managedFields` is what an object was made with, other than by an apply of ours in that second.
    fileprivate func made(_ object: LiveResource) -> Bool {
        guard isAsOld(as: object) else { return false }
        return !object.managedFields.contains {
            $0["manager"]?.string == FieldManager.flotilla.name && $0["operation"] == "Apply" && $0.isAsOld(as: object)
        }
    }

    private func isAsOld(as object: LiveResource) -> Bool {
        guard let time = self["time"]?.string,
            let creation = object.object[path: "metadata", "creationTimestamp"]?.string
        else { return false }
        return time <= creation
    }

    /// The step to a member of this node that a key of a set of fields means, and the member.
    fileprivate func member(_ key: String) -> (FieldPath.Step, Value)? {
        guard let child = child(key) else { return nil }
        let name = String(key.dropFirst(2))
        switch key.prefix(2) {
        case "f:": return (.key(name), child)
        case "k:":
            let keys = try? Value(json: Array(name.utf8), file: "fieldsV1").mapping
            return keys.flatMap(FieldPath.Step.element(with:)).map { ($0, child) }
        default: return array?.firstIndex(of: child).map { (.index($0), child) }
        }
    }

    /// Whether a set of fields has the node at a path, a node above that counts as one, or something below it.
    fileprivate func owns(_ path: ArraySlice<FieldPath.Step>, in node: Value) -> Bool {
        guard let fields = mapping else { return false }
        guard let step = path.first else { return true }
        // A leaf stands for everything below it.
        guard !fields.isEmpty else { return true }
        return fields.contains { member in
            guard member.key != ".", let (own, child) = node.member(member.key), own.means(step, in: node) else {
                return false
            }
            return member.value.owns(path.dropFirst(), in: child)
        }
    }
}

extension FieldPath.Step {
    /// Whether both lead to the same member of a node.
    fileprivate func means(_ other: FieldPath.Step, in node: Value) -> Bool {
        guard self != other else { return true }
        guard let mine = element(of: node), let theirs = other.element(of: node) else { return false }
        return mine == theirs
    }

    /// The position of the element that it leads to in a list.
    private func element(of node: Value) -> Int? {
        guard let elements = node.array else { return nil }
        switch self {
        case .key: return nil
        case .index(let index): return elements.indices.contains(index) ? index : nil
        case .element(let field, let id):
            return elements.firstIndex { $0[field].map { $0.string ?? $0.jsonText() } == id }
        }
    }
}
