import Manifests
import Testing

@testable import KubernetesAPI

@Suite("Fields that people wrote")
struct FieldsByHandTests {
    private static func entry(
        _ manager: String,
        operation: String = "Update",
        time: String = "2026-01-02T00:00:00Z",
        subresource: String? = nil,
        _ fields: Value
    ) -> Value {
        var entry: Value = [
            "manager": .string(manager), "operation": .string(operation), "apiVersion": "apps/v1",
            "time": .string(time),
            "fieldsType": "FieldsV1", "fieldsV1": fields,
        ]
        if let subresource { entry["subresource"] = .string(subresource) }
        return entry
    }

    private static func live(_ entries: [Value]) throws -> LiveResource {
        let object: Value = [
            "apiVersion": "apps/v1", "kind": "Deployment",
            "metadata": [
                "name": "web", "creationTimestamp": "2026-01-01T00:00:00Z", "labels": ["app": "web", "extra": "1"],
                "annotations": ["note": "x", "kubectl.kubernetes.io/last-applied-configuration": "{}"],
                "finalizers": ["a/b"], "managedFields": .array(entries),
            ],
            "spec": [
                "replicas": 3, "paused": true,
                "template": [
                    "metadata": ["annotations": ["kubectl.kubernetes.io/restartedAt": "now"]],
                    "spec": [
                        "containers": [
                            [
                                "name": "web", "image": "a",
                                "env": [["name": "A", "value": "1"], ["name": "B", "value": "2"]],
                            ],
                            ["name": "side", "image": "b", "ports": [["containerPort": 80, "protocol": "TCP"]]],
                        ]
                    ],
                ],
            ],
            "status": ["replicas": 3],
        ]
        return try #require(LiveResource(object))
    }

    private static let ours = entry(
        "flotilla",
        operation: "Apply",
        [
            "f:metadata": ["f:labels": ["f:app": [:]]],
            "f:spec": [
                "f:replicas": [:],
                "f:template": [
                    "f:spec": [
                        "f:containers": [
                            #"k:{"name":"web"}"#: [
                                ".": [:], "f:name": [:], "f:image": [:],
                                "f:env": [".": [:], #"k:{"name":"A"}"#: [".": [:], "f:name": [:], "f:value": [:]]],
                            ]
                        ]
                    ]
                ],
            ],
        ]
    )

    private static func containers(_ fields: Value) -> Value {
        ["f:spec": ["f:template": ["f:spec": ["f:containers": fields]]]]
    }

    private static let cases: [(String, Value, [String])] = [
        ("a label", entry("kubectl-label", ["f:metadata": ["f:labels": ["f:extra": [:]]]]), ["metadata.labels.extra"]),
        ("what we own, too", entry("kubectl-edit", ["f:spec": ["f:replicas": [:]]]), []),
        ("a controller's", entry("some-controller", ["f:metadata": ["f:labels": ["f:extra": [:]]]]), []),
        ("through a subresource", entry("kubectl", subresource: "scale", ["f:spec": ["f:paused": [:]]]), []),
        (
            "what it was made with",
            entry("kubectl-create", time: "2026-01-01T00:00:00Z", ["f:spec": ["f:paused": [:]]]), []
        ),
        ("a flag", entry("kubectl-rollout", ["f:spec": ["f:paused": [:]]]), ["spec.paused"]),
        (
            "the traces of tools",
            entry(
                "kubectl-client-side-apply",
                [
                    "f:metadata": [
                        "f:annotations": [
                            ".": [:], "f:kubectl.kubernetes.io/last-applied-configuration": [:], "f:note": [:],
                        ]
                    ],
                    "f:spec": [
                        "f:template": [
                            "f:metadata": ["f:annotations": [".": [:], "f:kubectl.kubernetes.io/restartedAt": [:]]]
                        ]
                    ],
                ]
            ), ["metadata.annotations.note"]
        ),
        (
            "an element of a list",
            entry(
                "k9s",
                containers([
                    #"k:{"name":"web"}"#: ["f:env": [#"k:{"name":"B"}"#: [".": [:], "f:name": [:], "f:value": [:]]]]
                ])
            ), ["spec.template.spec.containers[name=web].env[name=B]"]
        ),
        (
            "a container",
            entry(
                "kubectl-edit",
                containers([
                    #"k:{"name":"side"}"#: [
                        ".": [:], "f:name": [:], "f:image": [:],
                        "f:ports": [
                            ".": [:], #"k:{"containerPort":80,"protocol":"TCP"}"#: [".": [:], "f:containerPort": [:]],
                        ],
                    ]
                ])
            ), ["spec.template.spec.containers[name=side]"]
        ),
        (
            "a member of a set", entry("kubectl-patch", ["f:metadata": ["f:finalizers": [#"v:"a/b""#: [:]]]]),
            ["metadata.finalizers.0"]
        ),
        ("what is no longer there", entry("kubectl-label", ["f:metadata": ["f:labels": ["f:gone": [:]]]]), []),
        ("the status", entry("kubectl-edit", ["f:status": ["f:replicas": [:]]]), []),
    ]

    @Test("are those that nobody else owns", arguments: cases)
    func found(name: String, entry: Value, paths: [String]) throws {
        let live = try Self.live([Self.ours, entry])
        #expect(live.fieldsByHand().map { "\($0.path)" } == paths)
        #expect(live.fieldsByHand().allSatisfy { $0.owner?.manager == entry["manager"]?.string })
    }

    @Test(
        "are named with whoever wrote them last",
        arguments: [
            ([.key("spec"), .key("replicas")], "kubectl-scale"),
            (
                [
                    .key("spec"), .key("template"), .key("spec"), .key("containers"),
                    .element(field: "name", id: "side"), .key("image"),
                ], "edit"
            ),
            (
                [
                    .key("spec"), .key("template"), .key("spec"), .key("containers"),
                    .element(field: "name", id: "side"),
                    .key("ports"), .element(field: "containerPort", id: "80"), .key("protocol"),
                ], "edit"
            ),
            ([.key("metadata"), .key("labels"), .key("app")], nil),
            ([.key("spec"), .key("nothing")], nil),
        ] as [([FieldPath.Step], String?)]
    )
    func owner(steps: [FieldPath.Step], manager: String?) throws {
        let live = try Self.live([
            Self.ours, Self.entry("kubectl-edit", time: "2026-01-03T00:00:00Z", ["f:spec": ["f:replicas": [:]]]),
            Self.entry(
                "kubectl-scale",
                time: "2026-01-04T00:00:00Z",
                subresource: "scale",
                ["f:spec": ["f:replicas": [:]]]
            ),
            Self.entry(
                "edit",
                Self.containers([
                    #"k:{"name":"side"}"#: [
                        ".": [:], "f:image": [:], "f:ports": [#"k:{"containerPort":80,"protocol":"TCP"}"#: [:]],
                    ]
                ])
            ),
        ])
        #expect(live.owner(of: FieldPath(steps))?.manager == manager)
    }
}
