import Manifests

extension ApplicationSchema {
    /// One stage; what may stand in `with` follows from its name.
    static let stage = SchemaNode.openBlock(
        "A stage of the pipeline.",
        [
            "id": SchemaNode("Read by piped.", [:]),
            "name": SchemaNode(
                "What the stage does. Stages of other plugins are not run by the command.",
                [
                    "anyOf": [
                        ["enum": .array(StageName.texts.map(Value.string))],
                        ["type": "string", "minLength": 1, "not": ["pattern": "^[kK]8[sS]_"]],
                    ]
                ]
            ),
            "desc": .string("What the stage is for."),
            "timeout": .reference("duration", "How long the stage may take; 6h by default."),
            "with": SchemaNode("The options of the stage.", [:]),
            "skipOn": .openBlock(
                "When piped skips the stage.",
                [
                    "commitMessagePrefixes": .strings("Beginnings of commit messages."),
                    "paths": .strings("Paths that are the only ones changed."),
                ]
            ),
        ]
    ).adding("type", "object").adding("required", ["name"]).adding("allOf", .array(StageKind.allCases.map(rule)))

    private static func rule(for kind: StageKind) -> Value {
        let names = StageName.all.filter { $0.kind == kind }.map { Value.string($0.text) }
        let options = SchemaNode.reference(kind.rawValue, "The options of the stage.")
        return [
            "if": ["properties": ["name": ["enum": .array(names)]], "required": ["name"]],
            "then": ["properties": ["with": options.value]],
        ]
    }

    /// What other parts of the schema refer to.
    static let definitions: SchemaKeys = [
        "plugin": plugin,
        "input": input,
        "target": target,
        StageKind.sync.rawValue: sync,
        StageKind.primaryRollout.rawValue: primaryRollout,
        StageKind.canaryRollout.rawValue: canaryRollout,
        StageKind.canaryClean.rawValue: options("The options of a canary clean.", [:]),
        StageKind.baselineRollout.rawValue: options("The options of a baseline rollout.", variantKeys),
        StageKind.baselineClean.rawValue: options("The options of a baseline clean.", [:]),
        StageKind.trafficRouting.rawValue: trafficRoutingOptions,
        StageKind.rollback.rawValue: SchemaNode("A rollback has no options; what is here is ignored.", [:]),
        "percentage": percentage,
        "duration": duration,
        "readiness": readiness,
        "failurePolicy": .word(
            "What a failing cluster means for those on which the stage has not started.",
            FailurePolicy.allCases.map(\.rawValue),
            default: FailurePolicy.continueOthers.rawValue
        ),
    ]

    /// The options of a stage: its own, and those that every stage has.
    static func options(_ description: String, _ keys: SchemaKeys) -> SchemaNode {
        .block(description, keys + commonKeys)
    }

    private static let commonKeys: SchemaKeys = [
        "multiTargets": .list("The deploy targets that the stage runs on; all by default.", of: targetOfStage),
        "multiTarget": SchemaNode.list("The old spelling, which PipeCD ignores; write multiTargets.", of: targetOfStage)
            .adding("deprecated", true),
        "readiness": .reference("readiness", "Whether and how long this stage waits until pods are ready."),
        "failurePolicy": .reference("failurePolicy", "What a failing cluster means for the others in this stage."),
    ]

    private static let targetOfStage = SchemaNode(
        "The name of a deploy target, or {target: {name: …}}, or {target: {labels: …}}.",
        [
            "anyOf": [
                ["type": "string", "minLength": 1],
                SchemaNode.block(
                    "Some deploy targets.",
                    ["target": .reference("target", "The deploy targets.")]
                ).adding("type", "object").adding("required", ["target"]).value,
            ]
        ]
    )

    private static let sync = options(
        "The options of a sync.",
        [
            "addVariantLabelToSelector": .bool("Whether selectors and pod labels get the primary variant."),
            "prune": .bool("Whether objects that are no longer in Git are removed."),
        ]
    )

    private static let primaryRollout = options(
        "The options of a primary rollout.",
        [
            "suffix": .string("The end of the name of the Service for the primary.", pattern: suffixPattern)
                .adding("default", "primary"),
            "createService": .bool("Whether a Service for the primary variant alone is made."),
            "addVariantLabelToSelector": .bool("Whether selectors and pod labels get the primary variant."),
            "prune": .bool("Whether primary objects that are no longer in Git are removed."),
        ]
    )

    private static let canaryRollout = options(
        "The options of a canary rollout.",
        variantKeys + ["patches": .list("Changes to the manifests before they are copied.", of: patch)]
    )

    private static let variantKeys: SchemaKeys = [
        "replicas": SchemaNode(
            "How many pods: a count, or a percentage of the primary's such as 20%; 1 by default.",
            [
                "type": ["integer", "string"], "minimum": 0, "maximum": .int(Replicas.limit),
                "pattern": "^[+]?[0-9]+%?$",
            ]
        ),
        "suffix": .string(
            "The end of the names of the copies; the value of the variant label.",
            pattern: suffixPattern
        ),
        "createService": .bool("Whether a Service for the variant alone is made."),
    ]

    private static let patch = SchemaNode.block(
        "Changes to one manifest.",
        [
            "target": SchemaNode.block(
                "The manifest.",
                [
                    "kind": SchemaNode("The kind, exactly.", ["type": "string", "minLength": 1]),
                    "name": SchemaNode("The name, exactly.", ["type": "string", "minLength": 1]),
                    "documentRoot": .string(
                        "The path of a string that holds a YAML document to change, such as $.data.'app.yaml'.",
                        pattern: "^([$].*)?$"
                    ),
                ]
            ).adding("type", "object").adding("required", ["kind", "name"]),
            "ops": .list("What to replace, in this order.", of: operation),
        ]
    ).adding("type", "object").adding("required", ["target"])

    private static let operation = SchemaNode.block(
        "The replacement of one scalar.",
        [
            "op": .word("The operation.", ["yaml-replace"], default: "yaml-replace"),
            "path": SchemaNode(
                "Where, such as $.spec.template.spec.containers[0].image.",
                ["type": "string", "pattern": "^[$]"]
            ),
            "value": .string("The text of the new scalar."),
        ]
    ).adding("type", "object").adding("required", ["path"])

    private static let readiness = SchemaNode.block(
        "Whether and how long to wait until pods are ready.",
        [
            "wait": .bool("Whether to wait at all.", default: true),
            "deadline": SchemaNode.reference("duration", "How long, counted from the last write; 10m by default."),
        ]
    )

    /// Durations as Go writes them.
    private static let duration = SchemaNode(
        "A duration such as 90s or 1h30m, or a number of nanoseconds.",
        [
            "type": ["string", "integer", "null"], "minimum": 0,
            "pattern": "^(0|(([0-9]+([.][0-9]*)?|[.][0-9]+)(ns|us|µs|μs|ms|s|m|h))+)$",
        ]
    )
}
