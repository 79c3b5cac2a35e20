import FuzzSupport
import Manifests

/// What is read, written and read again is equal; every problem is one line and has a place in the text.
@main
enum YAMLFuzzing {
    private static let file = "in.yaml"

    static func main() {
        Fuzzer.run { bytes in
            let lines = TextLines(bytes, file: file, reader: .yaml)
            checkManifests(bytes, lines)
            checkDocuments(bytes, lines)
        }
    }

    private static func checkManifests(_ bytes: [UInt8], _ lines: TextLines) {
        let parsed = ManifestParser.parse(bytes, file: file)
        for problem in parsed.problems {
            requireOneLine("\(problem)", "a problem")
            lines.require(problem.position, "a problem")
        }
        for warning in parsed.warnings {
            requireOneLine("\(warning)", "a warning")
            lines.require(warning.position, "a warning")
        }
        for manifest in parsed.manifests {
            lines.require(manifest.position, "a manifest")
            require((try? Manifest(manifest.object)) != nil, "\(manifest.key) is no valid manifest")
        }
    }

    private static func checkDocuments(_ bytes: [UInt8], _ lines: TextLines) {
        let others = readDocuments(bytes, lines, limits: .fuzzingRepeatedKeys)
        guard let documents = readDocuments(bytes, lines, limits: .fuzzing) else { return }
        let isSame = others?.map { $0.value.jsonBytes() } == documents.map { $0.value.jsonBytes() }
        require(isSame, "the documents are other ones where keys may repeat")
        for document in documents {
            lines.require(document.position, "a document")
            for path in document.value.paths.prefix(20) {
                guard let position = document.position(of: path) else { continue }
                lines.require(position, "the node at \(path.debugDescription)")
            }
        }
    }

    /// The documents, each read, written and read again; `nil` when the text is refused.
    private static func readDocuments(_ bytes: [UInt8], _ lines: TextLines, limits: ReadLimits) -> [YAMLDocument]? {
        do {
            let documents = try YAML.documents(in: bytes, file: file, limits: limits)
            for document in documents {
                requireFinite(document.value)
                checkRoundTrip(document.value)
            }
            return documents
        } catch {
            requireOneLine("\(error)", "an error")
            lines.require(error.position, "an error")
            return nil
        }
    }

    /// The bytes of JSON are compared, because equal strings and mappings of Swift may differ in theirs.
    private static func checkRoundTrip(_ value: Value) {
        let json = value.jsonBytes()
        let yaml = value.yamlText()
        do {
            let again = try YAML.documents(in: Array(yaml.utf8), file: "out.yaml")
            require(again.count == 1, "\(yaml.debugDescription) holds \(again.count) documents")
            require(again[0].value.jsonBytes() == json, "\(yaml.debugDescription) is not \(value.jsonText())")
            let read = try Value(json: json)
            require(read.jsonBytes() == json, "\(value.jsonText()) is read as \(read.jsonText())")
        } catch {
            fatalError("\(error) in \(yaml.debugDescription) or \(value.jsonText())")
        }
    }
}

extension Value {
    /// The paths of the nodes below this one, as `YAMLDocument` takes them.
    fileprivate var paths: [String] {
        switch self {
        case .mapping(let fields):
            fields.flatMap { field in
                [field.key] + field.value.paths.map { $0.hasPrefix("[") ? field.key + $0 : "\(field.key).\($0)" }
            }
        case .array(let elements):
            elements.enumerated().flatMap { index, element in
                ["[\(index)]"] + element.paths.map { $0.hasPrefix("[") ? "[\(index)]\($0)" : "[\(index)].\($0)" }
            }
        default: []
        }
    }
}
