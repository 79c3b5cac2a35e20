import Manifests
import Rollouts

extension Descendants {
    /// What is kept of an object that a controller has made: enough to show it, and to tell how it fares.
    ///
    /// - Parameters:
    ///   - object: The object, which need not say its kind.
    ///   - kind: Its kind.
    /// - Returns: The object without what only its controller needs, which is most of it.
    static func summary(of object: Value, kind: GroupKind) -> Value {
        var summary = object
        if var metadata = object["metadata"] {
            metadata["managedFields"] = nil
            if let annotations = metadata["annotations"]?.mapping {
                let kept = annotations.filter { keptAnnotations.contains($0.key) }
                metadata["annotations"] = .mapping(Mapping(kept.map { ($0.key, $0.value) }))
            }
            summary["metadata"] = metadata
        }
        if var spec = object["spec"] {
            spec["template"] = nil
            summary["spec"] = kind == pod ? podSpec(spec) : spec
        }
        if kind == pod, var status = object["status"] {
            for key in ["podIP", "podIPs", "hostIP", "hostIPs", "qosClass"] { status[key] = nil }
            for key in ["containerStatuses", "initContainerStatuses", "ephemeralContainerStatuses"] {
                status[key] = status[key]?.array.map { .array($0.map(containerStatus)) }
            }
            summary["status"] = status
        }
        return summary
    }

    private static func podSpec(_ spec: Value) -> Value {
        var summary: Value = [:]
        for key in ["restartPolicy", "nodeName", "readinessGates"] { summary[key] = spec[key] }
        let claims = (spec["volumes"]?.array ?? []).compactMap { $0[path: "persistentVolumeClaim", "claimName"] }
        if !claims.isEmpty {
            summary["volumes"] = .array(claims.map { ["persistentVolumeClaim": ["claimName": $0]] })
        }
        for key in ["containers", "initContainers"] {
            summary[key] = spec[key]?.array.map { containers in
                .array(
                    containers.map { container in
                        var name: Value = [:]
                        for key in ["name", "restartPolicy"] { name[key] = container[key] }
                        return name
                    }
                )
            }
        }
        return summary
    }

    private static func containerStatus(_ status: Value) -> Value {
        var status = status
        for key in ["image", "imageID", "containerID", "volumeMounts", "allocatedResources", "resources"] {
            status[key] = nil
        }
        return status
    }

    /// The revision of a ReplicaSet, the commit that a Deployment passes on to its ReplicaSets, and what the health of a pod
    /// depends on.
    private static let keptAnnotations: Set = [
        "deployment.kubernetes.io/revision", MarkKey.commitHash, "argocd.argoproj.io/ignore-restart-policy",
        "argocd.argoproj.io/hook",
    ]
}
