import Manifests

/// The columns of the built-in types, after the name.
enum BuiltInColumns {
    typealias Column = TableColumns.Column

    static func columns(_ type: GroupKind) -> [Column]? {
        switch type.kind {
        case "Pod": pod
        case "Deployment": deployment
        case "ReplicaSet", "ReplicationController": replicaSet
        case "StatefulSet": [ready, TableColumns.age] + images
        case "DaemonSet": daemonSet
        case "Job": job
        case "CronJob": cronJob
        case "Service": service
        case "ConfigMap": [count("Data", "data", "binaryData"), TableColumns.age]
        case "Secret": [text("Type", "type"), count("Data", "data"), TableColumns.age]
        case "ServiceAccount": [count("Secrets", "secrets"), TableColumns.age]
        case "Namespace", "PersistentVolume": [text("Status", "status", "phase"), TableColumns.age]
        case "Node": node
        case "CustomResourceDefinition", "ClusterRole", "Role": [text("Created At", "metadata", "creationTimestamp")]
        default: OtherColumns.columns(type)
        }
    }

    static func text(_ name: String, _ path: String..., fallback: String = "<none>") -> Column {
        Column(name: name) { .string($0.at(path)?.string ?? fallback) }
    }

    static func number(_ name: String, _ path: String...) -> Column {
        Column(name: name, type: "integer") { $0.at(path) ?? 0 }
    }

    private static func count(_ name: String, _ fields: String...) -> Column {
        Column(name: name, type: "string") { object in
            .string(String(fields.reduce(0) { $0 + (object[$1]?.mapping?.count ?? object[$1]?.array?.count ?? 0) }))
        }
    }

    static func wide(_ name: String, _ cell: @escaping @Sendable (Value) -> Value) -> Column {
        Column(name: name, priority: 1, cell: cell)
    }

    private static let ready = Column(name: "Ready") { object in
        let ready = object["status"]?["readyReplicas"]?.int ?? 0
        return .string("\(ready)/\(object["spec"]?["replicas"]?.int ?? 0)")
    }

    private static let images: [Column] = [
        wide("Containers") { .string(containers($0, "name")) },
        wide("Images") { .string(containers($0, "image")) },
    ]

    private static let selector = wide("Selector") { object in
        let selector = object["spec"]?["selector"]
        let labels = selector?["matchLabels"]?.mapping ?? selector?.mapping ?? [:]
        return .string(labels.sortedByKey().map { "\($0.key)=\($0.value.string ?? "")" }.joined(separator: ","))
    }

    private static func containers(_ object: Value, _ field: String) -> String {
        let list = object["spec"]?["template"]?["spec"]?["containers"]?.array ?? []
        return list.compactMap { $0[field]?.string }.joined(separator: ",")
    }

    private static let deployment: [Column] =
        [
            ready, number("Up-to-date", "status", "updatedReplicas"),
            number("Available", "status", "availableReplicas"),
            TableColumns.age,
        ] + images + [selector]

    private static let replicaSet: [Column] =
        [
            number("Desired", "spec", "replicas"), number("Current", "status", "replicas"),
            number("Ready", "status", "readyReplicas"), TableColumns.age,
        ] + images + [selector]

    private static let daemonSet: [Column] =
        [
            number("Desired", "status", "desiredNumberScheduled"),
            number("Current", "status", "currentNumberScheduled"), number("Ready", "status", "numberReady"),
            number("Up-to-date", "status", "updatedNumberScheduled"),
            number("Available", "status", "numberAvailable"), Column(name: "Node Selector") { _ in "<none>" },
            TableColumns.age,
        ] + images + [selector]

    private static let pod: [Column] = [
        Column(name: "Ready") { pod in
            let containers = pod["status"]?["containerStatuses"]?.array ?? []
            let total = pod["spec"]?["containers"]?.array?.count ?? 0
            return .string("\(containers.filter { $0["ready"]?.bool == true }.count)/\(total)")
        },
        Column(name: "Status") { .string(podStatus($0)) },
        Column(name: "Restarts") { pod in
            let containers = pod["status"]?["containerStatuses"]?.array ?? []
            return .string(String(containers.reduce(0) { $0 &+ ($1["restartCount"]?.int ?? 0) }))
        },
        TableColumns.age,
        wide("IP") { $0["status"]?["podIP"] ?? "<none>" },
        wide("Node") { $0["spec"]?["nodeName"] ?? "<none>" },
        wide("Nominated Node") { _ in "<none>" },
        wide("Readiness Gates") { _ in "<none>" },
    ]

    /// The reason why a container waits or has ended, else the phase.
    private static func podStatus(_ pod: Value) -> String {
        if pod.isBeingDeleted { return "Terminating" }
        let states = (pod["status"]?["containerStatuses"]?.array ?? []).compactMap { $0["state"] }
        let reasons = states.compactMap { $0["waiting"]?["reason"]?.string ?? $0["terminated"]?["reason"]?.string }
        return reasons.first ?? pod["status"]?["phase"]?.string ?? "Pending"
    }

    private static let job: [Column] = [
        Column(name: "Status") { job in
            .string(
                job.condition("Complete") != nil
                    ? "Complete"
                    : job.condition("Failed") != nil
                        ? "Failed" : job.condition("Suspended") != nil ? "Suspended" : "Running"
            )
        },
        Column(name: "Completions") { job in
            let wanted = job["spec"]?["completions"]?.int ?? 1
            return .string("\(job["status"]?["succeeded"]?.int ?? 0)/\(wanted)")
        },
        Column(name: "Duration") { job in
            guard let start = Timestamp(text: job["status"]?["startTime"]?.string ?? "").seconds else { return "" }
            let end = Timestamp(text: job["status"]?["completionTime"]?.string ?? "").seconds
            return .string(Age.text(seconds: max(0, (end ?? Timestamp.now.seconds ?? start) - start)))
        },
        TableColumns.age,
    ]

    private static let cronJob: [Column] = [
        text("Schedule", "spec", "schedule"), text("Timezone", "spec", "timeZone"),
        Column(name: "Suspend") { .string($0["spec"]?["suspend"]?.bool == true ? "True" : "False") },
        Column(name: "Active", type: "integer") { .int($0["status"]?["active"]?.array?.count ?? 0) },
        text("Last Schedule", "status", "lastScheduleTime"), TableColumns.age,
    ]

    private static let service: [Column] = [
        text("Type", "spec", "type"), text("Cluster-IP", "spec", "clusterIP"),
        Column(name: "External-IP") { service in
            let address = service["status"]?["loadBalancer"]?["ingress"]?.array?.first?["ip"]
            return address ?? service["spec"]?["externalName"] ?? "<none>"
        },
        Column(name: "Port(s)") { service in
            let ports = (service["spec"]?["ports"]?.array ?? []).map { port in
                let node = port["nodePort"]?.int.map { ":\($0)" } ?? ""
                return "\(port["port"]?.int ?? 0)\(node)/\(port["protocol"]?.string ?? "TCP")"
            }
            return .string(ports.isEmpty ? "<none>" : ports.joined(separator: ","))
        },
        TableColumns.age, selector,
    ]

    private static let node: [Column] = [
        Column(name: "Status") { .string($0.condition("Ready")?["status"]?.string == "True" ? "Ready" : "NotReady") },
        Column(name: "Roles") { _ in "<none>" }, TableColumns.age,
        text("Version", "status", "nodeInfo", "kubeletVersion"),
    ]
}
