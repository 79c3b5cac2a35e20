/// Manifests enough for 20 MB, the same in every run: Deployments with several containers, Services, ConfigMaps with whole
/// files in them, and custom resource definitions, whose schemas are deep.
struct LoadWorkload {
    /// The manifests of one kind of application: all of them in one file, or spread over several.
    enum Layout: String, CaseIterable {
        case oneFile = "one file of 20 MB"
        case manyFiles = "200 files of 100 kB"

        fileprivate var files: Int { self == .oneFile ? 1 : 200 }
    }

    static let size = 10_000
    /// The name of the application file: kubectl, which reads every YAML file of a directory, must not see it.
    static let applicationFile = "app.pipecd"

    /// Writes the application.
    ///
    /// - Returns: The bytes of its manifests.
    static func write(_ layout: Layout, into folder: String) throws -> Int {
        try TextFile.makeDirectory(folder)
        let application =
            "{apiVersion: pipecd.dev/v1beta1, kind: Application, spec: {name: flotilla-bench, plugins: {k: {}}}}"
        try TextFile.write(application, to: "\(folder)/\(applicationFile)")
        let perFile = size / layout.files
        var bytes = 0
        for file in 0..<layout.files {
            let path = "\(folder)/\(decimal: file, width: 3).yaml"
            // Bit by bit: what this process needs at its peak hides what its children need.
            for index in file * perFile..<(file + 1) * perFile {
                let text = "---\n" + object(index).yaml
                try TextFile.append(text, to: path)
                bytes += text.utf8.count
            }
        }
        return bytes
    }

    /// One object; of ten there are three Deployments, Services and ConfigMaps each.
    static func object(_ index: Int) -> Tree {
        let name = "app-\(decimal: index / 10, width: 4)-\(index % 10)"
        return switch index % 10 {
        case 0, 3, 6: deployment(name)
        case 1, 4, 7: service(name)
        case 2, 5, 8: configMap(name)
        default: definition(name)
        }
    }

    private static func metadata(_ name: String) -> Tree {
        [
            "name": .text(name),
            "namespace": "shop",
            "labels": ["app.kubernetes.io/name": .text(name), "app.kubernetes.io/part-of": "flotilla-bench"],
            "annotations": ["description": "One of the \(size) objects that are only read, never sent anywhere"],
        ]
    }

    private static func deployment(_ name: String) -> Tree {
        [
            "apiVersion": "apps/v1",
            "kind": "Deployment",
            "metadata": metadata(name),
            "spec": [
                "replicas": 3,
                "selector": ["matchLabels": ["app": .text(name)]],
                "template": [
                    "metadata": ["labels": ["app": .text(name)]],
                    "spec": [
                        "serviceAccountName": .text(name),
                        "containers": .list(["app", "proxy", "exporter"].map { container($0, of: name) }),
                        "volumes": [["name": "config", "configMap": ["name": .text(name)]]],
                    ],
                ],
            ],
        ]
    }

    private static func container(_ container: String, of name: String) -> Tree {
        [
            "name": .text(container),
            "image": "registry.example/\(name)/\(container):1.2.3",
            "args": ["--listen=:8080", "--metrics=:9090", "--config=/etc/\(container)/config.yaml"],
            "ports": [["name": "http", "containerPort": 8080, "protocol": "TCP"]],
            "env": [
                ["name": "LOG_LEVEL", "value": "info"],
                ["name": "POD_NAME", "valueFrom": ["fieldRef": ["fieldPath": "metadata.name"]]],
                ["name": "PASSWORD", "valueFrom": ["secretKeyRef": ["name": .text(name), "key": "password"]]],
            ],
            "readinessProbe": ["httpGet": ["path": "/ready", "port": "http"], "periodSeconds": 5],
            "resources": ["requests": ["cpu": "100m", "memory": "128Mi"], "limits": ["memory": "256Mi"]],
            "volumeMounts": [["name": "config", "mountPath": "/etc/\(container)"]],
        ]
    }

    private static func service(_ name: String) -> Tree {
        [
            "apiVersion": "v1",
            "kind": "Service",
            "metadata": metadata(name),
            "spec": [
                "selector": ["app": .text(name)],
                "ports": [
                    ["name": "http", "port": 80, "protocol": "TCP", "targetPort": "http"],
                    ["name": "metrics", "port": 9090, "protocol": "TCP", "targetPort": 9090],
                ],
            ],
        ]
    }

    private static func configMap(_ name: String) -> Tree {
        let server = """
            server {
              listen 8080;
              location / {
                proxy_pass http://\(name):80;
                proxy_set_header Host $host;
              }
            }

            """
        let blocks = (0..<8).map { server.split(separator: "\n").joined(separator: "\n") + "\n# part \($0)\n" }.joined()
        return [
            "apiVersion": "v1",
            "kind": "ConfigMap",
            "metadata": metadata(name),
            "data": ["nginx.conf": .text(blocks), "features.yaml": "checkout: true\nsearch:\n  language: en\n"],
        ]
    }

    private static func definition(_ name: String) -> Tree {
        [
            "apiVersion": "apiextensions.k8s.io/v1",
            "kind": "CustomResourceDefinition",
            "metadata": ["name": "\(name)s.bench.example"],
            "spec": [
                "group": "bench.example",
                "names": ["kind": .text(name), "plural": "\(name)s"],
                "scope": "Namespaced",
                "versions": [
                    [
                        "name": "v1", "served": "true", "storage": "true",
                        "schema": ["openAPIV3Schema": schema(depth: 6)],
                    ]
                ],
            ],
        ]
    }

    private static func schema(depth: Int) -> Tree {
        guard depth > 0 else { return ["type": "string", "description": "What is written at the end of the path"] }
        return [
            "type": "object",
            "description": "One of the levels of a deep object, \(depth) above the last one",
            "required": ["left"],
            "properties": ["left": schema(depth: depth - 1), "count": ["type": "integer", "format": "int32"]],
        ]
    }
}
