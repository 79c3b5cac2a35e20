import Manifests

/// Collects what is wrong with a configuration while it is read.
final class ConfigurationProblems {
    private let document: YAMLDocument?
    /// How strict the reading is.
    let strictness: Strictness
    private var isMinor = false
    private static let mostExactPlaces = 200
    private(set) var problems: [ConfigurationProblem] = []
    private(set) var warnings: [ConfigurationProblem] = []
    /// The keys that were asked for in each block, by its path: what the schema must have.
    private(set) var keysAskedFor: [String: Set<String>] = [:]

    init(document: YAMLDocument?, strictness: Strictness = .deploying) {
        self.document = document
        self.strictness = strictness
    }

    /// Reads what says nothing about the objects of a version: of one that must be restored, mistakes there only warn.
    func minor(_ read: () -> Void) {
        let before = isMinor
        isMinor = strictness == .restoring
        read()
        isMinor = before
    }

    /// Notes a mistake; `place` is the field to show the position of, when it is another one.
    func problem(_ path: String, _ text: String, at place: String? = nil) {
        let problem = located(path, text, at: place)
        isMinor ? warnings.append(problem) : problems.append(problem)
    }

    /// A mistake with its place in the file.
    func located(_ path: String, _ text: String, at place: String? = nil) -> ConfigurationProblem {
        ConfigurationProblem(position: position(of: place ?? path), path: path, text: text)
    }

    func warning(_ path: String, _ text: String) {
        warnings.append(ConfigurationProblem(position: position(of: path), path: path, text: text))
    }

    /// Notes a field of ours that does not exist.
    func unknownField(_ path: String, _ text: String) {
        strictness == .deploying ? problem(path, text) : warning(path, text)
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
    ///
    /// Every look reads the document again: among hundreds of mistakes the field alone has to do.
    private func position(of path: String) -> SourcePosition? {
        let isExact = problems.count + warnings.count < Self.mostExactPlaces
        return isExact ? document?.position(of: path) ?? document?.position : document?.position
    }
}

/// How strictly to read a configuration.
public enum Strictness: Sendable, Hashable {
    /// Every mistake counts: for a version that is to be deployed.
    case deploying
    /// Mistakes count only where they leave open what the version is made of: for one that ran with them and must be
    /// restored. All others are warnings, and defaults are in the place of what is wrong.
    case restoring
}
