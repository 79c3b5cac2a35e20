public import Manifests

/// The JSON Schema of the application file, for editors.
///
/// It says what `ApplicationConfiguration.decode` accepts, key by key, as far as a schema can: sums of percentages, names
/// that must differ and the like are left to `flotilla validate`.
public enum ApplicationSchema {
    /// The schema, of [draft 2020-12](https://json-schema.org/draft/2020-12).
    ///
    /// - Parameter plugin: The key of the plugin's block below `spec.plugins`.
    /// - Returns: The schema, as a document of its own.
    public static func schema(plugin: String = ApplicationConfiguration.defaultPluginName) -> Value {
        var root = SchemaNode.openBlock(
            "An application file of PipeCD, as Flotilla reads it.",
            [
                "apiVersion": SchemaNode("The version of the format.", ["const": "pipecd.dev/v1beta1"]),
                "kind": .requiredWord(
                    "What the file is; all these kinds mean the same.",
                    ApplicationConfiguration.kinds
                ),
                "metadata": SchemaNode("Not used.", [:]),
                "spec": spec(plugin: plugin),
            ]
        )
        root = root.adding("type", "object").adding("required", ["apiVersion", "kind"])
        var schema: Mapping = ["$schema": "https://json-schema.org/draft/2020-12/schema", "title": "Application file"]
        for member in root.fields { schema[member.key] = member.value }
        schema["$defs"] = .mapping(Mapping(definitions.nodes.map { ($0, $1.value) }))
        return .mapping(schema)
    }

    private static func spec(plugin: String) -> SchemaNode {
        .openBlock(
            "The application.",
            [
                "name": .string("The name of the application; the default of the id on its objects."),
                "labels": .map("Labels of the application."),
                "planner": planner,
                "commitMatcher": .openBlock(
                    "Commit messages that decide how a commit is deployed.",
                    [
                        "quickSync": .string("A regular expression: commits that are deployed by quick sync."),
                        "pipeline": .string("A regular expression: commits that are deployed by the pipeline."),
                    ]
                ),
                "timeout": .reference("duration", "How long the whole deployment may take; 6h by default."),
                "plugins": plugins(plugin),
                "pipeline": .openBlock(
                    "The stages of a deployment; without any it is a quick sync.",
                    ["stages": .list("The stages, in their order.", of: stage)]
                ),
                "description": foreign, "trigger": foreign, "postSync": foreign, "encryption": foreign,
                "attachment": foreign, "notification": foreign, "eventWatcher": foreign,
                "driftDetection": driftDetection,
                "input": misplaced(plugin), "quickSync": misplaced(plugin), "workloads": misplaced(plugin),
                "service": misplaced(plugin), "variantLabel": misplaced(plugin), "trafficRouting": misplaced(plugin),
            ]
        )
    }

    private static let driftDetection = SchemaNode.openBlock(
        "What counts when Git is compared with the clusters.",
        [
            "ignoreFields": SchemaNode(
                "Fields that do not count: apiVersion:kind:namespace:name#path, the path as in a diff; * is any one step.",
                [
                    "type": ["array", "null"],
                    "items": ["type": "string", "pattern": "^[^:#]*:[^:#]+:[^:#]*:[^#]+#.+$"],
                ]
            )
        ]
    )

    private static let planner = SchemaNode.openBlock(
        "How it is decided between the pipeline and quick sync, and what happens after a failure.",
        [
            "alwaysUsePipeline": .bool("Whether every deployment runs the pipeline."),
            "autoRollback": .bool("Whether a failed deployment is rolled back.", default: true),
        ]
    )

    private static func plugins(_ name: String) -> SchemaNode {
        SchemaNode(
            "The settings of each plugin, by the name that the agent's file gives it.",
            [
                "type": ["object", "null"],
                "properties": [name: SchemaNode.reference("plugin", "The settings of Flotilla.").value],
            ]
        )
    }

    /// What piped reads and we need not.
    private static let foreign = SchemaNode("Read by piped; see the documentation of PipeCD.", [:])

    private static func misplaced(_ plugin: String) -> SchemaNode {
        SchemaNode(
            "PipeCD ignores it here; move it to spec.plugins.\(plugin).",
            ["deprecated": true, "patternProperties": SchemaNode.noTargetFilters]
        )
    }
}
