import Manifests

/// Collects what is wrong with a configuration while it is read.
final class ConfigurationProblems {
    private let document: YAMLDocument?
    private let unknownFields: UnknownFields
    private(set) var problems: [ConfigurationProblem] = []
    private(set) var warnings: [ConfigurationProblem] = []
    /// The keys that were asked for in each block, by its path: what the schema must have.
    private(set) var keysAskedFor: [String: Set<String>] = [:]

    init(document: YAMLDocument?, unknownFields: UnknownFields) {
        self.document = document
        self.unknownFields = unknownFields
    }

    /// Notes a mistake; `place` is the field to show the position of, when it is another one.
    func problem(_ path: String, _ text: String, at place: String? = nil) {
        problems.append(located(path, text, at: place))
    }

    /// A mistake with its place in the file.
    func located(_ path: String, _ text: String, at place: String? = nil) -> ConfigurationProblem {
        ConfigurationProblem(position: position(of: place ?? path), path: path, text: text)
    }

    func warning(_ path: String, _ text: String) {
        warnings.append(ConfigurationProblem(position: position(of: path), path: path, text: text))
    }

    /// Notes a field of ours that does not exist, as strictly as the caller asked.
    func unknownField(_ path: String, _ text: String) {
        unknownFields == .problems ? problem(path, text) : warning(path, text)
    }

    /// Notes that a block may have a field.
    func asked(for key: String, in path: String) {
        keysAskedFor[path, default: []].insert(key)
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

/// What to make of a field of ours that does not exist.
public enum UnknownFields: Sendable, Hashable {
    /// It is a mistake.
    case problems
    /// It is only worth a warning: for a version that is already running and must be restored as it is.
    case warnings
}
