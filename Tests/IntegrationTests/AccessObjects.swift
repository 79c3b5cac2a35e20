import Manifests

/// A manifest of each resource that roles may name, alone and without pods to wait for.
enum AccessObjects {
    /// What comes after the metadata, by the resource as RBAC writes it with its group.
    private static let contents = [
        "configmaps": "data: {a: b}",
        "secrets": "data: {a: Yg==}",
        "services": "spec: {ports: [{port: 80, protocol: TCP}]}",
        "serviceaccounts": "automountServiceAccountToken: false",
        "persistentvolumeclaims": "spec: {accessModes: [ReadWriteOnce], resources: {requests: {storage: 1Gi}}}",
        "deployments.apps": "spec: {replicas: 0, \(pods)}",
        "statefulsets.apps": "spec: {replicas: 0, serviceName: none, \(pods)}",
        "daemonsets.apps": "spec: {\(pods)}",
        "jobs.batch": "spec: {parallelism: 0, \(job)}",
        "cronjobs.batch": "spec: {schedule: 0 0 1 1 *, suspend: true, jobTemplate: {spec: {\(job)}}}",
        "horizontalpodautoscalers.autoscaling":
            "spec: {maxReplicas: 2, scaleTargetRef: {apiVersion: apps/v1, kind: Deployment, name: none}}",
        "ingresses.networking.k8s.io": "spec: {defaultBackend: {service: {name: none, port: {number: 80}}}}",
        "networkpolicies.networking.k8s.io": "spec: {podSelector: {matchLabels: {app: none}}}",
        "poddisruptionbudgets.policy": "spec: {minAvailable: 1, selector: {matchLabels: {app: none}}}",
        "virtualservices.networking.istio.io":
            "spec: {hosts: [none], http: [{route: [{destination: {host: none}}]}]}",
        "destinationrules.networking.istio.io": "spec: {host: none}",
        "httproutes.gateway.networking.k8s.io": "spec: {rules: [{backendRefs: [{name: none, port: 80}]}]}",
        "grpcroutes.gateway.networking.k8s.io": "spec: {rules: [{backendRefs: [{name: none, port: 80}]}]}",
    ]

    /// All resources that are known here.
    static var resources: [String] { contents.keys.sorted() }

    /// The manifest in the version that a cluster prefers, `nil` for a resource that is not known here.
    static func manifest(of type: GroupVersionKind, _ resource: String, _ name: String, _ mark: String) -> String? {
        guard let content = contents[resource] else { return nil }
        return """
            apiVersion: \(type.groupVersion)
            kind: \(type.kind)
            metadata: {name: \(name), annotations: {pipecd.dev/\(mark): enabled, pipecd.dev/allow-destructive-replace: "true"}}
            \(content)

            """
    }

    private static let container = "containers: [{name: a, image: a}]"
    private static let job = "template: {spec: {restartPolicy: Never, \(container)}}"
    private static let pods =
        "selector: {matchLabels: {app: none}}, "
        + "template: {metadata: {labels: {app: none}}, spec: {nodeSelector: {none: here}, \(container)}}"
}
