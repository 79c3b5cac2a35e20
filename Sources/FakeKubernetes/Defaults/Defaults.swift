import FoundationEssentials
import Manifests

/// What the server fills in when the client leaves it out.
enum Defaults {
    static func fill(_ object: inout Value, _ type: ResourceType) {
        guard type.custom == nil else { return fillCustom(&object, type) }
        switch type.group {
        case "": fillCore(&object, type.kind)
        case "apps": fillApps(&object, type.kind)
        case "batch": fillBatch(&object, type.kind)
        default: fillOther(&object, type.kind)
        }
    }

    private static func fillCore(_ object: inout Value, _ kind: String) {
        switch kind {
        case "Pod":
            object.edit("spec") { spec in
                PodDefaults.fill(&spec)
                PodDefaults.fillPod(&spec)
            }
        case "Service": ServiceDefaults.fill(&object)
        case "Secret": fillSecret(&object)
        case "Namespace":
            if object["spec"]?["finalizers"] == nil, !object.isBeingDeleted {
                object.put(["kubernetes"], "spec", "finalizers")
            }
            if object["status"]?["phase"] == nil { object.put("Active", "status", "phase") }
            object.put(.string(object.name), "metadata", "labels", "kubernetes.io/metadata.name")
        case "PersistentVolumeClaim": fillClaim(&object)
        case "PersistentVolume":
            object.edit("spec") { spec in
                spec.fallback("persistentVolumeReclaimPolicy", "Retain")
                spec.fallback("volumeMode", "Filesystem")
            }
            if object["status"]?["phase"] == nil { object.put("Pending", "status", "phase") }
        case "ReplicationController": fillReplicas(&object)
        case "Endpoints":
            object.editEach("subsets") { subset in subset.editEach("ports") { $0.fallback("protocol", "TCP") } }
        default: break
        }
    }

    static func fillClaim(_ object: inout Value) {
        object.edit("spec") { $0.fallback("volumeMode", "Filesystem") }
        if object["status"]?["phase"] == nil { object.put("Pending", "status", "phase") }
    }

    /// The text form of a Secret becomes its data.
    private static func fillSecret(_ object: inout Value) {
        object.fallback("type", "Opaque")
        guard let texts = object["stringData"]?.mapping else { return }
        for member in texts {
            let text = Data((member.value.string ?? "").utf8).base64EncodedString()
            object.put(.string(text), "data", member.key)
        }
        object["stringData"] = nil
    }

    private static func fillReplicas(_ object: inout Value) {
        object.edit("spec") { spec in
            spec.fallback("replicas", 1)
            spec.edit("template") { $0.edit("spec", PodDefaults.fill) }
        }
    }

    private static func fillApps(_ object: inout Value, _ kind: String) {
        object.edit("spec") { spec in
            spec.edit("template") { $0.edit("spec", PodDefaults.fill) }
            switch kind {
            case "Deployment":
                spec.fallback("replicas", 1)
                fillStrategy(&spec, "strategy", ["maxUnavailable": "25%", "maxSurge": "25%"])
                spec.fallback("revisionHistoryLimit", 10)
                spec.fallback("progressDeadlineSeconds", 600)
            case "StatefulSet":
                spec.fallback("replicas", 1)
                spec.fallback("podManagementPolicy", "OrderedReady")
                fillStrategy(&spec, "updateStrategy", ["partition": 0])
                spec.fallback("revisionHistoryLimit", 10)
                spec.fallback(
                    "persistentVolumeClaimRetentionPolicy",
                    ["whenDeleted": "Retain", "whenScaled": "Retain"]
                )
                spec.editEach("volumeClaimTemplates") { claim in
                    fillClaim(&claim)
                    claim["kind"] = "PersistentVolumeClaim"
                    claim["apiVersion"] = "v1"
                }
            case "DaemonSet":
                fillStrategy(&spec, "updateStrategy", ["maxUnavailable": 1, "maxSurge": 0])
                spec.fallback("revisionHistoryLimit", 10)
            case "ReplicaSet": spec.fallback("replicas", 1)
            default: break
            }
        }
    }

    /// A strategy that is not told otherwise rolls.
    private static func fillStrategy(_ spec: inout Value, _ key: String, _ rolling: Mapping) {
        var strategy = spec[key] ?? [:]
        strategy.fallback("type", "RollingUpdate")
        if strategy["type"] == "RollingUpdate" {
            var update = strategy["rollingUpdate"] ?? [:]
            for member in rolling { update.fallback(member.key, member.value) }
            strategy["rollingUpdate"] = update
        }
        spec[key] = strategy
    }

    private static func fillBatch(_ object: inout Value, _ kind: String) {
        guard kind == "CronJob" else { return JobDefaults.fill(&object) }
        object.edit("spec") { spec in
            spec.fallback("concurrencyPolicy", "Allow")
            spec.fallback("suspend", false)
            spec.fallback("successfulJobsHistoryLimit", 3)
            spec.fallback("failedJobsHistoryLimit", 1)
            spec.edit("jobTemplate") { $0.edit("spec") { $0.edit("template") { $0.edit("spec", PodDefaults.fill) } } }
        }
    }
}
