import Manifests

/// Collects what is wrong with a configuration while it is read.
final class ConfigurationProblems {
    private let document: YAMLDocument?
    private let unknownFields: UnknownFields
    private(set) var problems: [ConfigurationProblem] = []
    private(set) var warnings: [ConfigurationProblem] = []

    init(document: YAMLDocument?, unknownFields: UnknownFields) {
        self.document = document
        self.unknownFields = unknownFields
    }

    /// Notes a mistake; `place` is the field to show the position of, when it is another one.
    func problem(_ path: String, _ text: String, at place: String? = nil) {
        problems.append(ConfigurationProblem(position: position(of: place ?? path), path: path, text: text))
    }

    func warning(_ path: String, _ text: String) {
        warnings.append(ConfigurationProblem(position: position(of: path), path: path, text: text))
    }

    /// Notes a field of ours that does not exist, as strictly as the caller asked.
    func unknownField(_ path: String, _ text: String) {
        problemOfNewVersion(path, text)
    }

    /// Notes a mistake that does not keep a version from being restored which is already running.
    func problemOfNewVersion(_ path: String, _ text: String) {
        unknownFields == .problems ? problem(path, text) : warning(path, text)
    }

    /// The result, with problems and warnings in the order of the file.
    func decoded<T: Sendable>(_ value: T?) -> Decoded<T> {
        Decoded(value: value, problems: Self.sorted(problems), warnings: Self.sorted(warnings))
    }

    private static func sorted(_ problems: [ConfigurationProblem]) -> [ConfigurationProblem] {
        func place(_ problem: ConfigurationProblem) -> (Int, Int) {
            (problem.position?.line ?? 0, problem.position?.column ?? 0)
        }
        // The sort is stable: without positions the order of reading stays.
        return problems.sorted { place($0) < place($1) }
    }

    /// The place of a field, else of the nearest parent that the file has.
    private func position(of path: String) -> SourcePosition? {
        document?.position(of: path) ?? document?.position
    }
}

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
        for key in unread() {
            problems.unknownField(path(of: key), "unknown field\(ClosestName.hint(key, among: known))")
        }
    }

    /// Warns of the fields that nobody asked for, in a block that is piped's: it ignores them, and a newer one may not.
    ///
    /// A key in the wrong letter case is a mistake, because piped does read that, and so is a slip in a `vital` key:
    /// ignoring those would deploy something else, or in another way.
    func finishLeniently(vital: [String] = []) {
        for key in unread() {
            let near = ClosestName.find(key, among: known)
            let text = "unknown field\(near.map { ", did you mean \"\($0)\"" } ?? "")"
            if let near, near.lowercased() == key.lowercased() || vital.contains(near) {
                problems.unknownField(path(of: key), text)
            } else {
                warn(key, "\(text); PipeCD ignores it")
            }
        }
    }

    /// The fields that nobody asked for, without those that must never be ignored: filters of targets are reported here.
    private func unread() -> [String] {
        mapping.keys.filter { key in
            guard !known.contains(key) else { return false }
            guard Self.isTargetFilter(key) else { return true }
            let hint =
                key == "multiTargets" && !known.contains(key)
                ? "has no effect here; it belongs into input, or into the with of a stage"
                : "unknown field, did you mean \"multiTargets\""
            problem(key, hint)
            return false
        }
    }

    /// Whether a key chooses deploy targets, spelt in any way: ignoring it would deploy to every cluster.
    static func isTargetFilter(_ key: String) -> Bool { key.lowercased().hasPrefix("multitarget") }
}

/// What to make of a field of ours that does not exist.
public enum UnknownFields: Sendable, Hashable {
    /// It is a mistake.
    case problems
    /// It is only worth a warning: for a version that is already running and must be restored as it is.
    case warnings
}

extension Value {
    fileprivate var isScalar: Bool { array == nil && mapping == nil }
}
