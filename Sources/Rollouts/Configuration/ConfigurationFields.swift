import Manifests

/// The fields of one mapping of a configuration, read one by one.
///
/// Every reader notes what is wrong and gives back the default, so that one pass finds all mistakes. `finish` then
/// reports the fields that nobody read.
final class ConfigurationFields {
    let path: String
    let mapping: Mapping
    let problems: ConfigurationProblems
    private var known: [String] = []

    init(_ mapping: Mapping, path: String, problems: ConfigurationProblems) {
        self.mapping = mapping
        self.path = path
        self.problems = problems
    }

    /// Fields of a node that should be a mapping; missing and `null` are an empty one.
    convenience init(_ value: Value?, path: String, problems: ConfigurationProblems) {
        if let value, !value.isNull, value.mapping == nil {
            problems.problem(path, "must be a mapping, found \(value.typeNameWithArticle)")
        }
        self.init(value?.mapping ?? Mapping(), path: path, problems: problems)
    }

    func path(of key: String) -> String { path.isEmpty ? key : "\(path).\(key)" }

    /// The node of a field as written; `null` is returned too.
    func raw(_ key: String) -> Value? {
        known.append(key)
        problems.asked(for: key, in: path)
        return mapping[key]
    }

    /// The node of a field, `nil` when missing or `null`.
    func node(_ key: String) -> Value? {
        guard let node = raw(key), !node.isNull else { return nil }
        return node
    }

    func problem(_ key: String, _ text: String) { problems.problem(path(of: key), text) }

    func warn(_ key: String, _ text: String) { problems.warning(path(of: key), text) }

    func string(_ key: String) -> String? {
        guard let node = node(key) else { return nil }
        if let text = node.string { return text.isEmpty ? nil : text }
        problem(key, "must be a string, found \(node.typeNameWithArticle)\(node.isScalar ? "; quote it" : "")")
        return nil
    }

    func bool(_ key: String) -> Bool? {
        guard let node = node(key) else { return nil }
        if node.bool == nil { problem(key, "must be true or false, found \(node.described)") }
        return node.bool
    }

    func int(_ key: String, in range: ClosedRange<Int>) -> Int? {
        guard let node = node(key) else { return nil }
        if let number = node.int, range.contains(number) { return number }
        let bounds = "from \(range.lowerBound) to \(range.upperBound)"
        problem(key, "must be a whole number \(bounds), found \(node.described)")
        return nil
    }

    /// A duration of Go's form, or a number of nanoseconds.
    func duration(_ key: String) -> Duration? {
        guard let node = node(key) else { return nil }
        if let nanoseconds = node.int, nanoseconds >= 0 { return .nanoseconds(nanoseconds) }
        if let duration = node.string.flatMap(DurationText.parse) { return duration }
        problem(key, "must be a duration such as 90s or 1h30m, found \(node.described)")
        return nil
    }

    func list(_ key: String) -> [Value] {
        guard let node = node(key) else { return [] }
        if node.array == nil { problem(key, "must be a list, found \(node.typeNameWithArticle)") }
        return node.array ?? []
    }

    func strings(_ key: String) -> [String] {
        list(key).enumerated().compactMap { index, element in
            if element.string == nil {
                problem("\(key)[\(index)]", "must be a string, found \(element.typeNameWithArticle)")
            }
            return element.string
        }
    }

    /// Names of files, none of them empty.
    func paths(_ key: String) -> [String] {
        let paths = strings(key)
        for (index, path) in paths.enumerated() where path.isEmpty { problem("\(key)[\(index)]", "must not be empty") }
        return paths
    }

    func stringMap(_ key: String) -> [String: String] {
        let fields = fields(key)
        return fields.mapping.reduce(into: [:]) { map, member in
            if let text = member.value.string {
                map[member.key] = text
            } else if !member.value.isNull {
                fields.problem(member.key, "must be a string, found \(member.value.typeNameWithArticle); quote it")
            } else {
                map[member.key] = ""
            }
        }
    }

    /// The fields of a mapping below, empty ones when it is missing.
    func fields(_ key: String) -> ConfigurationFields {
        ConfigurationFields(raw(key), path: path(of: key), problems: problems)
    }

    /// The fields of every mapping of a list below.
    func elements(_ key: String) -> [ConfigurationFields] {
        list(key).enumerated().map { index, element in
            ConfigurationFields(element, path: path(of: "\(key)[\(index)]"), problems: problems)
        }
    }

    /// Reports the fields that nobody asked for, in a block that is ours.
    func finish() {
        reportUnread { key in
            problems.unknownField(path(of: key), "unknown field\(ClosestName.hint(key, among: known))")
        }
    }

    /// Warns of the fields that nobody asked for, in a block that is piped's: it ignores them, and a newer one may not.
    ///
    /// A key in the wrong letter case is a mistake, because piped does read that, and so is a slip in a `vital` key:
    /// ignoring those would deploy something else, or in another way.
    func finishLeniently(vital: [String] = []) {
        reportUnread { key in
            let near = ClosestName.find(key, among: known)
            let text = "unknown field\(near.map { ", did you mean \"\($0)\"" } ?? "")"
            if let near, near.lowercased() == key.lowercased() || vital.contains(near) {
                problems.unknownField(path(of: key), text)
            } else {
                warn(key, "\(text); PipeCD ignores it")
            }
        }
    }

    /// Goes through the fields that nobody asked for; those that look as if they chose targets are always mistakes.
    private func reportUnread(_ report: (String) -> Void) {
        for key in mapping.keys where !known.contains(key) {
            if key == "multiTargets" {
                problem(key, "has no effect here; it belongs into input, or into the with of a stage")
            } else if Self.isTargetFilter(key) {
                problem(key, "unknown field, did you mean \"multiTargets\"")
            } else {
                report(key)
            }
        }
    }

    /// Whether a key chooses deploy targets, spelt in any way: ignoring it would deploy to every cluster.
    static func isTargetFilter(_ key: String) -> Bool { key.lowercased().hasPrefix("multitarget") }
}

extension Value {
    fileprivate var isScalar: Bool { array == nil && mapping == nil }
}
