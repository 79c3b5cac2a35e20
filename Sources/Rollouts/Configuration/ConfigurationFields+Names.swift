import Manifests

extension ConfigurationFields {
    /// One of a few words, exactly as they are spelt; `nil` when missing, empty or wrong.
    func oneOf<T>(_ key: String, _ choices: [T], named name: (T) -> String) -> T? {
        guard let text = string(key) else { return nil }
        if let choice = choices.first(where: { name($0) == text }) { return choice }
        let names = choices.map(name)
        let accepted = names.map { "\"\($0)\"" }.joined(separator: ", ")
        problem(key, "unknown value \"\(text)\"\(ClosestName.hint(text, among: names)); accepted are \(accepted)")
        return nil
    }

    /// A text that becomes the end of object names; `nil` when missing or empty.
    func suffix(_ key: String) -> String? {
        guard let text = string(key) else { return nil }
        if !NameSyntax.isDNSLabel(text) {
            problem(key, "must be lower-case letters, digits and \"-\", found \"\(text)\"")
        }
        return text
    }

    /// The names of deploy targets: `[eu, us]`, or in the form that `input` uses, `[{target: {name: eu}}]`.
    func targetNames() -> [String] {
        let names = targetNames("multiTargets")
        guard let old = node("multiTarget") else { return names }
        let usesOldNames = (old.array ?? []).contains { $0["targetID"] != nil || $0["provider"] != nil }
        guard !usesOldNames, node("multiTargets") == nil else {
            problem("multiTarget", "unknown field; write multiTargets: [NAME, …] instead")
            return names
        }
        problems.warning(path(of: "multiTarget"), "old spelling; write multiTargets: [NAME, …] instead")
        return targetNames("multiTarget")
    }

    private func targetNames(_ key: String) -> [String] {
        list(key).enumerated().compactMap { index, element in
            let place = "\(key)[\(index)]"
            if element.mapping != nil {
                let fields = ConfigurationFields(element, path: path(of: place), problems: problems)
                let target = fields.fields("target")
                let name = target.string("name")
                if name == nil { fields.problem("target.name", "must not be empty") }
                target.finish()
                fields.finish()
                return name
            }
            guard let name = element.string, !name.isEmpty else {
                problem(place, "must be the name of a deploy target, found \(element.described)")
                return nil
            }
            return name
        }
    }
}
