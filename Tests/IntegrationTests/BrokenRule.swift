/// An object that no server takes, and what it says about it.
struct BrokenRule: Sendable {
    let yaml: String
    let message: String

    static let all =
        metadata + services + [
            pod("containers: [{name: Not A Name, image: x}]", "containers[0].name: Invalid value: \"Not A Name\""),
            pod("containers: [{name: web}]", "containers[0].image: Required value"),
            container("env: [{name: A=B, value: x}]", "env[0].name: Invalid value: \"A=B\""),
            container(
                "imagePullPolicy: Sometimes",
                "imagePullPolicy: Unsupported value: \"Sometimes\": supported values: \"Always\", \"IfNotPresent\", \"Never\""
            ),
            container(
                "readinessProbe: {periodSeconds: 5}",
                "readinessProbe: Required value: must specify a handler type"
            ),
            container("volumeMounts: [{name: v, mountPath: /v}]", "volumeMounts[0].name: Not found: \"v\""),
            container("resources: {limits: {cpu: many}}", "quantities must match the regular expression"),
            pod(
                "containers: [{name: web, image: x}], volumes: [{name: v, configMap: {}}]",
                "volumes[0].configMap.name: Required value"
            ),
            deployment("replicas: -1", "spec.replicas: Invalid value: -1: must be greater than or equal to 0"),
            deployment("strategy: {type: Sudden}", "supported values: \"Recreate\", \"RollingUpdate\""),
            deployment(
                "strategy: {type: Recreate, rollingUpdate: {maxSurge: 1}}",
                "spec.strategy.rollingUpdate: Forbidden: may not be specified when strategy `type` is 'Recreate'"
            ),
            deployment(
                "strategy: {type: RollingUpdate, rollingUpdate: {maxSurge: 0, maxUnavailable: 0}}",
                "may not be 0 when `maxSurge` is 0"
            ),
            BrokenRule(
                "apps/v1",
                "Deployment",
                "spec: {selector: {matchLabels: {app: web}}, template: {metadata: {labels: {app: other}}, "
                    + "spec: {containers: [{name: web, image: x}]}}}",
                "spec.template.metadata.labels: Invalid value: map[string]string{\"app\":\"other\"}: "
                    + "`selector` does not match template `labels`"
            ),
            BrokenRule(
                "v1",
                "PersistentVolumeClaim",
                "spec: {accessModes: [ReadWriteOnce], resources: {}}",
                "spec.resources[storage]: Required value"
            ),
            BrokenRule(
                "autoscaling/v1",
                "HorizontalPodAutoscaler",
                "spec: {maxReplicas: 0, scaleTargetRef: {apiVersion: apps/v1, kind: Deployment, name: web}}",
                "spec.maxReplicas: Invalid value: 0: must be greater than 0"
            ),
            BrokenRule(
                "networking.k8s.io/v1",
                "Ingress",
                "spec: {rules: [{http: {paths: [{path: /, backend: {service: {name: web, port: {number: 80}}}}]}}]}",
                "spec.rules[0].http.paths[0].pathType: Required value: pathType must be specified"
            ),
        ]

    private static let metadata = [
        configMap("labels: {a: \"b c\"}", "metadata.labels: Invalid value: \"b c\": a valid label must be"),
        configMap("annotations: {a b: c}", "metadata.annotations: Invalid value: \"a b\": name part must consist"),
        configMap("finalizers: [hold]", "metadata.finalizers[0]: Invalid value: \"hold\": name is neither a standard"),
        BrokenRule("v1", "ConfigMap", "data: {a b: c}", "data[a b]: Invalid value: \"a b\": a valid config key must"),
    ]

    private static let services = [
        service("ports: []", "spec.ports: Required value"),
        service("ports: [{port: 0, protocol: TCP}]", "spec.ports[0].port: Invalid value: 0"),
        service(
            "ports: [{port: 80, protocol: TCP}, {port: 81, protocol: TCP}]",
            "[spec.ports[0].name: Required value, spec.ports[1].name: Required value]"
        ),
        service("ports: [{name: A b, port: 80, protocol: TCP}]", "spec.ports[0].name: Invalid value: \"A b\""),
        service(
            "type: NodePort, ports: [{port: 80, protocol: TCP, nodePort: 1}]",
            "spec.ports[0].nodePort: Invalid value: 1: provided port is not in the valid range"
        ),
        service("type: Nothing, ports: [{port: 80, protocol: TCP}]", "spec.type: Unsupported value: \"Nothing\""),
        service(
            "clusterIP: 300.1.1.1, ports: [{port: 80, protocol: TCP}]",
            "spec.clusterIPs[0]: Invalid value: \"300.1.1.1\": must be a valid IP address"
        ),
        service(
            "clusterIP: 192.0.2.1, ports: [{port: 80, protocol: TCP}]",
            "is not in the valid range. The range of valid IPs is 10.96.0.0/16"
        ),
        service("type: ExternalName", "spec.externalName: Required value"),
    ]

    private init(_ version: String, _ kind: String, _ content: String, _ message: String, metadata: String = "") {
        yaml = "apiVersion: \(version)\nkind: \(kind)\nmetadata: {name: web\(metadata)}\n\(content)\n"
        self.message = message
    }

    private static func configMap(_ metadata: String, _ message: String) -> BrokenRule {
        BrokenRule("v1", "ConfigMap", "data: {a: b}", message, metadata: ", \(metadata)")
    }

    private static func service(_ spec: String, _ message: String) -> BrokenRule {
        BrokenRule("v1", "Service", "spec: {selector: {app: web}, \(spec)}", message)
    }

    private static func deployment(_ field: String, _ message: String) -> BrokenRule {
        deployment(field, pod: "containers: [{name: web, image: x}]", message)
    }

    private static func container(_ field: String, _ message: String) -> BrokenRule {
        pod("containers: [{name: web, image: x, \(field)}]", message)
    }

    private static func pod(_ spec: String, _ message: String) -> BrokenRule {
        deployment("replicas: 1", pod: spec, message)
    }

    private static func deployment(_ field: String, pod: String, _ message: String) -> BrokenRule {
        BrokenRule(
            "apps/v1",
            "Deployment",
            "spec: {\(field), selector: {matchLabels: {app: web}}, "
                + "template: {metadata: {labels: {app: web}}, spec: {\(pod)}}}",
            message
        )
    }
}
