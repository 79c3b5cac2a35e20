/// The 100 objects that are applied: 34 Deployments, 33 Services, 33 ConfigMaps, mixed, the same in every run.
struct Workload {
    /// The label that every object carries.
    static let label = "app.kubernetes.io/part-of=flotilla-bench"
    static let size = 100

    let namespace: String
    let revision: Revision
    /// How many objects.
    var count = Self.size

    /// The objects in the order of their files.
    var objects: [WorkloadObject] {
        (0..<count).map { index in
            let name = "app-\(decimal: index / 3, width: 2)"
            return switch index % 3 {
            case 0: deployment(name)
            case 1: service(name)
            default: configMap(name)
            }
        }
    }
}

/// The state of the objects: between the two, each object differs in exactly one field.
enum Revision: String, CaseIterable {
    case first = "rev-1"
    case second = "rev-2"
}

/// One object, and the path of its resource on the server.
struct WorkloadObject {
    let kind: String
    let name: String
    let resourcePath: String
    let tree: Tree
}

extension Workload {
    /// No pods: what starts and stops them would load the machine that is measured, more for the slower tools.
    private func deployment(_ name: String) -> WorkloadObject {
        let tree: Tree = [
            "apiVersion": "apps/v1",
            "kind": "Deployment",
            "metadata": metadata(name),
            "spec": [
                "replicas": 0,
                "selector": ["matchLabels": ["app": .text(name)]],
                "template": [
                    "metadata": ["labels": ["app": .text(name), "app.kubernetes.io/part-of": "flotilla-bench"]],
                    "spec": podSpec(name),
                ],
            ],
        ]
        return object("Deployment", name, at: "apis/apps/v1", "deployments", tree)
    }

    private func podSpec(_ name: String) -> Tree {
        [
            "containers": [
                [
                    "name": "app",
                    "image": "registry.example/\(name):\(revision.rawValue)",
                    "args": ["--listen=:8080", "--metrics=:9090"],
                    "ports": [
                        ["name": "http", "containerPort": 8080, "protocol": "TCP"],
                        ["name": "metrics", "containerPort": 9090, "protocol": "TCP"],
                    ],
                    "env": [["name": "APP_NAME", "value": .text(name)], ["name": "APP_LOG_LEVEL", "value": "info"]],
                    "readinessProbe": ["httpGet": ["path": "/ready", "port": "http"], "periodSeconds": 5],
                    "resources": [
                        "requests": ["cpu": "100m", "memory": "128Mi"],
                        "limits": ["memory": "256Mi"],
                    ],
                    "volumeMounts": [["name": "config", "mountPath": "/etc/app"]],
                ]
            ],
            "volumes": [["name": "config", "configMap": ["name": .text(name)]]],
        ]
    }

    private func service(_ name: String) -> WorkloadObject {
        let tree: Tree = [
            "apiVersion": "v1",
            "kind": "Service",
            "metadata": metadata(name),
            "spec": [
                "selector": ["app": .text(name)],
                "ports": [["name": "http", "port": 80, "protocol": "TCP", "targetPort": .text(revision.rawValue)]],
            ],
        ]
        return object("Service", name, at: "api/v1", "services", tree)
    }

    private func configMap(_ name: String) -> WorkloadObject {
        let tree: Tree = [
            "apiVersion": "v1",
            "kind": "ConfigMap",
            "metadata": metadata(name),
            "data": [
                "revision": .text(revision.rawValue),
                "app.properties": "name=\(name)\ncache.size=4096\ncache.ttl=30s\nupstream=http://\(name)-db:5432\n",
                "features.yaml": "checkout: true\nrecommendations: false\nsearch:\n  language: en\n  pageSize: 25\n",
            ],
        ]
        return object("ConfigMap", name, at: "api/v1", "configmaps", tree)
    }

    private func metadata(_ name: String) -> Tree {
        [
            "name": .text(name),
            "namespace": .text(namespace),
            "labels": ["app": .text(name), "app.kubernetes.io/part-of": "flotilla-bench"],
        ]
    }

    private func object(_ kind: String, _ name: String, at group: String, _ plural: String, _ tree: Tree)
        -> WorkloadObject
    {
        WorkloadObject(
            kind: kind,
            name: name,
            resourcePath: "/\(group)/namespaces/\(namespace)/\(plural)/\(name)",
            tree: tree
        )
    }
}
