/// Goes through two trees at once and collects where they differ.
struct TreeComparison {
    let rules: ComparisonRules
    /// Whether the root is an object of Kubernetes itself.
    let knowsType: Bool
    private(set) var differences: [Difference] = []

    init(rules: ComparisonRules, knowsType: Bool) {
        self.rules = rules
        self.knowsType = knowsType
    }

    mutating func compare(_ before: ShownValue?, _ after: ShownValue?, at path: FieldPath) {
        if !rules.ignoredPaths.isEmpty, rules.ignores(path) { return }
        switch (before, after) {
        case (let before?, let after?):
            guard before.value != after.value else { return }
            if before.value.isEmptyNode, after.value.isEmptyNode { return }
            compareNodes(before, after, at: path)
        case (let only?, nil), (nil, let only?):
            if rules.equatesEmpty, only.value.isEmptyNode { return }
            if knowsType, only.value.isLeftOut(at: path) { return }
            add(before, after, at: path)
        case (nil, nil): return
        }
    }

    private mutating func compareNodes(_ before: ShownValue, _ after: ShownValue, at path: FieldPath) {
        switch (before.value, after.value) {
        case (.mapping, .mapping): compareFields(before, after, at: path)
        case (.array, .array): compareElements(before.elements, after.elements, at: path)
        case _ where rules.areSame(before.value, after.value, at: path): return
        default: add(before, after, at: path)
        }
    }

    private mutating func compareFields(_ before: ShownValue, _ after: ShownValue, at path: FieldPath) {
        let new = Dictionary(after.fields.map { ($0.key, $0.node) }) { first, _ in first }
        let old = before.fields
        for field in old {
            guard let other = new[field.key] else {
                if !rules.ignoresExtraFields { compare(field.node, nil, at: path.appending(.key(field.key))) }
                continue
            }
            compare(field.node, other, at: path.appending(.key(field.key)))
        }
        let known = Set(old.map(\.key))
        for field in after.fields where !known.contains(field.key) {
            compare(nil, field.node, at: path.appending(.key(field.key)))
        }
    }

    private mutating func compareElements(_ before: [ShownValue], _ after: [ShownValue], at path: FieldPath) {
        if rules.matchesElements, let names = ElementNames(before.map(\.value), after.map(\.value)) {
            let new = Dictionary(zip(names.after, after)) { first, _ in first }
            for (id, element) in zip(names.before, before) {
                compare(element, new[id], at: path.appending(.element(field: names.field, id: id)))
            }
            let known = Set(names.before)
            for (id, element) in zip(names.after, after) where !known.contains(id) {
                compare(nil, element, at: path.appending(.element(field: names.field, id: id)))
            }
        } else {
            for index in 0..<max(before.count, after.count) {
                let (old, new) = (before.dropFirst(index).first, after.dropFirst(index).first)
                compare(old, new, at: path.appending(.index(index)))
            }
        }
    }

    private mutating func add(_ before: ShownValue?, _ after: ShownValue?, at path: FieldPath) {
        let (old, new) = (before.flatMap { counting($0, at: path) }, after.flatMap { counting($0, at: path) })
        guard old != nil || new != nil else { return }
        differences.append(Difference(path: path, before: old, after: new))
    }

    private func counting(_ node: ShownValue, at path: FieldPath) -> Value? {
        rules.withoutIgnored(node.shown, at: path)
    }
}
