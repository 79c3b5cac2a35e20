import FuzzSupport
import Manifests
import Rollouts

/// Every mistake is one line with a place in the text, and told once; a file always means the same.
@main
enum ApplicationFuzzing {
    private typealias Application = Decoded<ApplicationConfiguration>
    private static let file = "app.pipecd.yaml"

    static func main() {
        Fuzzer.run { bytes in
            guard let documents = try? YAML.documents(in: bytes, file: file, limits: .fuzzing) else { return }
            let lines = TextLines(bytes, file: file, reader: .yaml)
            for document in documents.prefix(3) {
                for plugin in [nil, ApplicationConfiguration.defaultPluginName] { check(document, plugin, lines) }
            }
        }
    }

    private static func check(_ document: YAMLDocument, _ plugin: String?, _ lines: TextLines) {
        let deploying = ApplicationConfiguration.decode(document, plugin: plugin, strictness: .deploying)
        let restoring = ApplicationConfiguration.decode(document, plugin: plugin, strictness: .restoring)
        for decoded in [deploying, restoring] {
            check(decoded.problems, "problem", lines)
            check(decoded.warnings, "warning", lines)
            check(decoded.readable?.pipelineProblems ?? [], "problem of the pipeline", lines)
            checkOutcome(decoded)
        }
        let texts = Set(deploying.problems)
        require(restoring.problems.allSatisfy(texts.contains), "restoring is stricter: \(restoring.problems)")
        checkAgain(document, plugin, deploying)
    }

    private static func check(_ problems: [ConfigurationProblem], _ what: String, _ lines: TextLines) {
        for problem in problems {
            requireOneLine("\(problem)", "a \(what)")
            require(!problem.text.isEmpty, "a \(what) says nothing: \(problem)")
            lines.require(problem.position, "the \(what) \(problem)")
        }
        require(Set(problems).count == problems.count, "a \(what) is told twice: \(problems)")
        let places = problems.map { ($0.position?.line ?? 0, $0.position?.column ?? 0) }
        require(zip(places, places.dropFirst()).allSatisfy { $0 <= $1 }, "not in the order of the file: \(problems)")
    }

    private static func checkOutcome(_ decoded: Application) {
        require((decoded.value == nil) == !decoded.problems.isEmpty, "a value in spite of problems, or neither")
        do {
            let value = try decoded.get()
            require(value == decoded.readable, "the value is another one than what could be read")
        } catch {
            requireOneLine("\(error)", "the error")
        }
    }

    /// The same file, and the same document written in another way, are decoded alike.
    private static func checkAgain(_ document: YAMLDocument, _ plugin: String?, _ first: Application) {
        let second = ApplicationConfiguration.decode(document, plugin: plugin)
        require(second.readable == first.readable, "a second reading is another configuration")
        require(second.problems == first.problems && second.warnings == first.warnings, "a second reading says more")
        let yaml = Array(document.value.yamlText().utf8)
        guard let written = try? YAML.documents(in: yaml, file: file).first else { return }
        let third = ApplicationConfiguration.decode(written, plugin: plugin)
        require(third.readable?.withoutPlaces == first.readable?.withoutPlaces, "written anew it is another one")
        let texts = [first, third].map { Set($0.problems.map { "\($0.path): \($0.text)" }) }
        require(texts[0] == texts[1], "written anew it has other problems: \(texts)")
    }
}

extension ApplicationConfiguration {
    fileprivate var withoutPlaces: ApplicationConfiguration {
        var copy = self
        copy.pipelineProblems = pipelineProblems.map {
            ConfigurationProblem(position: nil, path: $0.path, text: $0.text)
        }
        return copy
    }
}
