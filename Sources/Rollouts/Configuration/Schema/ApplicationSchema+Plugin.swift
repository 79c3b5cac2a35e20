import Manifests

extension ApplicationSchema {
    static let plugin = SchemaNode.block(
        "The settings of Flotilla for this application.",
        [
            "input": .reference("input", "Where the manifests come from, and which clusters they go to."),
            "quickSync": .reference("sync", "The options of a quick sync."),
            "workloads": .list("The workloads to make variants of; every Deployment by default.", of: workload),
            "service": .block(
                "The Service in front of the workloads.",
                [
                    "kind": .string("Has no effect: Services are found by name."),
                    "name": .string("The name; without it every Service is meant."),
                ]
            ),
            "variantLabel": variantLabel,
            "trafficRouting": trafficRouting,
            "readiness": .reference("readiness", "Whether and how long rollout stages wait until pods are ready."),
            "failurePolicy": .reference("failurePolicy", "What a failing cluster means for the others."),
            "concurrency": .block(
                "How much happens at once.",
                [
                    "clusters": .integer("Clusters at once.", in: 1...10_000, default: 16),
                    "requests": .integer("Requests in flight for one cluster.", in: 1...1_000, default: 16),
                ]
            ),
            "maxPrunePercent": .integer(
                "The share of the live objects, in percent, that a prune may remove at most.",
                in: 0...100,
                default: 50
            ),
            "allowPruning": .list(
                "Kinds that a prune never touches unless they are here, because what is in them goes with them.",
                of: .requiredWord("A kind.", GuardedKind.allCases.map(\.rawValue))
            ),
            "configHashVersion": .integer(
                "The config hash on pods: 1 is PipeCD's; 2 covers stringData and every reference, and minds namespaces.",
                in: 1...2,
                default: 1
            ),
            "pipeline": SchemaNode("Has no effect here; move it to spec.pipeline.", ["not": [:]]),
        ]
    )

    static let input = SchemaNode.block(
        "Where the manifests come from, and which clusters they go to.",
        [
            "manifests": .paths("Files relative to the application directory; all in it by default."),
            "kubectlVersion": .string("A version of kubectl, which Flotilla does not run."),
            "kustomizeVersion": .string("The version of kustomize."),
            "kustomizeOptions": .map("Flags of kustomize without their dashes; an empty value is a flag alone."),
            "helmVersion": .string("The version of helm."),
            "helmChart": helmChart,
            "helmOptions": helmOptions,
            "namespace": .string("The namespace that every namespaced object gets.", pattern: namePattern),
            "autoCreateNamespace": .bool("Whether missing namespaces are created."),
            "multiTargets": .list(
                "The clusters with settings of their own; if there are any, other clusters are left out.",
                of: targetOverride
            ),
        ]
    )

    static let target = SchemaNode.block(
        "The deploy targets that are meant: one by its name, or all with certain labels.",
        ["name": .string("The name of the deploy target."), "labels": .map("Labels; without a name they choose.")]
    ).adding(
        "anyOf",
        [
            ["required": ["name"], "patternProperties": ["^name$": ["type": "string", "minLength": 1]]],
            ["required": ["labels"], "patternProperties": ["^labels$": ["type": "object", "minProperties": 1]]],
        ]
    )

    /// A part of a DNS name, or nothing.
    static let namePattern = "^([a-z0-9]([-a-z0-9]{0,61}[a-z0-9])?)?$"

    /// The ends of names, which may have dots.
    static let suffixPattern = "^([a-z0-9]([-a-z0-9]*[a-z0-9])?(\\.[a-z0-9]([-a-z0-9]*[a-z0-9])?)*)?$"

    private static let targetOverride = SchemaNode.block(
        "Settings of some deploy targets.",
        [
            "target": .reference("target", "The deploy targets."),
            "manifests": .paths("Files in place of the application's."),
            "kubectlVersion": .string("A version of kubectl, which Flotilla does not run."),
            "kustomizeDir": .string("The directory of the kustomization; the application directory by default."),
            "kustomizeVersion": .string("The version of kustomize."),
            "kustomizeOptions": .map("Flags of kustomize in place of all of the application's."),
        ]
    ).adding("type", "object").adding("required", ["target"])

    private static let workload = SchemaNode.block(
        "Workloads of one kind.",
        [
            "kind": .string("The kind.", default: "Deployment"),
            "name": .string("The name; without it every object of the kind is meant."),
        ]
    )

    private static let variantLabel = SchemaNode.block(
        "The label and annotation that tells the variants apart.",
        [
            "key": .string("The key.", default: VariantLabel().key),
            "primaryValue": .string("The value on primary objects.", default: VariantLabel().primary),
            "canaryValue": .string("The value on canary objects.", default: VariantLabel().canary),
            "baselineValue": .string("The value on baseline objects.", default: VariantLabel().baseline),
        ]
    )

    private static let helmChart = SchemaNode.block(
        "A Helm chart; its presence makes helm render the manifests.",
        [
            "path": .string("The directory of the chart."),
            "gitRemote": .string("The Git repository of the chart."),
            "ref": .string("The commit, branch or tag in that repository."),
            "repository": .string("The name of a chart repository."),
            "name": .string("The name of the chart in the repository."),
            "version": .string("The version of the chart in the repository."),
        ]
    )

    private static let helmOptions = SchemaNode.block(
        "How helm renders.",
        [
            "releaseName": .string("The name of the release; the name of the application by default."),
            "setValues": .map("Values, one --set each."),
            "valueFiles": .paths("Files of values, in this order."),
            "setFiles": .map("Values out of files, one --set-file each."),
            "apiVersions": .strings("API versions that templates can ask for."),
            "kubeVersion": .string("The version of Kubernetes that templates can ask for."),
        ]
    )
}
