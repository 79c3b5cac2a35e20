import Manifests

extension ConfigurationFields {
    /// One of a few words, exactly as they are spelt; `nil` when missing, empty or wrong.
    func oneOf<T>(_ key: String, _ choices: [T], named name: (T) -> String) -> T? {
        string(key).flatMap { choice($0, at: key, choices, named: name) }
    }

    /// A list of some of a few words, exactly as they are spelt.
    func someOf<T: Hashable>(_ key: String, _ choices: [T], named name: (T) -> String) -> Set<T> {
        Set(
            list(key).enumerated().compactMap { index, element in
                let place = "\(key)[\(index)]"
                if let text = element.string { return choice(text, at: place, choices, named: name) }
                problem(place, "must be a string, found \(element.typeNameWithArticle)")
                return nil
            }
        )
    }

    private func choice<T>(_ text: String, at key: String, _ choices: [T], named name: (T) -> String) -> T? {
        if let choice = choices.first(where: { name($0) == text }) { return choice }
        let names = choices.map(name)
        let accepted = names.map { "\"\($0)\"" }.joined(separator: ", ")
        problem(key, "unknown value \"\(text)\"\(ClosestName.hint(text, among: names)); accepted are \(accepted)")
        return nil
    }

    /// A text that becomes the end of object names; `nil` when missing or empty.
    func suffix(_ key: String) -> String? {
        guard let text = string(key) else { return nil }
        if !NameSyntax.isSubdomain(text) {
            problem(key, "must be lower-case letters, digits, \"-\" and \".\", found \"\(text)\"")
        }
        return text
    }

    /// The deploy targets of a stage: `[eu, us]`, or in the form that `input` uses, `[{target: {name: eu}}]`.
    func targetSelectors() -> [TargetSelector] {
        let selectors = targetSelectors("multiTargets")
        guard let old = node("multiTarget") else { return selectors }
        let usesOldNames = (old.array ?? []).contains { $0["targetID"] != nil || $0["provider"] != nil }
        guard !usesOldNames, node("multiTargets") == nil else {
            problem("multiTarget", "unknown field; write multiTargets: [NAME, …] instead")
            return selectors
        }
        problems.warning(
            path(of: "multiTarget"),
            "old spelling, ignored by PipeCD; write multiTargets: [NAME, …] instead"
        )
        return targetSelectors("multiTarget")
    }

    private func targetSelectors(_ key: String) -> [TargetSelector] {
        list(key).enumerated().compactMap { index, element in
            let place = "\(key)[\(index)]"
            if element.mapping != nil {
                let fields = ConfigurationFields(element, path: path(of: place), problems: problems)
                let selector = fields.targetSelector()
                if selector == nil { fields.problem("target.name", "must not be empty") }
                fields.finish()
                return selector
            }
            guard let name = element.string, !name.isEmpty else {
                problem(place, "must be the name of a deploy target, found \(element.described)")
                return nil
            }
            return .name(name)
        }
    }
}
