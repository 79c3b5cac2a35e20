import FoundationEssentials
import Manifests
import _StringProcessing

/// What piped itself reads in an application file; everything else is the plugins'.
struct ApplicationFile: Sendable {
    /// An entry of the pipeline.
    struct Stage: Sendable {
        let name: String
        let description: String
        let with: Value
        let skipPrefixes: [String]
        let skipPaths: [String]
    }

    let stages: [Stage]
    let plugins: [String]
    let autoRollback: Bool
    let alwaysUsePipeline: Bool
    let pipelineMatcher: String
    let quickSyncMatcher: String

    init(_ bytes: Data) throws {
        guard let value = try YAML.documents(in: Array(bytes), file: "app.pipecd.yaml").first?.value,
            value["apiVersion"]?.string == "pipecd.dev/v1beta1", value["kind"]?.string?.isEmpty == false
        else { throw Crash(reason: "the application file has no apiVersion pipecd.dev/v1beta1 or no kind") }
        let spec = value["spec"] ?? .mapping(Mapping())
        stages = (spec[path: "pipeline", "stages"]?.array ?? []).map(Self.stage)
        plugins = spec["plugins"]?.mapping?.keys ?? []
        autoRollback = spec[path: "planner", "autoRollback"]?.bool ?? true
        alwaysUsePipeline = spec[path: "planner", "alwaysUsePipeline"]?.bool ?? false
        pipelineMatcher = spec[path: "commitMatcher", "pipeline"]?.string ?? ""
        quickSyncMatcher = spec[path: "commitMatcher", "quickSync"]?.string ?? ""
    }

    private static func stage(_ value: Value) -> Stage {
        Stage(
            name: value["name"]?.string ?? "",
            description: value["desc"]?.string ?? "",
            with: value["with"] ?? .mapping(Mapping()),
            skipPrefixes: (value[path: "skipOn", "commitMessagePrefixes"]?.array ?? []).compactMap(\.string),
            skipPaths: (value[path: "skipOn", "paths"]?.array ?? []).compactMap(\.string)
        )
    }

    /// The options of an entry as plugins get them: JSON, `{}` when there are none.
    static func options(_ stage: Stage) -> Data {
        Data(stage.with.jsonBytes([.sortedKeys, .htmlEscaped]))
    }

    /// Whether a regular expression is given and matches a commit message.
    static func matches(_ expression: String, _ message: String) -> Bool {
        guard !expression.isEmpty, let regex = try? Regex(expression) else { return false }
        return message.firstMatch(of: regex) != nil
    }
}
